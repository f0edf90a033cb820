import type { LogicalHop } from '../hop.ts';
import type { PathCursor } from '../path-cursor.ts';
import { elementLength, isIndex, storeLength } from './collections.ts';

/**
 * `emitter ─_events→ Object ─'data'→ (Array ─[3]→)? listener`; those of `once` by way of the function that takes them off. A path
 * that ends at the store of the Array means all listeners of the event.
 */
export function readEmitterListener(cursor: PathCursor): LogicalHop | undefined {
  if (!cursor.isEdge(0, 'property', '_events')) return undefined;
  const event = cursor.edgeName(1);
  if (cursor.edgeType(1) !== 'property' || event === undefined || event === '__proto__') return undefined;
  const inArray = elementLength(cursor, 2) || storeLength(cursor, 2);
  const length = 2 + (cursor.nodeName(2) === 'Array' ? inArray : 0);
  const isOnce = cursor.nodeType(length) === 'closure' && cursor.isEdge(length, 'property', 'listener');
  return cursor.hop('listener', `listener of '${event}'`, isOnce ? length + 1 : length);
}

const LISTENER_CLASSES = new Set(['Listener', 'listener']);

/**
 * EventTarget keeps a Map from event type to the head of a list of records:
 * `target ─<symbol kEvents>→ Map ─table→ array ─k→ head ─next→ Listener ─next→ … ─listener→ function`.
 */
export function readEventTargetListener(cursor: PathCursor): LogicalHop | undefined {
  const name = cursor.edgeName();
  if (typeof name !== 'string' || !/kEvents|events/.test(name) || cursor.nodeName(1) !== 'Map')
    return undefined;
  if (!cursor.isEdge(1, 'internal', 'table') || !isIndex(cursor.edgeName(2))) return undefined;
  let ahead = 3;
  while (cursor.edgeName(ahead) === 'next' && cursor.node(ahead + 1) !== undefined) ahead += 1;
  const hasRecord = LISTENER_CLASSES.has(cursor.nodeName(ahead)) && cursor.node(ahead + 1) !== undefined;
  const calls = hasRecord && /^(listener|callback)$/.test(String(cursor.edgeName(ahead)));
  return cursor.hop('listener', `listener of '${eventType(cursor)}'`, calls ? ahead + 1 : ahead);
}

/** The key of a Map entry stands just before its value in the table. */
function eventType(cursor: PathCursor): string {
  const table = cursor.node(2)!;
  const index = Number(cursor.edgeName(2));
  const key = cursor.graph.follow(table, String(index - 1)) ?? cursor.graph.follow(table, index - 1);
  return key === undefined || cursor.graph.typeOf(key) !== 'string' ? 'an event' : cursor.graph.nameOf(key);
}

/** `Channel ─_subscribers→ Array ─[i]→ subscriber` of node:diagnostics_channel. */
export function readChannelSubscriber(cursor: PathCursor): LogicalHop | undefined {
  if (!cursor.isEdge(0, 'property', '_subscribers') || cursor.nodeName(1) !== 'Array') return undefined;
  const length = elementLength(cursor, 1);
  return length === 0 ? undefined : cursor.hop('listener', 'subscriber of the channel', 1 + length);
}
