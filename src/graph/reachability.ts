import { type EdgeOrdinal, ROOT } from '../shared/ids.ts';
import type { HeapGraph } from './heap-graph.ts';

/**
 * Which nodes the root still reaches over strong edges when some of them are taken away: one byte a node, 1 for
 * reached. Breadth first.
 */
export function reachableWithout(graph: HeapGraph, isCut: (edge: EdgeOrdinal) => boolean): Uint8Array {
  const { firstEdge, edgeTo } = graph.tables;
  const reached = new Uint8Array(graph.nodeCount);
  const queue = new Uint32Array(graph.nodeCount);
  let end = 1;
  reached[ROOT] = 1;
  for (let at = 0; at < end; at += 1) {
    const node = queue[at]!;
    for (let row = firstEdge[node]!; row < firstEdge[node + 1]!; row += 1) {
      const to = edgeTo[row]!;
      const edge = row as EdgeOrdinal;
      if (reached[to] === 1 || !graph.isStrong(edge) || isCut(edge)) continue;
      reached[to] = 1;
      queue[end] = to;
      end += 1;
    }
  }
  return reached;
}
