import type { LogicalHop } from '../hop.ts';
import type { PathCursor } from '../path-cursor.ts';
import { isIndex } from './collections.ts';

/**
 * Whatever no other reader knows, one edge at a time; also properties that V8 keeps in a side table. The values in it have an edge
 * of their own from the object, so that a text there is a key of what is used as a dictionary.
 */
export function readProperty(cursor: PathCursor): LogicalHop | undefined {
  const name = cursor.edgeName();
  if (
    cursor.isEdge(0, 'internal', 'properties') &&
    isIndex(cursor.edgeName(1)) &&
    cursor.node(2) !== undefined
  ) {
    return cursor.nodeType(2) === 'string'
      ? cursor.hop('entry', 'key', 2)
      : cursor.hop('property', 'property', 2);
  }
  // Where in a table of V8's something stands says nothing, and changes from run to run.
  if (cursor.edgeType() !== 'property')
    return cursor.hop('internal', isIndex(name) ? 'slot' : String(name), 1);
  if (name === '__proto__' || name === 'constructor' || name === 'prototype')
    return cursor.hop('prototype', String(name), 1);
  if (String(name).startsWith('#')) return cursor.hop('private-field', String(name), 1);
  return cursor.hop('property', String(name), 1);
}
