import type { LogicalHop } from '../hop.ts';
import type { PathCursor } from '../path-cursor.ts';
import { TEXT_TYPES } from '../text.ts';

/** Bytes behind a view: `Uint8Array ─buffer→ ArrayBuffer ─backing_store→ native`. */
export function readBacking(cursor: PathCursor): LogicalHop | undefined {
  if (cursor.isEdge(0, 'internal', 'backing_store')) return cursor.hop('buffer', 'bytes', 1);
  if (cursor.nodeName(1) !== 'ArrayBuffer' && cursor.nodeName(1) !== 'SharedArrayBuffer') return undefined;
  if (cursor.edgeType() !== 'internal') return undefined;
  return cursor.hop('buffer', 'buffer', 1);
}

const PARTS = new Set(['parent', 'first', 'second', 'actual']);

/** A slice holds its whole parent, a concatenation both of its parts. */
export function readStringPart(cursor: PathCursor): LogicalHop | undefined {
  if (!TEXT_TYPES.has(cursor.nodeType())) return undefined;
  const name = String(cursor.edgeName());
  if (!PARTS.has(name)) return undefined;
  return cursor.hop('string-part', name === 'parent' ? 'string it is a slice of' : 'part of the string', 1);
}
