import { type EdgeOrdinal, type NodeOrdinal, ROOT } from '../shared/ids.ts';
import type { HeapGraph } from './heap-graph.ts';

export interface PathOptions {
  /** What an edge costs: a whole number of 1 or more, or Infinity for an edge that must not be used. 1 for every edge when left out. */
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

/** Nodes looked at, once a path is known, for others that cost the same: more equals than that are told apart by chance. */
const MOST_EQUALS = 5000;

/**
 * The cheapest strong path from the root to a node: its edges from the root on; empty for the root; undefined when
 * there is none under the options. The same question gets the same path.
 *
 * Every path leads through the dominators of the node, whatever is cut. So each stretch, from one dominator to the next, is
 * looked for by itself, among what the upper one dominates.
 */
export function retentionPath(
  graph: HeapGraph,
  target: NodeOrdinal,
  options: PathOptions = {},
): EdgeOrdinal[] | undefined {
  if (!graph.isReachable(target)) return undefined;
  const steps = stepsOf(graph);
  const stretches: EdgeOrdinal[][] = [];
  for (let end = target; end !== ROOT; ) {
    const start = graph.immediateDominatorOf(end);
    const stretch = cheapestStretch(graph, start, end, options, steps);
    if (stretch === undefined) return undefined;
    stretches.push(stretch);
    end = start;
  }
  return stretches.reverse().flat();
}

/**
 * The cheapest path from the immediate dominator of a node to the node.
 *
 * A* (Hart, Nilsson and Raphael, "A Formal Basis for the Heuristic Determination of Minimum Cost Paths", 1968) from
 * the node backwards over its retainers, with the distance from the root as estimate: it never exceeds the cost of what
 * is left because no edge costs less than 1.
 */
function cheapestStretch(
  graph: HeapGraph,
  start: NodeOrdinal,
  end: NodeOrdinal,
  { cost = () => 1, withoutEdges, withoutNodes, words }: PathOptions,
  steps: Steps,
): EdgeOrdinal[] | undefined {
  const queue = new StepQueue();
  let least = Number.POSITIVE_INFINITY;
  let equals = 0;
  steps.begin(end);
  queue.push(end, estimate(graph, end));
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
    if (steps.isDone(node)) continue;
    const soFar = steps.costOf(node);
    if (soFar + estimate(graph, node) > least || equals === MOST_EQUALS) break;
    steps.end(node);
    if (node === start) {
      if (words === undefined) break;
      least = soFar + estimate(graph, start);
      continue;
    }
    if (least !== Number.POSITIVE_INFINITY) equals += 1;
    for (const ordinal of graph.retainerEdges(node)) {
      const edge = ordinal as EdgeOrdinal;
      const source = graph.edgeSource(edge);
      if (withoutEdges?.has(edge) || withoutNodes?.has(source) || !graph.isReachable(source)) continue;
      const total = soFar + cost(edge);
      if (total >= steps.costOf(source)) continue;
      steps.reach(source, total);
      queue.push(source, total + estimate(graph, source));
    }
  }
  if (!steps.isDone(start)) return undefined;
  const bestFrom = function* (node: NodeOrdinal): Generator<EdgeOrdinal> {
    for (let edge = graph.firstEdge(node); edge < graph.firstEdge(node + 1); edge++) {
      const to = graph.edgeTarget(edge);
      if (!steps.isDone(to) || !graph.isStrong(edge) || withoutEdges?.has(edge)) continue;
      if (steps.costOf(to) + cost(edge) === steps.costOf(node)) yield edge;
    }
  };
  return firstPath(graph, bestFrom, start, end, words ?? (() => ''));
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

/** Of the best paths between two nodes the one whose words come first: all those that say the same so far are followed side by side. */
function firstPath(
  graph: HeapGraph,
  bestFrom: (node: NodeOrdinal) => Iterable<EdgeOrdinal>,
  start: NodeOrdinal,
  end: NodeOrdinal,
  words: (edge: EdgeOrdinal) => string,
): EdgeOrdinal[] {
  let ways: Way[] = [{ node: start, edge: undefined, before: undefined }];
  for (;;) {
    const arrived = ways.find(({ node }) => node === end);
    if (arrived !== undefined) return edgesOn(arrived);
    let first: string | undefined;
    let further = new Map<NodeOrdinal, Way>();
    for (const before of ways) {
      for (const edge of bestFrom(before.node)) {
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

/** Numbers of 32 bits go no further. */
const LAST_SEARCH = 0xffff_fffe;

/** What the search under way knows of the nodes. Its columns serve one search of a heap after another. */
class Steps {
  /** Length nodeCount: cost of the best known way from a node down to the target, if the node belongs to this search. */
  readonly #cost: Uint32Array;
  /** Length nodeCount: twice the number of the search that came to a node last, and 1 more once its cost is final. */
  readonly #mark: Uint32Array;
  #search = 0;

  constructor(nodeCount: number) {
    this.#cost = new Uint32Array(nodeCount);
    this.#mark = new Uint32Array(nodeCount);
  }

  begin(target: NodeOrdinal): void {
    this.#search += 2;
    if (this.#search >= LAST_SEARCH) {
      this.#mark.fill(0);
      this.#search = 2;
    }
    this.reach(target, 0);
  }

  costOf(node: NodeOrdinal): number {
    return this.#mark[node]! >= this.#search ? this.#cost[node]! : Number.POSITIVE_INFINITY;
  }

  isDone(node: NodeOrdinal): boolean {
    return this.#mark[node]! > this.#search;
  }

  reach(node: NodeOrdinal, cost: number): void {
    this.#cost[node] = cost;
    this.#mark[node] = this.#search;
  }

  end(node: NodeOrdinal): void {
    this.#mark[node]! += 1;
  }
}

const stepsByGraph = new WeakMap<HeapGraph, Steps>();

function stepsOf(graph: HeapGraph): Steps {
  const steps = stepsByGraph.get(graph) ?? new Steps(graph.nodeCount);
  stepsByGraph.set(graph, steps);
  return steps;
}

/**
 * The nodes to go on from, least estimate first, of equals the last come: the nearest to the root, mostly. One bucket for each
 * estimate (Dial, "Algorithm 360: Shortest-Path Forest with Topological Ordering", 1969), which never fall.
 */
class StepQueue {
  readonly #buckets: NodeOrdinal[][] = [];
  #first: number | undefined;
  #at = 0;

  /** The estimate is a whole number. */
  push(node: NodeOrdinal, estimate: number): void {
    this.#first ??= estimate;
    const at = estimate - this.#first;
    while (this.#buckets.length <= at) this.#buckets.push([]);
    this.#buckets[at]!.push(node);
  }

  pop(): NodeOrdinal | undefined {
    for (; this.#at < this.#buckets.length; this.#at++) {
      const node = this.#buckets[this.#at]!.pop();
      if (node !== undefined) return node;
    }
    return undefined;
  }
}
