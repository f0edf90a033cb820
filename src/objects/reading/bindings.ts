import type { HeapGraph } from '../../graph/heap-graph.ts';
import type { NodeOrdinal } from '../../shared/ids.ts';
import { isContext, isModuleScope, scopeNames } from '../contexts.ts';
import { edgesOf } from '../edges.ts';
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
  const role = isModuleScope(cursor.graph, scope) ? 'module-variable' : 'variable';
  return cursor.hop(role, name, length + 1);
}

function variableName(cursor: PathCursor, ahead: number, scope: NodeOrdinal): string | undefined {
  const name = cursor.edgeName(ahead);
  if (cursor.edgeType(ahead) === 'context') return String(name);
  if (cursor.edgeType(ahead) === 'hidden') return slotName(cursor.graph, scope, cursor.node(ahead + 1)!);
  return undefined;
}

/**
 * Block scopes write their slots without names, small integers left out; the scope's table has the names in slot
 * order. They belong together for certain only when both counts agree.
 */
export function slotName(graph: HeapGraph, scope: NodeOrdinal, value: NodeOrdinal): string {
  const slots: NodeOrdinal[] = [];
  for (const edge of edgesOf(graph, scope)) {
    if (graph.edgeTypeOf(edge) === 'hidden') slots.push(graph.edgeTarget(edge));
  }
  const names = scopeNames(graph, scope);
  const slot = slots.indexOf(value);
  if (names.length === slots.length && names[slot] !== undefined) return names[slot];
  return names.length === 0 ? 'a block variable' : `one of ${names.join(', ')}`;
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
