import { type EdgeOrdinal, type NodeOrdinal, ROOT } from '../shared/ids.ts';
import type { HeapGraph } from './heap-graph.ts';

export interface PathOptions {
  /** What an edge costs: 1 or more, or Infinity for an edge that must not be used. 1 for every edge when left out. */
  readonly cost?: (edge: EdgeOrdinal) => number;
  /** Edges that must not be used, as if they were cut. */
  readonly withoutEdges?: ReadonlySet<EdgeOrdinal>;
  /** Nodes that the path must not touch; the target may be named and does not count. */
  readonly withoutNodes?: ReadonlySet<NodeOrdinal>;
}

/** Best known way from a node down to the target. */
interface Step {
  cost: number;
  /** The edge to take from the node; undefined at the target. */
  readonly edge: EdgeOrdinal | undefined;
  done: boolean;
}

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
  const { cost, withoutEdges, withoutNodes } = options;
  if (!graph.isReachable(target)) return undefined;
  const { firstRetainer, retainerEdge } = graph.tables;
  const steps = new Map<NodeOrdinal, Step>([[target, { cost: 0, edge: undefined, done: false }]]);
  const queue = new StepQueue();
  queue.push(target, estimate(graph, target), 0);
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
    const step = steps.get(node)!;
    if (step.done) continue;
    if (node === ROOT) return edgesFrom(graph, steps);
    step.done = true;
    for (let row = firstRetainer[node]!; row < firstRetainer[node + 1]!; row++) {
      const edge = retainerEdge[row] as EdgeOrdinal;
      const source = graph.edgeSource(edge);
      if (withoutEdges?.has(edge) || withoutNodes?.has(source) || !graph.isReachable(source)) continue;
      const total = step.cost + (cost === undefined ? 1 : cost(edge));
      const known = steps.get(source);
      if (total === Number.POSITIVE_INFINITY || (known !== undefined && known.cost <= total)) continue;
      steps.set(source, { cost: total, edge, done: false });
      queue.push(source, total + estimate(graph, source), total);
    }
  }
  return undefined;
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

function edgesFrom(graph: HeapGraph, steps: ReadonlyMap<NodeOrdinal, Step>): EdgeOrdinal[] {
  const path: EdgeOrdinal[] = [];
  for (let edge = steps.get(ROOT)!.edge; edge !== undefined; edge = steps.get(graph.edgeTarget(edge))!.edge) {
    path.push(edge);
  }
  return path;
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
