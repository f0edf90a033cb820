import type { HeapGraph } from '../graph/heap-graph.ts';
import type { EdgeOrdinal, NodeOrdinal } from '../shared/ids.ts';
import { edgesOf } from './edges.ts';
import { isStore } from './stores.ts';

/** Is a node one of those that an array, a Map or the like holds? */
export function isEntry(graph: HeapGraph, node: NodeOrdinal): boolean {
  return graph.retainerEdges(node).some((each) => {
    const edge = each as EdgeOrdinal;
    const holder = graph.edgeSource(edge);
    if (!graph.isStrong(edge)) return false;
    return isStore(graph, holder)
      ? graph.typeOf(graph.immediateDominatorOf(holder)) === 'object'
      : isEntryOf(graph, node, holder);
  });
}

/** An object of fewer properties is no dictionary, though V8 keeps its properties in a table. */
const DICTIONARY = 4;

/** Is a node an element of an array, or the value of a key of an object used as a dictionary, whose properties V8 keeps in a table? */
export function isEntryOf(graph: HeapGraph, node: NodeOrdinal, holder: NodeOrdinal): boolean {
  const properties = graph.follow(holder, 'properties', 'internal');
  if (properties !== undefined && isStore(graph, properties) && hasManyProperties(graph, holder)) return true;
  return graph.retainerEdges(node).some((each) => {
    const edge = each as EdgeOrdinal;
    return graph.edgeSource(edge) === holder && graph.edgeTypeOf(edge) === 'element';
  });
}

function hasManyProperties(graph: HeapGraph, holder: NodeOrdinal): boolean {
  let properties = 0;
  for (const edge of edgesOf(graph, holder))
    if (graph.edgeTypeOf(edge) === 'property' && graph.edgeNameOf(edge) !== '__proto__') properties += 1;
  return properties >= DICTIONARY;
}
