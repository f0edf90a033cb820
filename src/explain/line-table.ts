/**
 * Which characters end a line. V8 before Node 22 counted `\n` alone; later ones count all four that
 * ECMAScript names (`\r\n` as one).
 */
export type LineRule = 'newline' | 'ecmascript';

/** A place by line and column, both counted from 0, the column in UTF-16 units. */
export interface LineColumn {
  readonly line: number;
  readonly column: number;
}

/** Where the lines of one text begin: translates between offsets and line-and-column places. */
export interface LineTable {
  /** Offset of each line's first character. */
  readonly starts: readonly number[];
  /** Offset of a place; undefined when the text has no such line, or the line is shorter than the column. */
  offsetAt(place: LineColumn): number | undefined;
  placeAt(offset: number): LineColumn;
}

const TERMINATORS: Record<LineRule, RegExp> = { newline: /\n/g, ecmascript: /\r\n|[\n\r\u2028\u2029]/g };

/** Builds the table of a text under one rule. */
export function lineTable(text: string, rule: LineRule): LineTable {
  const starts = [0];
  for (const terminator of text.matchAll(TERMINATORS[rule])) {
    starts.push(terminator.index + terminator[0].length);
  }

  function placeAt(offset: number): LineColumn {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low, column: offset - starts[low]! };
  }

  function offsetAt({ line, column }: LineColumn): number | undefined {
    const start = starts[line];
    if (start === undefined) return undefined;
    const end = starts[line + 1] ?? text.length + 1;
    return start + column < end ? start + column : undefined;
  }

  return { starts, offsetAt, placeAt };
}
