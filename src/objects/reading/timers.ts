import type { LogicalHop } from '../hop.ts';
import type { PathCursor } from '../path-cursor.ts';

const LINKS = new Set(['_idlePrev', '_idleNext']);

/**
 * Timeouts of one duration stand in a ring below a `TimersList`; immediates in a list of their own:
 * `timerListMap ─[ms]→ TimersList ─_idleNext→ Timeout ─_idleNext→ …`. The ring is one step, however long.
 */
export function readTimer(cursor: PathCursor): LogicalHop | undefined {
  if (cursor.nodeName() === 'ImmediateList') return readImmediate(cursor);
  if (cursor.nodeName() !== 'TimersList' || !LINKS.has(String(cursor.edgeName()))) return undefined;
  let length = 1;
  while (LINKS.has(String(cursor.edgeName(length))) && cursor.nodeName(length) === 'Timeout') length += 1;
  return cursor.hop('timer', 'pending timer', length);
}

function readImmediate(cursor: PathCursor): LogicalHop | undefined {
  let length = 1;
  while (LINKS.has(String(cursor.edgeName(length))) && cursor.nodeName(length) === 'Immediate') length += 1;
  return cursor.hop('immediate', 'pending immediate', length);
}

/** `Timeout ─_onTimeout→ callback`, or its arguments. */
export function readTimerCallback(cursor: PathCursor): LogicalHop | undefined {
  const name = cursor.edgeName();
  if (name === '_onTimeout' || name === '_onImmediate')
    return cursor.hop('property', `callback (${name})`, 1);
  if (name === '_timerArgs' && cursor.edgeType(1) === 'element')
    return cursor.hop('property', 'argument (_timerArgs)', 2);
  return undefined;
}
