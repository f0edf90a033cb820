import { table } from '../../report/table.ts';
import { formatBytes } from '../../shared/bytes.ts';
import { printable } from '../../shared/printable.ts';
import { clip } from '../../shared/text-width.ts';
import { answer, countOf } from '../answer.ts';
import type { TypedCommand } from '../program.ts';

const WIDTH_OF_NUMBERS = 36;

/** Prints the heap by class. */
export function stats(typed: TypedCommand): Promise<number> {
  const limit = countOf(typed.options, 'limit', 30);
  return answer(typed, {
    ask: (heap) => heap.classes(),
    show({ classes, nodeCount, selfSize, unreachable }, { paint, width }) {
      const rows = classes
        .slice(0, limit)
        .map(({ name, count, selfSize, retainedSize }) => [
          `${count}`,
          formatBytes(selfSize),
          formatBytes(retainedSize),
          clip(printable(name), width - WIDTH_OF_NUMBERS),
        ]);
      const columns = [
        ...['count', 'shallow', 'retained'].map((head) => ({ head, align: 'right' as const })),
        { head: 'class' },
      ];
      const more = classes.length - rows.length;
      return [
        `${nodeCount} nodes, ${formatBytes(selfSize)}; ${unreachable.count} of them (${formatBytes(unreachable.selfSize)}) nothing keeps alive`,
        '',
        ...table(columns, rows, paint.dim),
        ...(more > 0 ? [paint.dim(`${more} more classes; --limit shows more, --json all`)] : []),
      ];
    },
  });
}
