import { closeSync, openSync, writeSync } from 'node:fs';
import { UsageError } from '../../shared/errors.ts';
import { nodeLines } from '../../summary/node-lines.ts';
import { exportParquet } from '../../summary/query.ts';
import { heapOf } from '../answer.ts';
import { ExitCode } from '../exit-code.ts';
import { OutputError } from '../output-files.ts';
import type { TypedCommand } from '../program.ts';
import { writeAll } from '../streams.ts';

/** Writes the figures of every node, or all tables, to files. */
export async function exportTables({ args, options }: TypedCommand): Promise<number> {
  const { nodes, parquet } = options;
  if (typeof nodes !== 'string' && typeof parquet !== 'string') {
    throw new UsageError('Nothing is to be exported.', 'Add --nodes <file> or --parquet <dir>.');
  }
  const out = typeof nodes === 'string' && nodes !== '-' ? open(nodes) : undefined;
  try {
    const graph = await heapOf(args[0]!, options);
    if (typeof nodes === 'string') {
      for (const piece of nodeLines(graph)) {
        if (out === undefined) await writeAll(process.stdout, 'standard output', piece);
        else write(out, nodes, piece);
      }
    }
    if (typeof parquet === 'string') {
      for (const file of await exportParquet(graph, parquet))
        process.stderr.write(`leakscan: wrote ${file}\n`);
    }
    return ExitCode.pass;
  } finally {
    if (out !== undefined) closeSync(out);
  }
}

/** Opened before the snapshot is read, so that a wrong path is known at once. */
function open(file: string): number {
  try {
    return openSync(file, 'w', 0o600);
  } catch (error) {
    throw new UsageError(
      `${file} cannot be written: ${(error as Error).message}.`,
      'Name a file in a folder that exists and can be written.',
      { cause: error },
    );
  }
}

function write(descriptor: number, file: string, text: string): void {
  const bytes = Buffer.from(text);
  try {
    for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done);
  } catch (error) {
    throw new OutputError(file, error as Error);
  }
}
