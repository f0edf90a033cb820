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
  const length = elementLength(cursor, 0);
  return length === 0 ? undefined : cursor.hop('element', 'element', length);
}

/** Edges from the array `ahead` to the element the path goes to: 1, 2 by way of the store, or 0 when it goes elsewhere. */
export function elementLength(cursor: PathCursor, ahead: number): number {
  if (cursor.edgeType(ahead) === 'element') return 1;
  return cursor.isEdge(ahead, 'internal', 'elements') && isIndex(cursor.edgeName(ahead + 1)) ? 2 : 0;
}

/** V8 writes indices of tables as decimal names. */
export function isIndex(name: string | number | undefined): boolean {
  return typeof name === 'number' || (name !== undefined && /^\d+$/.test(name));
}

const STORES = new Set(['table', 'elements', 'properties']);

/** A path that ends at the store of a collection means its content as a whole. */
export function readStore(cursor: PathCursor): LogicalHop | undefined {
  const length = storeLength(cursor, 0);
  return length === 0 ? undefined : cursor.hop('element', 'content', length);
}

/** Edges from the collection `ahead` to its store where the path ends there: 1, or 0 when it does not. */
export function storeLength(cursor: PathCursor, ahead: number): number {
  if (cursor.edgeType(ahead) !== 'internal' || !STORES.has(String(cursor.edgeName(ahead)))) return 0;
  return cursor.nodeType(ahead + 1) === 'array' && cursor.node(ahead + 2) === undefined ? 1 : 0;
}
