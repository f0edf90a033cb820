import type { HeapGraph } from '../graph/heap-graph.ts';
import type { NodeOrdinal } from '../shared/ids.ts';
import { edgesOf } from './edges.ts';

/** Is the node a V8 scope object with captured variables? Later V8 versions append the scope's name. */
export function isContext(graph: HeapGraph, node: NodeOrdinal): boolean {
  return graph.typeOf(node) === 'object' && graph.nameOf(node).startsWith('system / Context');
}

/** Names of the variables a scope keeps on the heap, in slot order, as V8's scope table lists them. */
export function scopeNames(graph: HeapGraph, scope: NodeOrdinal): string[] {
  const table = graph.follow(scope, 'scope_info', 'internal');
  if (table === undefined) return [];
  const names: string[] = [];
  for (const holder of [table, ...namesTables(graph, table)]) {
    for (const edge of edgesOf(graph, holder)) {
      const target = graph.edgeTarget(edge);
      const type = graph.edgeTypeOf(edge);
      if ((type === 'hidden' || holder !== table) && graph.typeOf(target) === 'string')
        names.push(graph.nameOf(target));
    }
  }
  return names;
}

/** Scopes with many locals keep the names in a table of their own. */
function namesTables(graph: HeapGraph, scopeInfo: NodeOrdinal): NodeOrdinal[] {
  const tables: NodeOrdinal[] = [];
  for (const edge of edgesOf(graph, scopeInfo)) {
    const target = graph.edgeTarget(edge);
    if (graph.nameOf(target) === '(context local names)') tables.push(target);
  }
  return tables;
}

/** The outermost scope of a module or script: nothing but V8's own contexts lies around it. */
export function isModuleScope(graph: HeapGraph, scope: NodeOrdinal): boolean {
  const outer = graph.follow(scope, 'previous', 'internal');
  return outer === undefined || !isContext(graph, outer);
}
