import type { Workspace } from '../kernels/workspace.ts';
import { hasBit } from './bits.ts';
import type { StrongEdges } from './strong-edges.ts';

export interface Dominators {
  /** Immediate dominator by node; the root for itself and for unreachable nodes. */
  readonly dominator: Uint32Array;
  /**
   * Bytes that would be freed with each node: its own and those of all that it dominates. Unreachable nodes count
   * themselves only. Exact below 2^53 bytes.
   */
  readonly retainedSize: Uint32Array | Float64Array;
  /** Bytes of all nodes, unreachable ones included. */
  readonly total: number;
}

const UNVISITED = 0xffff_ffff;
const MAX_UINT32 = 0xffff_ffff;

/**
 * Immediate dominators and retained sizes of all nodes reachable from the root, node 0.
 *
 * The algorithm Semi-NCA of Georgiadis, "Linear-Time Algorithms for Dominators and Related Problems" (2005), after
 * Lengauer and Tarjan (1979): semidominators with path compression, then the nearest common ancestor of parent and
 * semidominator by walking up the tree that is done so far. O(nodes²) at worst, in heaps as good as linear, and
 * without the buckets of Lengauer and Tarjan. Vertices are depth-first numbers throughout, and the arrays keep the
 * papers' names: `parent`, `semi`, `label`, `ancestor`, `idom`.
 *
 * With `adoptOrphans`, unreachable nodes to which no strong edge leads count as successors of the root. `gate` may name a
 * child of the root through which probably all ways to the nodes beneath it lead: it saves time if so, and costs some if not.
 */
export function dominatorsOf(
  edges: StrongEdges,
  selfSize: Uint32Array | Float64Array,
  {
    adoptOrphans = false,
    gate = 0,
  }: { readonly adoptOrphans?: boolean; readonly gate?: number | undefined } = {},
): Dominators {
  if (edges.workspace !== undefined) {
    const byKernel = dominatorsByKernel(edges, edges.workspace, selfSize, adoptOrphans, gate);
    if (byKernel !== undefined) return byKernel;
  }
  const { order, number, parent } = depthFirst(edges, adoptOrphans);
  const idom = semiNca(parent, predecessorsOf(edges, order, number, parent));
  const dominator = number; // Its numbers have served.
  dominator.fill(0);
  for (let vertex = 1; vertex < order.length; vertex++) dominator[order[vertex]!] = order[idom[vertex]!]!;
  const retainedSize = Float64Array.from(selfSize);
  for (let vertex = order.length - 1; vertex > 0; vertex--) {
    const node = order[vertex]!;
    retainedSize[dominator[node]!]! += retainedSize[node]!;
  }
  return { dominator, retainedSize, total: sum(selfSize) };
}

interface DepthFirst {
  /** Node of each vertex. */
  readonly order: Uint32Array;
  /** Vertex of each node, or UNVISITED. */
  readonly number: Uint32Array;
  /** Vertex from which each vertex was found. */
  readonly parent: Uint32Array;
}

function depthFirst(edges: StrongEdges, adoptOrphans: boolean): DepthFirst {
  const { nodeCount, firstEdge, edgeTo, strong } = edges;
  const order = new Uint32Array(nodeCount);
  const number = new Uint32Array(nodeCount).fill(UNVISITED);
  const parent = new Uint32Array(nodeCount);
  /** Next edge to look at, by vertex. */
  const next = new Uint32Array(nodeCount);
  let count = 0;
  const visitFrom = (start: number): void => {
    order[count] = start;
    number[start] = count;
    parent[count] = 0;
    next[count] = firstEdge[start]!;
    let vertex = count++;
    const first = vertex;
    for (;;) {
      const end = firstEdge[order[vertex]! + 1]!;
      let edge = next[vertex]!;
      let found = UNVISITED;
      for (; edge < end; edge++) {
        if (((strong[edge >>> 3]! >> (edge & 7)) & 1) === 0) continue;
        const to = edgeTo[edge]!;
        if (number[to] !== UNVISITED) continue;
        found = to;
        edge++;
        break;
      }
      next[vertex] = edge;
      if (found === UNVISITED) {
        if (vertex === first) return;
        vertex = parent[vertex]!;
        continue;
      }
      order[count] = found;
      number[found] = count;
      parent[count] = vertex;
      next[count] = firstEdge[found]!;
      vertex = count++;
    }
  };
  visitFrom(0);
  if (adoptOrphans)
    for (const node of orphans(edges, number)) if (number[node] === UNVISITED) visitFrom(node);
  return { order: order.subarray(0, count), number, parent: parent.subarray(0, count) };
}

/** Unvisited nodes to which no strong edge leads, in ordinal order. Only unvisited nodes can have edges to them. */
function orphans({ nodeCount, firstEdge, edgeTo, strong }: StrongEdges, number: Uint32Array): number[] {
  const unvisited: number[] = [];
  for (let node = 0; node < nodeCount; node++) if (number[node] === UNVISITED) unvisited.push(node);
  const retained = new Set<number>();
  for (const node of unvisited) {
    for (let edge = firstEdge[node]!; edge < firstEdge[node + 1]!; edge++) {
      if (hasBit(strong, edge)) retained.add(edgeTo[edge]!);
    }
  }
  return unvisited.filter((node) => !retained.has(node));
}

interface Predecessors {
  /** Length vertices + 1. */
  readonly first: Uint32Array;
  readonly vertex: Uint32Array;
}

/** Predecessors of every vertex but those that can tell nothing: its parent, and itself. */
function predecessorsOf(
  edges: StrongEdges,
  order: Uint32Array,
  number: Uint32Array,
  parent: Uint32Array,
): Predecessors {
  const { firstEdge, edgeTo, strong } = edges;
  const count = order.length;
  const first = new Uint32Array(count + 1);
  for (let from = 0; from < count; from++) {
    const node = order[from]!;
    for (let edge = firstEdge[node]!, end = firstEdge[node + 1]!; edge < end; edge++) {
      if (((strong[edge >>> 3]! >> (edge & 7)) & 1) === 0) continue;
      const to = number[edgeTo[edge]!]!;
      if (parent[to] !== from && to !== from) first[to]!++;
    }
  }
  let total = 0;
  for (let to = 0; to <= count; to++) {
    total += first[to]!;
    first[to] = total;
  }
  const vertex = new Uint32Array(total);
  for (let from = 0; from < count; from++) {
    const node = order[from]!;
    for (let edge = firstEdge[node]!, end = firstEdge[node + 1]!; edge < end; edge++) {
      if (((strong[edge >>> 3]! >> (edge & 7)) & 1) === 0) continue;
      const to = number[edgeTo[edge]!]!;
      if (parent[to] !== from && to !== from) vertex[--first[to]!] = from;
    }
  }
  return { first, vertex };
}

function semiNca(parent: Uint32Array, predecessors: Predecessors): Uint32Array {
  const count = parent.length;
  const { first, vertex } = predecessors;
  // The forest of linked vertices: those above `w` while `w` is being processed.
  const ancestor = parent.slice();
  const label = new Uint32Array(count);
  const semi = new Uint32Array(count);
  for (let v = 0; v < count; v++) {
    label[v] = v;
    semi[v] = v;
  }
  const path = new Uint32Array(count);

  /** The vertex of least semidominator on the forest path above `v`, compressing that path. */
  const evaluate = (v: number, w: number): number => {
    let depth = 0;
    let top = v;
    while (ancestor[top]! > w) {
      path[depth++] = top;
      top = ancestor[top]!;
    }
    let best = label[top]!;
    const root = ancestor[top]!;
    while (depth > 0) {
      const u = path[--depth]!;
      const own = label[u]!;
      if (semi[best]! < semi[own]!) label[u] = best;
      else best = own;
      ancestor[u] = root;
    }
    return best;
  };

  for (let w = count - 1; w > 0; w--) {
    let least = parent[w]!;
    for (let i = first[w]!, end = first[w + 1]!; i < end && least > 0; i++) {
      const v = vertex[i]!;
      const s = v < w ? v : semi[evaluate(v, w)]!;
      if (s < least) least = s;
    }
    semi[w] = least;
  }

  const idom = parent.slice();
  for (let w = 1; w < count; w++) {
    let v = idom[w]!;
    while (v > semi[w]!) v = idom[v]!;
    idom[w] = v;
  }
  return idom;
}

/** The same by `kernels/dominators.ts`, which says what the arrays hold; undefined when the arena is too small. */
function dominatorsByKernel(
  edges: StrongEdges,
  { arena, kernels, scratch }: Workspace,
  selfSize: Uint32Array | Float64Array,
  adoptOrphans: boolean,
  gate: number,
): Dominators | undefined {
  const { nodeCount, firstEdge, edgeTo, strong } = edges;
  const mark = arena.mark;
  const number = arena.uint32(nodeCount);
  const total = selfSize instanceof Uint32Array ? kernels.sum(nodeCount, selfSize.byteOffset) : sum(selfSize);
  const isWide = total > MAX_UINT32;
  const retainedSize = isWide ? arena.float64(nodeCount) : arena.uint32(nodeCount);
  const isDone = scratch(() => {
    const order = arena.uint32(nodeCount).byteOffset;
    const pairs = arena.uint32(2 * nodeCount).byteOffset;
    const state = arena.uint32(STATE_WORDS);
    const chunks = arena.uint32(CHUNK_WORDS).byteOffset;
    const graph = [firstEdge.byteOffset, edgeTo.byteOffset, strong.byteOffset, number.byteOffset] as const;
    // The sizes come last; until then their place serves another array.
    const parent = retainedSize.byteOffset;
    const byVertex = [order, parent, pairs, chunks, state.byteOffset] as const;
    const search = (through: number): number => {
      number.fill(UNVISITED);
      state.set([0, NONE, 0]);
      let count = kernels.depthFirst(0, 0, through, ...graph, ...byVertex) >>> 0;
      if (!adoptOrphans || count >= nodeCount) return count;
      for (const node of orphans(edges, number)) {
        if (number[node] === UNVISITED && count < BROKEN)
          count = kernels.depthFirst(node, count, through, ...graph, ...byVertex) >>> 0;
      }
      return count;
    };
    let count = search(gate);
    if (count === BROKEN) count = search(0);
    if (count === FAILED) return false;
    kernels.semiNca(nodeCount, count, number.byteOffset, ...byVertex);
    retainedSize.set(selfSize);
    const add = isWide ? kernels.addRetained : kernels.addRetained32;
    add(count, order, number.byteOffset, retainedSize.byteOffset);
    return true;
  });
  if (isDone) return { dominator: number, retainedSize, total };
  arena.release(mark);
  return undefined;
}

function sum(sizes: Uint32Array | Float64Array): number {
  let total = 0;
  for (let node = 0; node < sizes.length; node++) total += sizes[node]!;
  return total;
}

/** As in the kernel. */
const CHUNK_WORDS = 8;
const STATE_WORDS = 3;
const NONE = 0xffff_ffff;
const FAILED = 0xffff_ffff;
const BROKEN = 0xffff_fffe;
