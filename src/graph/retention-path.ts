import { type EdgeOrdinal, type NodeOrdinal, ROOT } from '../shared/ids.ts';
import type { HeapGraph } from './heap-graph.ts';

export interface PathOptions {
  /** What an edge costs: 1 or more, or Infinity for an edge that must not be used. 1 for every edge when left out. */
  readonly cost?: (edge: EdgeOrdinal) => number;
  /** Edges that must not be used, as if they were cut. */
  readonly withoutEdges?: ReadonlySet<EdgeOrdinal>;
  /** Nodes that the path must not touch; the target may be named and does not count. */
  readonly withoutNodes?: ReadonlySet<NodeOrdinal>;
  /**
   * What an edge says to whom a path is told. Of paths that cost the same the one whose edges say the first in the order of
   * the alphabet is taken, so that two heaps of one program show the same; the one met first when left out.
   */
  readonly words?: (edge: EdgeOrdinal) => string;
}

/** Best known ways from a node down to the target. */
interface Step {
  cost: number;
  /** The edges to take from the node, all equally good; none at the target. */
  readonly edges: EdgeOrdinal[];
  done: boolean;
}

/** Nodes looked at, once a path is known, for others that cost the same: more equals than that are told apart by chance. */
const MOST_EQUALS = 5000;

/**
 * The cheapest strong path from the root to a node: its edges from the root on; empty for the root; undefined when
 * there is none under the options. The same question gets the same path.
 *
 * A* (Hart, Nilsson and Raphael, "A Formal Basis for the Heuristic Determination of Minimum Cost Paths", 1968) from
 * the node backwards over its retainers, with the distance from the root as estimate: it never exceeds the cost of what
 * is left because no edge costs less than 1. Without cuts only the neighbourhood of the path is looked at.
 */
export function retentionPath(
  graph: HeapGraph,
  target: NodeOrdinal,
  options: PathOptions = {},
): EdgeOrdinal[] | undefined {
  const { cost, withoutEdges, withoutNodes, words } = options;
  if (!graph.isReachable(target)) return undefined;
  const { firstRetainer, retainerEdge } = graph.tables;
  const steps = new Map<NodeOrdinal, Step>([[target, { cost: 0, edges: [], done: false }]]);
  const queue = new StepQueue();
  let least = Number.POSITIVE_INFINITY;
  let equals = 0;
  queue.push(target, estimate(graph, target), 0);
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
    const step = steps.get(node)!;
    if (step.done) continue;
    if (step.cost + estimate(graph, node) > least || equals === MOST_EQUALS) break;
    step.done = true;
    if (node === ROOT) {
      if (words === undefined) break;
      least = step.cost;
      continue;
    }
    if (least !== Number.POSITIVE_INFINITY) equals += 1;
    for (let row = firstRetainer[node]!; row < firstRetainer[node + 1]!; row++) {
      const edge = retainerEdge[row] as EdgeOrdinal;
      const source = graph.edgeSource(edge);
      if (withoutEdges?.has(edge) || withoutNodes?.has(source) || !graph.isReachable(source)) continue;
      const total = step.cost + (cost === undefined ? 1 : cost(edge));
      const known = steps.get(source);
      if (total === Number.POSITIVE_INFINITY || (known !== undefined && known.cost < total)) continue;
      if (known?.cost === total) {
        known.edges.push(edge);
        continue;
      }
      steps.set(source, { cost: total, edges: [edge], done: false });
      queue.push(source, total + estimate(graph, source), total);
    }
  }
  return steps.has(ROOT) ? firstPath(graph, steps, target, words ?? (() => '')) : undefined;
}

/**
 * Strong paths to a node that share no edge which could be cut, shortest first: for each, somebody else holds the node.
 *
 * `cutsOf` names the edges of a path that a program could cut (all of them when left out); later paths avoid them. Taking
 * shortest paths one by one finds a maximal set, not always a maximum one.
 */
export function* independentPaths(
  graph: HeapGraph,
  target: NodeOrdinal,
  options: PathOptions & { readonly cutsOf?: (path: readonly EdgeOrdinal[]) => Iterable<EdgeOrdinal> } = {},
): Generator<EdgeOrdinal[]> {
  const cut = new Set<EdgeOrdinal>(options.withoutEdges);
  for (;;) {
    const path = retentionPath(graph, target, { ...options, withoutEdges: cut });
    if (path === undefined || path.length === 0) return;
    yield path;
    const before = cut.size;
    for (const edge of options.cutsOf?.(path) ?? path) cut.add(edge);
    if (cut.size === before) return;
  }
}

/** Distances by DevTools' rules do not count from the root and estimate nothing. */
function estimate(graph: HeapGraph, node: NodeOrdinal): number {
  return graph.rules === 'leakscan' ? graph.distanceOf(node) : 0;
}

/** Where a path has come to, and how. */
interface Way {
  readonly node: NodeOrdinal;
  readonly edge: EdgeOrdinal | undefined;
  readonly before: Way | undefined;
}

/** Of the best paths the one whose words come first: all those that say the same so far are followed side by side. */
function firstPath(
  graph: HeapGraph,
  steps: ReadonlyMap<NodeOrdinal, Step>,
  target: NodeOrdinal,
  words: (edge: EdgeOrdinal) => string,
): EdgeOrdinal[] {
  let ways: Way[] = [{ node: ROOT, edge: undefined, before: undefined }];
  for (;;) {
    const arrived = ways.find(({ node }) => node === target);
    if (arrived !== undefined) return edgesOn(arrived);
    let first: string | undefined;
    let further = new Map<NodeOrdinal, Way>();
    for (const before of ways) {
      for (const edge of steps.get(before.node)!.edges) {
        const said = words(edge);
        if (first === undefined || said < first) {
          first = said;
          further = new Map();
        }
        const node = graph.edgeTarget(edge);
        if (said === first && !further.has(node)) further.set(node, { node, edge, before });
      }
    }
    ways = [...further.values()];
  }
}

function edgesOn(way: Way): EdgeOrdinal[] {
  const edges: EdgeOrdinal[] = [];
  for (let at = way; at.edge !== undefined; at = at.before!) edges.push(at.edge);
  return edges.reverse();
}

/** A node to go on from. */
interface Waiting {
  readonly node: NodeOrdinal;
  readonly total: number;
  readonly cost: number;
  readonly turn: number;
}

/** A binary heap of nodes: least estimate first, then greatest cost so far (nearest the root), then first come. */
class StepQueue {
  readonly #heap: Waiting[] = [];
  #turns = 0;

  push(node: NodeOrdinal, total: number, cost: number): void {
    const heap = this.#heap;
    const added = { node, total, cost, turn: this.#turns++ };
    let at = heap.length;
    heap.push(added);
    while (at > 0) {
      const above = (at - 1) >>> 1;
      if (!isBefore(added, heap[above]!)) break;
      heap[at] = heap[above]!;
      at = above;
    }
    heap[at] = added;
  }

  pop(): NodeOrdinal | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first?.node;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1;
      if (!isBefore(heap[child]!, last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return first.node;
  }
}

function isBefore(a: Waiting, b: Waiting): boolean {
  if (a.total !== b.total) return a.total < b.total;
  if (a.cost !== b.cost) return a.cost > b.cost;
  return a.turn < b.turn;
}
