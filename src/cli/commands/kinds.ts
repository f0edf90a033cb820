import { kinds as kindTable } from '../../detect/kinds.ts';
import { table } from '../../report/table.ts';
import { ExitCode } from '../exit-code.ts';
import type { TypedCommand } from '../program.ts';
import { resolveOutput } from '../resolve.ts';
import { writeAll } from '../streams.ts';
import { terminalFor } from '../terminal.ts';

const WIDTH_OF_OTHER_COLUMNS = 40;

/** Prints what each kind of leak is. */
export async function kinds({ options }: TypedCommand): Promise<number> {
  const { format, color } = resolveOutput(options);
  const { paint, width } = terminalFor(process.stdout, color, process.env);
  const rows = Object.entries(kindTable).map(([kind, { what, certainBy }]) => [
    paint.bold(kind),
    certainBy,
    what,
  ]);
  const columns = [
    { head: 'kind' },
    { head: 'certain by' },
    { head: 'what it is', width: Math.max(20, width - WIDTH_OF_OTHER_COLUMNS) },
  ];
  const text =
    format === 'json' ? JSON.stringify(kindTable, null, 2) : table(columns, rows, paint.dim).join('\n');
  await writeAll(process.stdout, 'standard output', `${text}\n`);
  return ExitCode.pass;
}
