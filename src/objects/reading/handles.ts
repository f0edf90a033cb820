import type { LogicalHop } from '../hop.ts';
import type { PathCursor } from '../path-cursor.ts';

/** Symbols under which Node.js hangs the JavaScript object from its native handle. */
const OWNER_SYMBOLS = new Set([
  '<symbol owner_symbol>',
  '<symbol kOwner>',
  '<symbol owner>',
  '<symbol handle_onclose>',
]);

/** `TCP ─owner_symbol→ Socket`: an open native handle and the object that wraps it. */
export function readHandleOwner(cursor: PathCursor): LogicalHop | undefined {
  if (!OWNER_SYMBOLS.has(String(cursor.edgeName()))) return undefined;
  return cursor.hop('handle', 'owner of the open handle', 1);
}
