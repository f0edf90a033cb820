import type { LogicalHop } from '../hop.ts';
import type { PathCursor } from '../path-cursor.ts';
import { isIndex } from './collections.ts';

/** What the slots of V8's root categories are to a developer; the number of a slot says nothing and changes from run to run. */
const SLOTS: ReadonlyMap<string, string> = new Map([
  ['(Global handles)', 'handle'],
  ['(Eternal handles)', 'handle'],
  ['(Handle scope)', 'handle'],
  ['(Stack roots)', 'value on the stack'],
  ['(Micro tasks)', 'queued job'],
]);

/** `(Global handles) ─537→ TCP`, `(Global handles) ─12 / DevTools console→ Object`. */
export function readRootSlot(cursor: PathCursor): LogicalHop | undefined {
  if (cursor.nodeType() !== 'synthetic' || cursor.nodeType(1) === 'synthetic') return undefined;
  const slot = SLOTS.get(cursor.nodeName()) ?? 'root';
  const [, description] = /^\d+ \/ (.+)$/s.exec(String(cursor.edgeName())) ?? [];
  if (description !== undefined) return cursor.hop('internal', `${slot} of ${description}`, 1);
  return isIndex(cursor.edgeName()) ? cursor.hop('internal', slot, 1) : undefined;
}
