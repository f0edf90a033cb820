import type { HeapGraph } from '../graph/heap-graph.ts';
import type { NodeOrdinal } from '../shared/ids.ts';

/** What an object holds alone, by itself or by its stores. */
export function heldBy(graph: HeapGraph, holder: NodeOrdinal): NodeOrdinal[] {
  return [...graph.dominatedBy(holder)].flatMap((each) => {
    const node = each as NodeOrdinal;
    return graph.typeOf(node) === 'array' ? ([...graph.dominatedBy(node)] as NodeOrdinal[]) : [node];
  });
}
