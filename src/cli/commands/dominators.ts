import type { HeapGraph } from '../../graph/heap-graph.ts';
import { table } from '../../report/table.ts';
import { formatBytes } from '../../shared/bytes.ts';
import { ROOT } from '../../shared/ids.ts';
import { printable } from '../../shared/printable.ts';
import { clip } from '../../shared/text-width.ts';
import { dominatorTable } from '../../summary/dominator-table.ts';
import { answer, countOf } from '../answer.ts';
import { nodeOf } from '../node-argument.ts';
import type { TypedCommand } from '../program.ts';

const WIDTH_OF_NUMBERS = 30;

/** Prints the nodes that retain most, as the dominator tree has them. */
export function dominators(typed: TypedCommand): Promise<number> {
  const limit = countOf(typed.options, 'limit', 40);
  const depth = countOf(typed.options, 'depth', 8);
  const start = (graph: HeapGraph) => (typed.args[1] === undefined ? ROOT : nodeOf(graph, typed));
  return answer(typed, {
    ask: ({ graph }) => ({ rows: dominatorTable(graph, start(graph), { limit, depth }) }),
    show({ rows }, { paint, width }) {
      const whole = rows[0]!.retainedSize || 1;
      const lines = rows.map(({ depth, id, name, selfSize, retainedSize, others }) => {
        const title = `${'  '.repeat(depth)}${name} @${id}`;
        const rest =
          others.count > 0 ? ` + ${others.count} more below it (${formatBytes(others.retainedSize)})` : '';
        const room = width - WIDTH_OF_NUMBERS;
        return [
          formatBytes(retainedSize),
          `${((100 * retainedSize) / whole).toFixed(1)} %`,
          formatBytes(selfSize),
          `${clip(printable(title), room)}${paint.dim(rest)}`,
        ];
      });
      const columns = [
        ...['retained', 'share', 'shallow'].map((head) => ({ head, align: 'right' as const })),
        { head: 'node' },
      ];
      return table(columns, lines, paint.dim);
    },
  });
}
