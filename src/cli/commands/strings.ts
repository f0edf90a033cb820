import { table } from '../../report/table.ts';
import { formatBytes } from '../../shared/bytes.ts';
import { printable } from '../../shared/printable.ts';
import { clip } from '../../shared/text-width.ts';
import { stringList } from '../../summary/string-list.ts';
import { answer, countOf } from '../answer.ts';
import type { TypedCommand } from '../program.ts';

const WIDTH_OF_NUMBERS = 36;

/** Prints the strings that take most room, or those that are there more than once. */
export function strings(typed: TypedCommand): Promise<number> {
  const duplicates = typed.options.duplicates === true;
  const limit = countOf(typed.options, 'limit', 30);
  return answer(typed, {
    ask: ({ graph }) => stringList(graph, { duplicates, limit }),
    show(list, { paint, width }) {
      const rows = list.strings.map(({ text, count, selfSize, wasted }) => [
        `${count}`,
        formatBytes(selfSize),
        formatBytes(wasted),
        clip(printable(text), width - WIDTH_OF_NUMBERS),
      ]);
      const columns = [
        ...['count', 'shallow', 'wasted'].map((head) => ({ head, align: 'right' as const })),
        { head: 'text' },
      ];
      return [
        `${list.count} strings, ${formatBytes(list.selfSize)}; duplicates waste ${formatBytes(list.wasted)}`,
        '',
        ...table(columns, rows, paint.dim),
      ];
    },
  });
}
