import type { HeapGraph } from '../graph/heap-graph.ts';
import type { NodeOrdinal } from '../shared/ids.ts';
import { edgesOf } from './edges.ts';

/** Later V8 versions append the scope's name. */
const CONTEXT = 'system / Context';

/** Is the node a V8 scope object with captured variables? */
export function isContext(graph: HeapGraph, node: NodeOrdinal): boolean {
  return graph.typeOf(node) === 'object' && graph.nameOf(node).startsWith(CONTEXT);
}

/** Every scope object of the heap, in ordinal order. */
export function* contextsOf(graph: HeapGraph): Generator<NodeOrdinal> {
  const { nodeCount, nodeName } = graph.snapshot;
  const names = contextNames(graph);
  for (let ordinal = 0; ordinal < nodeCount; ordinal += 1) {
    const node = ordinal as NodeOrdinal;
    if (names.has(nodeName[ordinal]!) && isContext(graph, node)) yield node;
  }
}

const namesByGraph = new WeakMap<HeapGraph, ReadonlySet<number>>();

/** Entries of the string table that name scope objects. */
export function contextNames(graph: HeapGraph): ReadonlySet<number> {
  const { snapshot } = graph;
  const known = namesByGraph.get(graph);
  if (known !== undefined) return known;
  const containing = snapshot.stringsContaining(CONTEXT);
  const names = new Set(containing.filter((index) => snapshot.string(index).startsWith(CONTEXT)));
  namesByGraph.set(graph, names);
  return names;
}

/** The scope around another; undefined at the top level of a module or script, where only V8's own contexts follow. */
export function outerContext(graph: HeapGraph, context: NodeOrdinal): NodeOrdinal | undefined {
  const outer = graph.follow(context, 'previous', 'internal');
  return outer !== undefined && isContext(graph, outer) ? outer : undefined;
}

/**
 * Names of the variables of a scope in slot order, small integers included, then for functions perhaps the function's
 * own name. Without the variables of scopes that have more than 75 of them: V8 keeps those in a hash table.
 */
export function slotNames(graph: HeapGraph, context: NodeOrdinal): string[] {
  const scopeInfo = graph.follow(context, 'scope_info', 'internal');
  const names: string[] = [];
  if (scopeInfo === undefined) return names;
  for (const edge of edgesOf(graph, scopeInfo)) {
    const target = graph.edgeTarget(edge);
    if (graph.edgeTypeOf(edge) === 'hidden' && graph.typeOf(target) === 'string')
      names.push(graph.nameOf(target));
  }
  return names;
}

/** All names that V8's table of a scope lists, in the order of the table: enough to tell scopes apart. */
export function scopeNames(graph: HeapGraph, context: NodeOrdinal): string[] {
  const scopeInfo = graph.follow(context, 'scope_info', 'internal');
  const names = slotNames(graph, context);
  if (scopeInfo === undefined) return names;
  for (const edge of edgesOf(graph, scopeInfo)) {
    const table = graph.edgeTarget(edge);
    if (graph.nameOf(table) !== '(context local names)') continue;
    for (const entry of edgesOf(graph, table)) {
      const name = graph.edgeTarget(entry);
      if (graph.typeOf(name) === 'string') names.push(graph.nameOf(name));
    }
  }
  return names;
}
