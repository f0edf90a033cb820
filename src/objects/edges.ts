import type { HeapGraph } from '../graph/heap-graph.ts';
import type { EdgeOrdinal, NodeOrdinal } from '../shared/ids.ts';

/** The edges of a node in file order, weak ones included. */
export function* edgesOf(graph: HeapGraph, node: NodeOrdinal): Generator<EdgeOrdinal> {
  const end = graph.firstEdge(node + 1);
  for (let edge: number = graph.firstEdge(node); edge < end; edge += 1) yield edge as EdgeOrdinal;
}
