import type { HeapGraph } from '../../graph/heap-graph.ts';
import type { EdgeOrdinal, NodeOrdinal } from '../../shared/ids.ts';
import { contextSlots } from '../context-slots.ts';
import { isContext, outerContext } from '../contexts.ts';
import type { LogicalHop } from '../hop.ts';
import type { PathCursor } from '../path-cursor.ts';

/**
 * Variables: a function holds its scope, the scope its captured variables and the scope around it:
 * `closure ─context→ Context (─previous→ Context)* ─name→ value`. One step from function to value.
 */
export function readBinding(cursor: PathCursor): LogicalHop | undefined {
  const bound = readBoundFunction(cursor);
  if (bound !== undefined) return bound;
  const start = cursor.node()!;
  let length = 0;
  if (!isContext(cursor.graph, start)) {
    if (!cursor.isEdge(0, 'internal', 'context')) return undefined;
    const context = cursor.node(1);
    if (context === undefined || !isContext(cursor.graph, context)) return undefined;
    length = 1;
  }
  while (cursor.isEdge(length, 'internal', 'previous') && cursor.node(length + 1) !== undefined) length += 1;
  const scope = cursor.node(length);
  if (scope === undefined || !isContext(cursor.graph, scope)) return undefined;
  const name = cursor.node(length + 1) === undefined ? undefined : variableName(cursor, length, scope);
  if (name === undefined) return length === 0 ? undefined : cursor.hop('variable', 'scope', length);
  const isModule = name !== UNNAMED && outerContext(cursor.graph, scope) === undefined;
  const role = isModule ? 'module-variable' : 'variable';
  const isSettler = name === UNNAMED && cursor.nodeName(length + 1) === 'Promise';
  return cursor.hop(role, isSettler ? SETTLES : name, length + 1);
}

/**
 * What an ES module exports lies in a cell, which a table of the module has behind the string of its name, and modules that
 * import it have in tables without names: `SourceTextModule → table → Cell ─value→ value`. One step from the module to the value.
 */
export function readExport(cursor: PathCursor): LogicalHop | undefined {
  if (cursor.nodeName() !== 'system / SourceTextModule' || cursor.nodeName(2) !== 'system / Cell')
    return undefined;
  if (!cursor.isEdge(2, 'internal', 'value') || cursor.node(3) === undefined) return undefined;
  const name = exportedName(cursor.graph, cursor.node(2)!);
  return name === undefined ? undefined : cursor.hop('module-variable', name, 3);
}

function exportedName(graph: HeapGraph, cell: NodeOrdinal): string | undefined {
  for (const row of graph.retainerEdges(cell)) {
    const edge = row as EdgeOrdinal;
    const before = Number(graph.edgeNameOf(edge)) - 1;
    const name = graph.follow(graph.edgeSource(edge), String(before), 'internal');
    if (name !== undefined && graph.typeOf(name) === 'string') return graph.nameOf(name);
  }
  return undefined;
}

/** The step from a function that resolves or rejects a promise to that promise. */
export const SETTLES = 'promise that it settles';

/** Scopes of built-in functions have no table of names. */
const UNNAMED = 'a variable without a name';

function variableName(cursor: PathCursor, ahead: number, scope: NodeOrdinal): string | undefined {
  const name = cursor.edgeName(ahead);
  if (cursor.edgeType(ahead) === 'context') return String(name);
  if (cursor.edgeType(ahead) === 'hidden') return slotName(cursor.graph, scope, cursor.edge(ahead)!);
  return undefined;
}

/** Name of the variable behind an edge of a scope; blocks and loops write their values without names, see `contextSlots`. */
function slotName(graph: HeapGraph, scope: NodeOrdinal, edge: EdgeOrdinal): string {
  const names = contextSlots(graph, scope).find((slot) => slot.edge === edge)?.names ?? [];
  return names.length > 1 ? `one of ${names.join(', ')}` : (names[0] ?? UNNAMED);
}

function readBoundFunction(cursor: PathCursor): LogicalHop | undefined {
  if (cursor.nodeType() !== 'closure') return undefined;
  switch (cursor.edgeName()) {
    case 'bound_function':
      return cursor.hop('bound', 'bound function', 1);
    case 'bound_this':
      return cursor.hop('bound', 'bound this', 1);
    case 'bindings':
      return cursor.node(2) === undefined ? undefined : cursor.hop('bound', 'bound argument', 2);
    default:
      return undefined;
  }
}
