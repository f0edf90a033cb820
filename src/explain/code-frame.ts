import { printable } from '../shared/printable.ts';
import { textWidth } from '../shared/text-width.ts';
import { type LineColumn, lineTable } from './line-table.ts';

/** Lines shown before and after the line in question. */
const CONTEXT_LINES = 2;
/** Columns of source shown of each line. */
const WIDTH = 100;
const TAB = '  ';

/**
 * The lines around a place (line and column from 0) with their numbers and a caret below the place. Tabs become two spaces,
 * control characters appear escaped, long lines are cut around the caret. Undefined when the text has no such line.
 *
 * ```
 *   11 | function login(user) {
 * > 12 |   sessions.set(user, new Session(user));
 *      |            ^
 *   13 | }
 * ```
 */
export function codeFrame(text: string, place: LineColumn): string | undefined {
  const { starts } = lineTable(text, 'ecmascript');
  if (place.line >= starts.length) return undefined;
  const first = Math.max(0, place.line - CONTEXT_LINES);
  const last = Math.min(starts.length - 1, place.line + CONTEXT_LINES);
  const numberWidth = String(last + 1).length;
  const skipped = place.column > WIDTH - 10 ? place.column - WIDTH / 2 : 0;
  const frame: string[] = [];
  for (let line = first; line <= last; line += 1) {
    const content = text.slice(starts[line], starts[line + 1]).replace(/[\r\n\u2028\u2029]+$/, '');
    const isMarked = line === place.line;
    if (line === starts.length - 1 && content === '' && !isMarked) continue;
    const number = String(line + 1).padStart(numberWidth);
    frame.push(`${isMarked ? '>' : ' '} ${number} | ${shown(content, skipped)}`.trimEnd());
    if (isMarked) frame.push(`  ${' '.repeat(numberWidth)} | ${caret(content, place.column, skipped)}`);
  }
  return frame.join('\n');
}

function shown(content: string, skipped: number): string {
  const end = skipped + WIDTH;
  const cut = printableLine(content.slice(skipped, end));
  return `${skipped > 0 && content !== '' ? '…' : ''}${cut}${content.length > end ? '…' : ''}`;
}

function caret(content: string, column: number, skipped: number): string {
  const before = (skipped > 0 ? '…' : '') + printableLine(content.slice(skipped, column));
  return `${' '.repeat(textWidth(before))}^`;
}

function printableLine(content: string): string {
  return printable(content.replaceAll('\t', TAB));
}
