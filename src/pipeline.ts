import type { Drive } from './capture/driver.ts';
import { FIRST_ROUNDS, furtherRounds } from './capture/rounds.ts';
import type { RunMode, RunRecord, SnapshotFile } from './capture/run-record.ts';
import { startTarget, type TargetOptions, type TargetProcess } from './capture/run-target.ts';
import { compareHeaps, compareReports, inconclusiveOf, type NamedHeap } from './comparing.ts';
import { conclude, generationsOfRun, targetOfFile, targetOfRun } from './conclusion.ts';
import { generationsOf } from './detect/generations.ts';
import { allExplained, type Examination, examine } from './examination.ts';
import type { Undecided } from './explain/explanation.ts';
import type { Proofs } from './explain/proof.ts';
import { gapsOfBareSnapshot, gapsOfRun } from './gate/gaps.ts';
import type { GateOptions } from './gate/gate.ts';
import { buildHeapGraph } from './graph/build-heap-graph.ts';
import type { HeapGraph } from './graph/heap-graph.ts';
import { readSnapshot } from './ingest/read-snapshot.ts';
import { openInput, type SnapshotInput } from './inputs.ts';
import { withLiveFacts } from './live-facts.ts';
import { prove } from './proving.ts';
import { mergedFindings } from './report/merge.ts';
import type { Report } from './report/report.ts';
import { InputError } from './shared/errors.ts';

/** What to run, and how; what is undefined leakscan works out. */
export interface RunOptions {
  readonly script: string;
  readonly args: readonly string[];
  readonly mode: Exclude<RunMode, 'attach' | 'driven'> | undefined;
  /** Makes the script work from outside, in rounds; `mode` has no say then. */
  readonly drive: Drive | undefined;
  /** Rounds before the first mark. */
  readonly warmup: number | undefined;
  /** Rounds of each generation. */
  readonly rounds: readonly number[] | undefined;
  /** Timed mode: how long to watch. */
  readonly durationMs: number | undefined;
  readonly timeoutMs: number | undefined;
  readonly node: string | undefined;
  readonly nodeArgs: readonly string[];
  readonly creationStacks: boolean;
  readonly saveSnapshots: string | undefined;
  /** Put the findings to the proof in the living target, before it ends; not where it runs by itself. */
  readonly prove: boolean;
}

/** Hears what the pipeline is doing. */
export interface Watch {
  step(text: string): void;
}

/** Also has a say in how the target runs. */
export interface RunWatch extends Watch {
  /** A step in which the target writes to the terminal that it shares with leakscan. */
  handOver(text: string): void;
  /** Ends the target early; what was captured is judged. */
  readonly interruption: AbortSignal;
  readonly targetStdout: 'inherit' | 'stderr';
}

/** Of a script's snapshots the last ones are looked at; the first of them only for comparison. */
const LOOKED_AT = 4;

/** Runs a program and says what it leaks. @throws TargetError when it cannot be started */
export async function run(options: RunOptions, gateOptions: GateOptions, watch: RunWatch): Promise<Report> {
  const target = await startTarget(targetOptions(options, watch));
  const { durationMs } = options;
  const end =
    durationMs === undefined ? undefined : setTimeout(() => void target.stop('interrupted'), durationMs);
  try {
    const looked =
      target.mode === 'script' ? await runToEnd(target, watch) : [await runRounds(target, options, watch)];
    const examinations = await withAllLiveFacts(target, looked);
    const proofs = options.prove ? await proofsOf(target, examinations[0], watch) : new Map();
    const record = await target.finish();
    const explainBegun = performance.now();
    const facts = allExplained(examinations, record.observations, proofs);
    return conclude(
      {
        ...facts,
        command: 'run',
        target: targetOfRun(record, durationMs !== undefined),
        generations: generationsOfRun(record),
        couldNotJudge: [...facts.couldNotJudge, ...limitsOf(record)],
        gaps: gapsOfRun(record),
        timings: { ...record.timings, explain: performance.now() - explainBegun },
      },
      gateOptions,
    );
  } finally {
    clearTimeout(end);
    target.cleanUp();
  }
}

/** Rounds, a snapshot, a look at it; and again, as long as something is suspicious and not certain. */
async function runRounds(
  target: TargetProcess,
  options: RunOptions,
  watch: RunWatch,
): Promise<Examination | undefined> {
  let examination: Examination | undefined;
  let rounds: readonly number[] | undefined = options.rounds ?? FIRST_ROUNDS;
  for (let looks = 1; rounds !== undefined; looks += 1) {
    watch.handOver(`running ${rounds.join(', ')} rounds`);
    await target.runGenerations(rounds);
    watch.step('taking a heap snapshot');
    const snapshot = await target.snapshot();
    if (snapshot === undefined) break;
    examination = await examineSnapshot(target.record(), snapshot, watch, examination);
    const isSettled = !examination.detection.isOpen || options.rounds !== undefined;
    rounds = isSettled || !target.isAlive() ? undefined : furtherRounds(looks, target.record());
  }
  return examination;
}

async function withAllLiveFacts(
  target: TargetProcess,
  looked: readonly (Examination | undefined)[],
): Promise<(Examination | undefined)[]> {
  const learned: (Examination | undefined)[] = [];
  for (const examination of looked) {
    learned.push(examination === undefined ? undefined : await withLiveFacts(target, examination));
  }
  return learned;
}

/** Cuts what holds the findings of a run by rounds and looks whether they go. */
async function proofsOf(
  target: TargetProcess,
  examination: Examination | undefined,
  watch: Watch,
): Promise<Proofs> {
  if (target.mode === 'script' || examination === undefined || !target.isAlive()) return new Map();
  watch.step('putting the findings to the proof');
  return prove(target, examination);
}

/** Waits until the program has ended by itself or was told to, and looks at the heaps that were captured. */
async function runToEnd(target: TargetProcess, watch: RunWatch): Promise<Examination[]> {
  watch.handOver('the script is running');
  await target.untilEnd();
  return examineCaptured(target.record(), watch);
}

/**
 * Looks at the heaps that a run has left. Many scripts let go of everything when they end, so growth is looked for
 * while they ran as well; in rounds the same work is done all the time, and the last look has seen most of it.
 */
async function examineCaptured(record: RunRecord, watch: Watch): Promise<Examination[]> {
  const examinations: Examination[] = [];
  for (const snapshot of record.snapshots.slice(-LOOKED_AT)) {
    examinations.push(await examineSnapshot(record, snapshot, watch, examinations.at(-1)));
  }
  return record.mode === 'script' ? examinations.slice(-LOOKED_AT + 1).reverse() : examinations.slice(-1);
}

async function examineSnapshot(
  record: RunRecord,
  { file, afterMarks, moment }: SnapshotFile,
  watch: Watch,
  earlier: Examination | undefined,
): Promise<Examination> {
  const graph = await readGraph(file, watch);
  watch.step('looking for leaks');
  return examine(
    graph,
    generationsOf(record.generations.slice(0, afterMarks)),
    record,
    earlier,
    moment === 'end',
  );
}

function targetOptions(options: RunOptions, watch: RunWatch): TargetOptions {
  const { script, args, mode, drive, warmup, timeoutMs, node, nodeArgs, creationStacks, saveSnapshots } =
    options;
  return {
    script,
    args,
    mode: mode === 'timed' ? 'script' : (mode ?? 'auto'),
    nodeArgs,
    creationStacks,
    stdout: watch.targetStdout,
    interruption: watch.interruption,
    ...(drive !== undefined && { drive }),
    ...(warmup !== undefined && { warmupRounds: warmup }),
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(node !== undefined && { node }),
    ...(saveSnapshots !== undefined && { saveSnapshots }),
  };
}

/** Says what leaks in a heap that is on disk. @throws InputError when it cannot be read */
export async function analyze(path: string, gateOptions: GateOptions, watch: Watch): Promise<Report> {
  const input = await openInput(path);
  if (input.kind === 'report') {
    throw new InputError(
      `${path} is a report, not a snapshot.`,
      'Use leakscan merge or leakscan compare for reports.',
    );
  }
  const { file, run } = input;
  const examinations =
    run === undefined ? [await examineBare(file, watch)] : await examineCaptured(run, watch);
  const facts = allExplained(examinations, run?.observations ?? [], new Map());
  return conclude(
    {
      ...facts,
      command: 'analyze',
      target: run === undefined ? targetOfFile(path) : targetOfRun(run, false),
      generations: generationsOfRun(run),
      couldNotJudge: [...facts.couldNotJudge, ...(run === undefined ? [] : limitsOf(run))],
      gaps: run === undefined ? gapsOfBareSnapshot : gapsOfRun(run),
    },
    gateOptions,
  );
}

/** A snapshot without the record of its run: nothing is known of the ages of its objects. */
async function examineBare(file: string, watch: Watch): Promise<Examination> {
  const graph = await readGraph(file, watch);
  watch.step('looking for leaks');
  return examine(graph, generationsOf([]), undefined, undefined);
}

/** What limited the look at a run. */
function limitsOf(run: RunRecord): Undecided[] {
  return run.limits.map((why) => ({ what: 'the run', why }));
}

/**
 * Says what changed between heaps or between reports, oldest first.
 *
 * @throws InputError when one cannot be read, or when snapshots are mixed with reports
 */
export async function compare(
  paths: readonly string[],
  gateOptions: GateOptions,
  watch: Watch,
): Promise<Report> {
  const inputs = await Promise.all(paths.map(openInput));
  const snapshots = inputs.filter((input) => input.kind === 'snapshot');
  const reports = inputs.filter((input) => input.kind === 'report');
  if (snapshots.length > 0 && reports.length > 0) {
    throw new InputError(
      `${snapshots[0]?.name} is a snapshot and ${reports[0]?.name} a report; these cannot be compared.`,
      'Pass snapshots only, or JSON reports only.',
    );
  }
  const compared =
    reports.length > 0 ? compareReports(reports) : compareHeaps(await readHeaps(snapshots, watch));
  const target = targetOfFile(paths.at(-1) ?? '');
  return conclude({ ...compared, command: 'compare', target, generations: [] }, gateOptions);
}

async function readHeaps(inputs: readonly SnapshotInput[], watch: Watch): Promise<NamedHeap[]> {
  const heaps: NamedHeap[] = [];
  for (const { name, file, run } of inputs) heaps.push({ name, run, graph: await readGraph(file, watch) });
  watch.step('comparing');
  return heaps;
}

/** Joins reports into one and judges them together. @throws InputError when one cannot be read */
export async function merge(paths: readonly string[], gateOptions: GateOptions): Promise<Report> {
  const inputs = await Promise.all(paths.map(openInput));
  const reports = inputs.filter((input) => input.kind === 'report');
  const other = inputs.find((input) => input.kind === 'snapshot');
  if (other !== undefined) {
    throw new InputError(
      `${other.name} is not a JSON report of leakscan.`,
      'Pass files that --output json=<file> has written.',
    );
  }
  return conclude(
    {
      command: 'merge',
      target: targetOfFile(paths.join(', ')),
      generations: [],
      findings: mergedFindings(reports.map(({ report }) => report)),
      ignored: reports.flatMap(({ report }) => report.ignored),
      couldNotJudge: reports.flatMap(({ report }) => report.couldNotJudge),
      gaps: inconclusiveOf(reports),
    },
    gateOptions,
  );
}

async function readGraph(file: string, watch: Watch): Promise<HeapGraph> {
  watch.step('reading the heap');
  return buildHeapGraph(await readSnapshot(file));
}
