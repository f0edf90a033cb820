import { existsSync, readFileSync, statSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { RUN_RECORD_FILE, type RunRecord } from '../capture/run-record.ts';
import { looksLikeReport, parseReport } from '../report/read-report.ts';
import type { Report } from '../report/report.ts';
import { InputError } from '../shared/errors.ts';

/** A heap snapshot that is not read yet. */
export interface SnapshotInput {
  readonly kind: 'snapshot';
  /** As it was named on the command line. */
  readonly name: string;
  readonly file: string;
  /** The record of the run that wrote it, where that lies beside it. */
  readonly run: RunRecord | undefined;
}

export interface ReportInput {
  readonly kind: 'report';
  readonly name: string;
  readonly report: Report;
}

/** What a command line names. */
export type Input = SnapshotInput | ReportInput;

/**
 * Finds out what lies at a path: a folder of `--save-snapshots`, a JSON report, or else a heap snapshot (`-` for
 * one on standard input), which is not read yet.
 *
 * @throws InputError when there is nothing, or a folder without snapshots
 */
export async function openInput(path: string): Promise<Input> {
  if (path === '-') return { kind: 'snapshot', name: path, file: path, run: undefined };
  if (!existsSync(path)) {
    throw new InputError(
      `${path} does not exist.`,
      'Check the path; it is meant to be a .heapsnapshot file.',
    );
  }
  const stats = statSync(path);
  if (stats.isDirectory()) return openFolder(path);
  // The bytes of a pipe could not be looked at twice.
  if (stats.isFile() && looksLikeReport(await headOf(path))) {
    return { kind: 'report', name: path, report: parseReport(await readFile(path, 'utf8'), path) };
  }
  return { kind: 'snapshot', name: path, file: path, run: recordBeside(path) };
}

function openFolder(folder: string): SnapshotInput {
  const run = readRecord(folder);
  const last = run?.snapshots.at(-1);
  if (run === undefined || last === undefined) {
    throw new InputError(
      `${folder} holds no snapshots of a run: there is no ${RUN_RECORD_FILE} that names one.`,
      'Pass a .heapsnapshot file, or a folder that `leakscan run --save-snapshots` has written.',
    );
  }
  return { kind: 'snapshot', name: folder, file: last.file, run };
}

/** The record of the run in whose folder the snapshot lies, up to that snapshot. */
function recordBeside(file: string): RunRecord | undefined {
  const run = readRecord(dirname(file));
  const at = run?.snapshots.findIndex((known) => basename(known.file) === basename(file)) ?? -1;
  if (run === undefined || at < 0) return undefined;
  const snapshots = run.snapshots.slice(0, at + 1);
  return { ...run, snapshots, generations: run.generations.slice(0, snapshots.at(-1)?.afterMarks) };
}

/**
 * The run record in a folder; undefined where there is none or it is of another version.
 *
 * @throws InputError for a record that is damaged
 */
function readRecord(folder: string): RunRecord | undefined {
  const file = join(folder, RUN_RECORD_FILE);
  if (!existsSync(file)) return undefined;
  try {
    const record = JSON.parse(readFileSync(file, 'utf8')) as Partial<RunRecord> | null;
    if (record?.recordVersion !== 1 || !Array.isArray(record.snapshots)) return undefined;
    const run = record as RunRecord;
    // The folder may have been moved since the record was written.
    const snapshots = run.snapshots.map((snapshot) => ({
      ...snapshot,
      file: join(folder, basename(snapshot.file)),
    }));
    return { ...run, snapshots };
  } catch (error) {
    throw new InputError(
      `${file} is damaged: ${(error as Error).message}.`,
      'Remove it to analyse the snapshot alone.',
      { cause: error },
    );
  }
}

/** The first bytes of a file; empty when it cannot be read, which the reader of snapshots then explains. */
async function headOf(file: string): Promise<string> {
  try {
    const handle = await open(file);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(256), 0, 256, 0);
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch {
    return '';
  }
}
