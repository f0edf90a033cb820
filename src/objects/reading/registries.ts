import type { LogicalHop } from '../hop.ts';
import type { PathCursor } from '../path-cursor.ts';

const WEAK_CELL = 'system / WeakCell';

/**
 * A FinalizationRegistry holds cells in lists and tables; a cell holds its held value strongly:
 * `FinalizationRegistry ─→ (array ─→)? WeakCell (─→ WeakCell)* ─→ held value`.
 */
export function readRegistryValue(cursor: PathCursor): LogicalHop | undefined {
  if (cursor.nodeName() === WEAK_CELL) {
    let length = 1;
    while (cursor.nodeName(length) === WEAK_CELL && cursor.node(length + 1) !== undefined) length += 1;
    if (cursor.nodeName(length) === WEAK_CELL) return undefined;
    return cursor.hop('registry', 'held value (WeakCell)', length);
  }
  if (cursor.nodeName() !== 'FinalizationRegistry') return undefined;
  let length = cursor.nodeType(1) === 'array' ? 2 : 1;
  if (cursor.nodeName(length) !== WEAK_CELL) return undefined;
  while (cursor.nodeName(length) === WEAK_CELL && cursor.nodeName(length + 1) === WEAK_CELL) length += 1;
  return cursor.hop('registry', 'registration (WeakCell)', length);
}
