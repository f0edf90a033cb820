import { table } from '../../report/table.ts';
import { printable } from '../../shared/printable.ts';
import { clip } from '../../shared/text-width.ts';
import { query as ask } from '../../summary/query.ts';
import { answer } from '../answer.ts';
import type { TypedCommand } from '../program.ts';

const WIDEST_CELL = 80;

/** Prints the answer to an SQL statement about the heap. */
export function query(typed: TypedCommand): Promise<number> {
  const [, sql = ''] = typed.args;
  return answer(typed, {
    ask: ({ graph }) => ask(graph, sql),
    show({ columns, rows }, { paint }) {
      const cells = rows.map((row) => row.map((value) => clip(printable(`${value ?? ''}`), WIDEST_CELL)));
      const heads = columns.map((head, at) => ({
        head: printable(head),
        align: typeof rows[0]?.[at] === 'number' ? ('right' as const) : ('left' as const),
      }));
      return table(heads, cells, paint.dim);
    },
  });
}
