import type { HopRole } from '../../objects/hop.ts';
import { formatBytes } from '../../shared/bytes.ts';
import { printable } from '../../shared/printable.ts';
import { clip } from '../../shared/text-width.ts';
import { type ToldHop, toldPath } from '../../summary/told-path.ts';
import { answer } from '../answer.ts';
import { nodeOf, nodeText } from '../node-argument.ts';
import type { TypedCommand } from '../program.ts';
import type { Terminal } from '../terminal.ts';

const WIDEST_NAME = 60;

/** Steps whose names are identifiers of the program, and say no more; all others have names that explain themselves. */
const NAMED_BY_PROGRAM: ReadonlySet<HopRole> = new Set<HopRole>([
  'variable',
  'module-variable',
  'global-variable',
  'property',
  'private-field',
  'prototype',
]);

/** Prints why a node is alive, from the root down. */
export function path(typed: TypedCommand): Promise<number> {
  return answer(typed, {
    ask: ({ graph }) => toldPath(graph, nodeOf(graph, typed)),
    show({ node, hops }, terminal) {
      const { paint } = terminal;
      if (hops === null) return [nodeText(node), 'Nothing keeps it alive.'];
      return [
        paint.bold('root'),
        paint.dim('│'),
        ...hops.map((hop, at) => rung(hop, at === hops.length - 1, terminal)),
      ];
    },
  });
}

function rung({ role, name, repeats, to }: ToldHop, isLast: boolean, { paint }: Terminal): string {
  const step = NAMED_BY_PROGRAM.has(role) ? `${role.replaceAll('-', ' ')} ${name}` : name;
  const times = repeats > 1 ? paint.dim(` (${repeats} times)`) : '';
  const size = paint.dim(`  retains ${formatBytes(to.retainedSize)}`);
  const stem = paint.dim(isLast ? '╰─ ' : '├─ ');
  return `${stem}${shown(step)}${times}${paint.dim(' → ')}${shown(to.name)} @${to.id}${size}`;
}

function shown(text: string): string {
  return clip(printable(text), WIDEST_NAME);
}
