import type { Workspace } from '../kernels/workspace.ts';
import { bitsFor, setBit } from './bits.ts';
import { UNREACHED_DISTANCE } from './heap-graph.ts';
import type { StrongEdges } from './strong-edges.ts';

/** Edges on a shortest strong path from the root to each node, by breadth-first search. O(nodes + edges). */
export function distancesFromRoot(edges: StrongEdges): Int32Array {
  const { nodeCount, firstEdge, edgeTo, strong, workspace } = edges;
  if (workspace !== undefined) return distancesByKernel(edges, workspace);
  const distance = new Int32Array(nodeCount).fill(UNREACHED_DISTANCE);
  const queue = new Uint32Array(nodeCount);
  distance[0] = 0;
  for (let head = 0, tail = 1; head < tail; head++) {
    const node = queue[head]!;
    const next = distance[node]! + 1;
    for (let edge = firstEdge[node]!, end = firstEdge[node + 1]!; edge < end; edge++) {
      if (((strong[edge >>> 3]! >> (edge & 7)) & 1) === 0) continue;
      const to = edgeTo[edge]!;
      if (distance[to] !== UNREACHED_DISTANCE) continue;
      distance[to] = next;
      queue[tail++] = to;
    }
  }
  return distance;
}

function distancesByKernel(edges: StrongEdges, { arena, kernels, scratch }: Workspace): Int32Array {
  const { nodeCount, firstEdge, edgeTo, strong } = edges;
  const distance = arena.int32(nodeCount).fill(UNREACHED_DISTANCE);
  distance[0] = 0;
  return scratch(() => {
    const queue = arena.uint32(nodeCount);
    queue[0] = 0;
    const reached = bitsFor(nodeCount, { arena });
    setBit(reached, 0);
    const columns = [
      firstEdge.byteOffset,
      edgeTo.byteOffset,
      strong.byteOffset,
      distance.byteOffset,
    ] as const;
    kernels.breadthFirst(...columns, reached.byteOffset, queue.byteOffset, 1);
    return distance;
  });
}
