import { table } from '../../report/table.ts';
import { formatBytes } from '../../shared/bytes.ts';
import { printable } from '../../shared/printable.ts';
import { clip } from '../../shared/text-width.ts';
import { retainerList } from '../../summary/retainer-list.ts';
import { answer, countOf } from '../answer.ts';
import { nodeOf, nodeText } from '../node-argument.ts';
import type { TypedCommand } from '../program.ts';

const WIDEST_EDGE = 40;

/** Prints what keeps a node alive directly. */
export function retainers(typed: TypedCommand): Promise<number> {
  const limit = countOf(typed.options, 'limit', 30);
  return answer(typed, {
    ask: ({ graph }) => retainerList(graph, nodeOf(graph, typed)),
    show({ node, retainers }, { paint }) {
      if (retainers.length === 0) return [nodeText(node), 'Nothing keeps it alive.'];
      const rows = retainers
        .slice(0, limit)
        .map(({ edge, from }) => [
          from.distance === null ? 'unreachable' : `${from.distance}`,
          formatBytes(from.retainedSize),
          `${clip(printable(from.name), WIDEST_EDGE)} @${from.id}`,
          clip(printable(`${edge.type} ${edge.name}`), WIDEST_EDGE),
        ]);
      const columns = [
        ...['distance', 'retained'].map((head) => ({ head, align: 'right' as const })),
        { head: 'held by' },
        { head: 'through' },
      ];
      const more = retainers.length - rows.length;
      return [
        paint.bold(nodeText(node)),
        '',
        ...table(columns, rows, paint.dim),
        ...(more > 0 ? [paint.dim(`${more} more; --limit shows more, --json all`)] : []),
      ];
    },
  });
}
