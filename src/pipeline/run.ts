import type { Drive } from '../capture/driver.ts';
import { FIRST_ROUNDS, furtherRounds } from '../capture/rounds.ts';
import type { RunMode } from '../capture/run-record.ts';
import { startTarget, type TargetOptions, type TargetProcess } from '../capture/run-target.ts';
import type { Proofs } from '../explain/proof.ts';
import { gapsOfRun } from '../gate/gaps.ts';
import type { GateOptions } from '../gate/gate.ts';
import type { Report } from '../report/report.ts';
import { conclude, generationsOfRun, limitsOf, targetOfRun } from './conclusion.ts';
import { allExplained, type Examination } from './examination.ts';
import { withLiveFacts } from './live-facts.ts';
import { examineCaptured, examineSnapshot } from './looks.ts';
import { prove } from './proving.ts';
import type { Watch } from './watch.ts';

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

/** Also has a say in how the target runs. */
export interface RunWatch extends Watch {
  /** A step in which the target writes to the terminal that it shares with leakscan. */
  handOver(text: string): void;
  /** Ends the target early; what was captured is judged. */
  readonly interruption: AbortSignal;
  readonly targetStdout: 'inherit' | 'stderr';
}

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
        timings: {
          ...record.timings,
          analysis: examinations[0]?.analysisMs ?? 0,
          explain: performance.now() - explainBegun,
        },
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
    const marks = await target.runGenerations(rounds);
    watch.step('taking a heap snapshot');
    const snapshot = await target.snapshot();
    if (snapshot === undefined) break;
    examination = await examineSnapshot(target.record(), snapshot, watch, examination);
    const isSettled = !examination.detection.isOpen || options.rounds !== undefined;
    // A program that has come to its end shows the same heap again, in which nothing grows any more.
    const hasEnded: boolean = marks.length < rounds.length || !target.isAlive();
    rounds = isSettled || hasEnded ? undefined : furtherRounds(looks, target.record());
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
