import type { HeapGraph } from '../../graph/heap-graph.ts';
import type { EdgeOrdinal, NodeOrdinal } from '../../shared/ids.ts';
import { isContext } from '../contexts.ts';
import type { LogicalHop } from '../hop.ts';
import type { PathCursor } from '../path-cursor.ts';

const REACTION = 'system / PromiseReaction';
const MODULE = 'system / SourceTextModule';

/**
 * What runs when a promise settles: `Promise ─reactions_or_result→ PromiseReaction (─→ PromiseReaction)* ─→ handler`.
 * A settled promise holds its value over the same edge.
 */
export function readReaction(cursor: PathCursor): LogicalHop | undefined {
  if (cursor.isEdge(0, 'internal', 'reactions_or_result')) {
    if (cursor.nodeName(1) !== REACTION) return cursor.hop('property', 'settled value', 1);
    return cursor.hop('reaction', 'reaction (PromiseReaction)', reactionLength(cursor, 1));
  }
  if (cursor.nodeName() === REACTION)
    return cursor.hop('reaction', 'reaction (PromiseReaction)', reactionLength(cursor, 0));
  return undefined;
}

/** Edges up to the last reaction of a chain, and on to the function or promise it settles if the path goes there. */
function reactionLength(cursor: PathCursor, start: number): number {
  let length = start;
  while (cursor.nodeName(length) === REACTION && cursor.nodeName(length + 1) === REACTION) length += 1;
  return cursor.node(length + 1) === undefined ? Math.max(length, 1) : length + 1;
}

/**
 * A suspended async function hangs below what it awaits:
 * `… PromiseReaction ─→ closure '' ─context→ Context ─extension→ Generator`.
 */
export function readAwait(cursor: PathCursor): LogicalHop | undefined {
  let length = cursor.isEdge(0, 'internal', 'reactions_or_result') ? 1 : 0;
  if (cursor.nodeName(length) === REACTION) {
    while (cursor.nodeName(length + 1) === REACTION) length += 1;
    length += 1;
  }
  if (cursor.nodeType(length) !== 'closure') return undefined;
  const context = cursor.node(length + 1);
  if (
    !cursor.isEdge(length, 'internal', 'context') ||
    context === undefined ||
    !isContext(cursor.graph, context)
  )
    return undefined;
  if (!cursor.isEdge(length + 1, 'internal', 'extension')) return undefined;
  const frame = cursor.node(length + 2)!;
  if (cursor.graph.follow(frame, 'parameters_and_registers') === undefined) return undefined;
  return cursor.hop('await', `await in ${frameName(cursor, length + 2)}`, length + 2);
}

/** Local variables of a suspended generator or async function; V8 writes no names for them. */
export function readFrameLocal(cursor: PathCursor): LogicalHop | undefined {
  if (cursor.isEdge(0, 'internal', 'parameters_and_registers')) {
    if (cursor.node(2) === undefined) return undefined;
    return cursor.hop('local', `local variable of ${frameName(cursor, 0)}`, 2);
  }
  const frame = cursor.node()!;
  if (cursor.graph.follow(frame, 'parameters_and_registers') === undefined) return undefined;
  if (cursor.isEdge(0, 'internal', 'receiver'))
    return cursor.hop('local', `this of ${frameName(cursor, 0)}`, 1);
  return undefined;
}

/** Is the node the frame of a module's body, which awaits something? */
export function isModuleBody(graph: HeapGraph, frame: NodeOrdinal): boolean {
  if (graph.nameOf(frame) !== 'Generator') return false;
  for (const edge of graph.retainerEdges(frame))
    if (graph.nameOf(graph.edgeSource(edge as EdgeOrdinal)) === MODULE) return true;
  return false;
}

/** Name of the function whose frame a generator object is. */
function frameName(cursor: PathCursor, ahead: number): string {
  const frame = cursor.node(ahead)!;
  if (isModuleBody(cursor.graph, frame)) return 'the suspended module';
  const code = cursor.graph.follow(frame, 'function');
  const name = code === undefined ? '' : cursor.graph.nameOf(code);
  return name === '' ? 'a suspended function' : `suspended ${name}()`;
}
