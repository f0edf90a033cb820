import type { HeapGraph } from '../graph/heap-graph.ts';
import type { NodeOrdinal } from '../shared/ids.ts';

/** Is a node one of V8's own arrays, in which a collection keeps its content? */
export function isStore(graph: HeapGraph, node: NodeOrdinal): boolean {
  return graph.typeOf(node) === 'array';
}

/** The collection that a store belongs to; any other node itself. */
export function ownerOf(graph: HeapGraph, node: NodeOrdinal): NodeOrdinal {
  return isStore(graph, node) ? graph.immediateDominatorOf(node) : node;
}

/** What an object holds alone, by itself or by its stores. */
export function heldBy(graph: HeapGraph, holder: NodeOrdinal): NodeOrdinal[] {
  return [...graph.dominatedBy(holder)].flatMap((each) => {
    const node = each as NodeOrdinal;
    return isStore(graph, node) ? ([...graph.dominatedBy(node)] as NodeOrdinal[]) : [node];
  });
}
