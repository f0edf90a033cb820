import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';
import { chooseSource } from '../capture/profiler-source.ts';
import { type GenerationMark, RUN_RECORD_FILE, type RunRecord } from '../capture/run-record.ts';
import { settle } from '../capture/settle.ts';
import type { SnapshotSource } from '../capture/snapshot-source.ts';
import { v8Source } from '../capture/v8-source.ts';
import type { Thresholds } from '../gate/thresholds.ts';
import { parseReport } from '../report/read-report.ts';
import type { Report } from '../report/report.ts';

/** How often to call the function under test, and what counts as a leak. */
export interface MeasureOptions {
  /** Calls of each generation; different and co-prime numbers tell a leak from noise. Default: 3, 5, 7. */
  readonly rounds?: readonly number[];
  /** Calls before the first mark, which fill caches and compile code. Default: 5. */
  readonly warmup?: number;
  /** The lowest confidence that fails the verdict. Default: `likely`. */
  readonly failOn?: Thresholds['failOn'];
}

const CLI = fileURLToPath(new URL('../../bin/leakscan.js', import.meta.url));
const LONGEST_REPORT_BYTES = 2 ** 28;

/**
 * Calls a function again and again and says what it leaks: the same marks, snapshot and analysis as `leakscan run`,
 * with the marks in this process and the analysis in another one.
 *
 * Whatever else the process does meanwhile is measured too, so let nothing run beside it. Rejects with what the
 * function throws.
 */
export async function measure(
  work: (round: number) => unknown,
  { rounds = [3, 5, 7], warmup = 5, failOn = 'likely' }: MeasureOptions = {},
): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), 'leakscan-'));
  try {
    const record = await capture(work, [warmup, ...rounds], folder);
    writeFileSync(join(folder, RUN_RECORD_FILE), JSON.stringify(record), { mode: 0o600 });
    return await analyzed(folder, failOn);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Marks lie on the heap that is looked at; by the name of their holder the analysis knows them for leakscan's own. */
class LeakscanMarks extends Array<GenerationMark> {}

async function capture(
  work: (round: number) => unknown,
  generations: readonly number[],
  folder: string,
): Promise<RunRecord> {
  const source = sourceOfThisProcess();
  const marks = new LeakscanMarks();
  let round = 0;
  for (const rounds of generations) {
    const begun = performance.now();
    for (const end = round + rounds; round < end; round += 1) await work(round);
    marks.push(await mark(source, rounds, performance.now() - begun, join(folder, 'mark')));
  }
  const file = join(folder, 'measured.heapsnapshot');
  const begun = performance.now();
  await source.snapshot(file);
  const snapshotMs = performance.now() - begun;
  return {
    recordVersion: 1,
    script: process.argv[1] ?? 'test',
    args: [],
    cwd: process.cwd(),
    node: process.version,
    pid: process.pid,
    mode: 'scenario',
    source: source.name,
    sourceReason: source.reason,
    generations: marks,
    snapshots: [{ file, afterMarks: marks.length, moment: 'mid-run', snapshotMs }],
    observations: [],
    outcome: { kind: 'completed', exitCode: null, signal: null },
    limits: [],
    timings: {},
  };
}

let source: SnapshotSource | undefined;

/** One source for the life of the process: object tracking starts once. */
function sourceOfThisProcess(): SnapshotSource {
  // The addon cannot be loaded into two threads of one process.
  source ??= isMainThread
    ? chooseSource(profilerRoot(), 'it is not installed')
    : v8Source('this is a worker thread');
  return source;
}

function profilerRoot(): string | null {
  try {
    return dirname(createRequire(import.meta.url).resolve('v8-profiler-next/package.json'));
  } catch {
    return null;
  }
}

async function mark(
  source: SnapshotSource,
  rounds: number,
  programMs: number,
  scratch: string,
): Promise<GenerationMark> {
  const begun = performance.now();
  await settle();
  const { heapUsed, external, arrayBuffers, rss } = process.memoryUsage();
  const { watermark } = await source.mark(scratch);
  return {
    rounds,
    watermark,
    heapUsedBytes: heapUsed,
    externalBytes: external,
    arrayBuffersBytes: arrayBuffers,
    rssBytes: rss,
    allocatedBytes: 0,
    programMs,
    cpuMs: programMs,
    markMs: performance.now() - begun,
    activeResources: {},
  };
}

/** The report of `leakscan analyze`, in a process of its own: the analysis would be on the heap that it looks at. */
async function analyzed(folder: string, failOn: Thresholds['failOn']): Promise<Report> {
  const args = [CLI, 'analyze', '--quiet', '--format', 'json', '--fail-on', failOn, folder];
  // Flags and coverage of the test runner are not for the analysis.
  const env = { ...process.env, NODE_OPTIONS: '', NODE_V8_COVERAGE: '' };
  const { stdout, stderr } = await new Promise<{ stdout: string; stderr: string }>((resolve) => {
    // The exit code is that of the gate; without a report on stdout the analysis has failed.
    execFile(process.execPath, args, { env, maxBuffer: LONGEST_REPORT_BYTES }, (_, stdout, stderr) =>
      resolve({ stdout, stderr }),
    );
  });
  if (stdout === '') throw new Error(`The heap could not be analysed. ${stderr}`);
  return parseReport(stdout, 'the analysis');
}
