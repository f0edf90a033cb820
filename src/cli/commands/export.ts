import { UsageError } from '../../shared/errors.ts';
import { nodeLines } from '../../summary/node-lines.ts';
import { exportParquet } from '../../summary/query.ts';
import { heapOf } from '../answer.ts';
import { ExitCode } from '../exit-code.ts';
import { OutputFiles } from '../output-files.ts';
import type { TypedCommand } from '../program.ts';
import { writeAll } from '../streams.ts';

/** Writes the figures of every node, or all tables, to files. */
export async function exportTables({ args, options }: TypedCommand): Promise<number> {
  const nodes = options.nodes as string | undefined;
  const parquet = options.parquet as string | undefined;
  if (nodes === undefined && parquet === undefined) {
    throw new UsageError('Nothing is to be exported.', 'Add --nodes <file> or --parquet <dir>.');
  }
  const files = new OutputFiles(nodes === undefined || nodes === '-' ? [] : [nodes], args);
  try {
    const { graph } = await heapOf(args[0]!, options);
    if (nodes === '-') {
      for (const piece of nodeLines(graph)) await writeAll(process.stdout, 'standard output', piece);
    } else if (nodes !== undefined) files.write(nodes, nodeLines(graph));
    if (parquet !== undefined) await exportParquet(graph, parquet);
    return ExitCode.pass;
  } finally {
    files.close();
  }
}
