import type { Workspace } from '../kernels/workspace.ts';
import type { StrongEdges } from './strong-edges.ts';

/** The strong edges turned around, in compressed sparse rows. */
export interface Retainers {
  /** Length nodeCount + 1. */
  readonly firstRetainer: Uint32Array;
  /** Strong edges that lead to each node, in edge order. */
  readonly retainerEdge: Uint32Array;
}

/** Counting sort of the strong edges by target: one pass to count, one to place. O(nodes + edges). */
export function retainersOf(edges: StrongEdges): Retainers {
  const { nodeCount, firstEdge, edgeTo, strong, workspace } = edges;
  if (workspace !== undefined) return retainersByKernel(edges, workspace);
  const edgeCount = firstEdge[nodeCount]!;
  const firstRetainer = new Uint32Array(nodeCount + 1);
  for (let edge = 0; edge < edgeCount; edge++) {
    if ((strong[edge >>> 3]! >> (edge & 7)) & 1) firstRetainer[edgeTo[edge]!]!++;
  }
  let total = 0;
  for (let node = 0; node <= nodeCount; node++) {
    total += firstRetainer[node]!;
    firstRetainer[node] = total;
  }
  const retainerEdge = new Uint32Array(total);
  // Placing from the last edge to the first leaves each row in edge order and `firstRetainer` at its start.
  for (let edge = edgeCount - 1; edge >= 0; edge--) {
    if ((strong[edge >>> 3]! >> (edge & 7)) & 1) retainerEdge[--firstRetainer[edgeTo[edge]!]!] = edge;
  }
  return { firstRetainer, retainerEdge };
}

function retainersByKernel(edges: StrongEdges, { arena, kernels }: Workspace): Retainers {
  const { nodeCount, firstEdge, edgeTo, strong } = edges;
  const edgeCount = firstEdge[nodeCount]!;
  const firstRetainer = arena.uint32(nodeCount + 1).fill(0);
  const columns = [edgeTo.byteOffset, strong.byteOffset, firstRetainer.byteOffset] as const;
  const retainerEdge = arena.uint32(kernels.countRetainers(nodeCount, edgeCount, ...columns) >>> 0);
  kernels.placeRetainers(edgeCount, ...columns, retainerEdge.byteOffset);
  return { firstRetainer, retainerEdge };
}
