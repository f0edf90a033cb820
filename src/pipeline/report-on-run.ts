import { FIRST_ROUNDS, furtherRounds } from '../capture/rounds.ts';
import type { TargetProcess } from '../capture/run-target.ts';
import type { Proofs } from '../explain/proof.ts';
import { gapsOfRun } from '../gate/gaps.ts';
import type { GateOptions } from '../gate/gate.ts';
import { compileKernels } from '../kernels/kernels.ts';
import type { Report } from '../report/report.ts';
import { conclude, generationsOfRun, limitsOf, targetOfRun } from './conclusion.ts';
import { allExplained, type Examination } from './examination.ts';
import { withLiveFacts } from './live-facts.ts';
import { examineCaptured, examineSnapshot } from './looks.ts';
import { prove } from './proving.ts';
import type { RunOptions, RunWatch } from './run.ts';
import type { Watch } from './watch.ts';

/** How a target that is there already is watched. */
export type WatchingOptions = Pick<RunOptions, 'rounds' | 'durationMs' | 'prove'>;

/** Everything from the first round of a target that has started to the report on it; then the target is gone. */
export async function reportOnRun(
  target: TargetProcess,
  options: WatchingOptions,
  gateOptions: GateOptions,
  watch: Pick<RunWatch, 'step' | 'handOver'>,
): Promise<Report> {
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
  options: WatchingOptions,
  watch: Pick<RunWatch, 'step' | 'handOver'>,
): Promise<Examination | undefined> {
  let examination: Examination | undefined;
  let rounds: readonly number[] | undefined = options.rounds ?? FIRST_ROUNDS;
  for (let looks = 1; rounds !== undefined; looks += 1) {
    watch.handOver(`running ${rounds.join(', ')} rounds`);
    const running = target.runGenerations(rounds);
    // What has to be done once is done while the target works.
    if (examination === undefined) compileKernels();
    else examination.detection.takeCensus();
    const marks = await running;
    watch.step('taking a heap snapshot');
    const snapshot = await target.snapshot();
    if (snapshot === undefined) break;
    examination = await examineSnapshot(target.record(), snapshot, watch, examination);
    const { isOpen, isUndecided } = examination.detection;
    const isSettled = (!isOpen && !isUndecided) || options.rounds !== undefined;
    // A program that has come to its end shows the same heap again, in which nothing grows any more.
    const hasEnded: boolean = marks.length < rounds.length || !target.isAlive();
    rounds = isSettled || hasEnded ? undefined : furtherRounds(looks, target.record(), !isOpen);
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
  return prove(target, examination, watch);
}

/** Waits until the program has ended by itself or was told to, and looks at the heaps that were captured. */
async function runToEnd(
  target: TargetProcess,
  watch: Pick<RunWatch, 'step' | 'handOver'>,
): Promise<Examination[]> {
  watch.handOver('the program is running');
  await target.untilEnd();
  return examineCaptured(target.record(), watch);
}
