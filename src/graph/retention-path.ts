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
  const steps = new Map<NodeOrdinal, Step>([[target, { cost: 0, edge: undefined, done: false }]]);
  const queue = new StepQueue();
  queue.push(target, estimate(graph, target), 0);
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
    const step = steps.get(node)!;
    if (step.done) continue;
    if (node === ROOT) return edgesFrom(graph, steps);
    step.done = true;
    for (const retainer of graph.retainerEdges(node)) {
      const edge = retainer as EdgeOrdinal;
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

/** A binary heap of nodes: least estimate first, then greatest cost so far (nearest the root), then first come. */
class StepQueue {
  readonly #nodes: NodeOrdinal[] = [];
  readonly #total: number[] = [];
  readonly #cost: number[] = [];
  readonly #turn: number[] = [];
  #turns = 0;

  push(node: NodeOrdinal, total: number, cost: number): void {
    let at = this.#nodes.length;
    this.#nodes.push(node);
    this.#total.push(total);
    this.#cost.push(cost);
    this.#turn.push(this.#turns++);
    while (at > 0) {
      const above = (at - 1) >>> 1;
      if (!this.#isBefore(at, above)) break;
      this.#swap(at, above);
      at = above;
    }
  }

  pop(): NodeOrdinal | undefined {
    const last = this.#nodes.length - 1;
    if (last < 0) return undefined;
    this.#swap(0, last);
    const node = this.#nodes.pop();
    this.#total.pop();
    this.#cost.pop();
    this.#turn.pop();
    for (let at = 0; ; ) {
      let least = at;
      for (let child = 2 * at + 1; child <= 2 * at + 2 && child < last; child++) {
        if (this.#isBefore(child, least)) least = child;
      }
      if (least === at) return node;
      this.#swap(at, least);
      at = least;
    }
  }

  #isBefore(a: number, b: number): boolean {
    const total = this.#total[a]! - this.#total[b]!;
    if (total !== 0) return total < 0;
    const cost = this.#cost[a]! - this.#cost[b]!;
    return cost !== 0 ? cost > 0 : this.#turn[a]! < this.#turn[b]!;
  }

  #swap(a: number, b: number): void {
    for (const column of [this.#nodes, this.#total, this.#cost, this.#turn] as number[][]) {
      const value = column[a]!;
      column[a] = column[b]!;
      column[b] = value;
    }
  }
}
