import type { LogicalHop } from '../hop.ts';
import type { PathCursor } from '../path-cursor.ts';

/** The fields of a Proxy by the index under which V8 writes them. */
const FIELDS: ReadonlyMap<unknown, string> = new Map([
  [1, 'target of the Proxy'],
  [2, 'handler of the Proxy'],
]);

/** `JSProxy ─[1]→ target`, `JSProxy ─[2]→ handler`. */
export function readProxy(cursor: PathCursor): LogicalHop | undefined {
  if (cursor.nodeName() !== 'system / JSProxy' || cursor.edgeType() !== 'hidden') return undefined;
  const name = FIELDS.get(cursor.edgeName());
  return name === undefined ? undefined : cursor.hop('internal', name, 1);
}
