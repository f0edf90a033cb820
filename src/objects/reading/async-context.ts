import type { LogicalHop } from '../hop.ts';
import type { PathCursor } from '../path-cursor.ts';
import { isIndex } from './collections.ts';

/**
 * The store of an AsyncLocalStorage: on Node 20 and 22 below a `kResourceStore` symbol of each resource, later in an
 * `AsyncContextFrame`, a Map from storage to store.
 */
export function readAsyncContext(cursor: PathCursor): LogicalHop | undefined {
  const name = String(cursor.edgeName());
  if (name.startsWith('<symbol kResourceStore'))
    return cursor.hop('async-context', 'AsyncLocalStorage store', 1);
  if (
    cursor.nodeName() === 'AsyncContextFrame' &&
    cursor.isEdge(0, 'internal', 'table') &&
    isIndex(cursor.edgeName(1))
  ) {
    return cursor.hop('async-context', 'AsyncLocalStorage store', 2);
  }
  if (cursor.nodeName(1) === 'AsyncContextFrame')
    return cursor.hop('async-context', 'async context (AsyncContextFrame)', 1);
  return undefined;
}
