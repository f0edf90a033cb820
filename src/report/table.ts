import Table from 'cli-table3';

const BARE = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '' },
  ...{ bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
  ...{ left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '  ' },
};

/** Columns that hold numbers are aligned right; of the others at most one is told how wide it may become. */
export interface Column {
  readonly head: string;
  readonly align?: 'left' | 'right';
  readonly width?: number;
}

/** A table without lines, one string a line; the head is painted by `paintHead`. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  paintHead: (text: string) => string,
): string[] {
  const drawn = new Table({
    chars: BARE,
    head: columns.map((column) => paintHead(column.head)),
    colAligns: columns.map((column) => column.align ?? 'left'),
    colWidths: columns.map((column) => column.width ?? null),
    wordWrap: true,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0, compact: true },
  });
  for (const row of rows) drawn.push([...row]);
  return drawn
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
}
