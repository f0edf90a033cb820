import type { LogicalHop } from '../hop.ts';
import type { PathCursor } from '../path-cursor.ts';

/** A Map or Set holds its entries in a table: `Map ─table→ array ─k→ entry`. */
export function readCollectionEntry(cursor: PathCursor): LogicalHop | undefined {
  if (!cursor.isEdge(0, 'internal', 'table') || cursor.nodeType(1) !== 'array') return undefined;
  if (cursor.edgeType(1) !== 'internal' || !isIndex(cursor.edgeName(1))) return undefined;
  return cursor.hop('entry', 'entry', 2);
}

/** The value of a WeakMap pair hangs below its key; V8 names the edge after the pair. */
export function readWeakMapValue(cursor: PathCursor): LogicalHop | undefined {
  const name = cursor.edgeName();
  if (typeof name !== 'string' || !name.includes('pair in WeakMap')) return undefined;
  return cursor.hop('weak-value', 'WeakMap value of this key', 1);
}

/** Elements hang from the array itself, whatever V8 stores them in. */
export function readArrayElement(cursor: PathCursor): LogicalHop | undefined {
  if (cursor.edgeType() === 'element') return cursor.hop('element', 'element', 1);
  if (cursor.isEdge(0, 'internal', 'elements') && isIndex(cursor.edgeName(1)))
    return cursor.hop('element', 'element', 2);
  return undefined;
}

/** V8 writes indices of tables as decimal names. */
export function isIndex(name: string | number | undefined): boolean {
  return typeof name === 'number' || (name !== undefined && /^\d+$/.test(name));
}
