import { Chalk } from 'chalk';
import { readBaseline } from './compare/baseline.ts';
import type { GateOptions } from './gate/gate.ts';
import { defaultThresholds, type Thresholds } from './gate/thresholds.ts';
import { analyze as analyzeInput } from './pipeline/analyze.ts';
import { compare as compareInputs } from './pipeline/compare.ts';
import { merge as mergeInputs } from './pipeline/merge.ts';
import { type RunOptions as Run, run as runScript } from './pipeline/run.ts';
import type { Watch } from './pipeline/watch.ts';
import type { Page } from './report/page.ts';
import type { Report } from './report/report.ts';
import * as text from './report/text.ts';

export type { Drive } from './capture/driver.ts';
export type { RunMode } from './capture/run-record.ts';
export type { AcceptedLeak, BaselineUse } from './compare/baseline.ts';
export type { ClassChange, ComparisonSummary } from './compare/comparison.ts';
export type { Confidence, LeakKind } from './detect/finding.ts';
export type {
  CapturedVariable,
  Explanation,
  Hop,
  Ignored,
  RetentionPath,
  SourceLocation,
  Undecided,
} from './explain/explanation.ts';
export type { Thresholds } from './gate/thresholds.ts';
export type { Verdict } from './gate/verdict.ts';
export { renderJson } from './report/json.ts';
export { parseReport } from './report/read-report.ts';
export type { Report } from './report/report.ts';
export { InputError, LeakscanError, TargetError, UsageError } from './shared/errors.ts';
export type { Page };

/** How to judge, and who hears how it goes. */
export interface JudgeOptions extends Partial<Thresholds> {
  /** Kinds, class names and signatures that are not accused. */
  readonly ignore?: readonly string[];
  /** A baseline file; the leaks it lists are accepted. */
  readonly baseline?: string;
  /** Hears each step as it begins. */
  readonly onStep?: (text: string) => void;
}

/** What to run, and how. What is left out leakscan works out. */
export interface RunOptions extends JudgeOptions, Partial<Omit<Run, 'script'>> {
  readonly script: string;
  /** Ends the script early; what was captured is judged. */
  readonly signal?: AbortSignal;
  /** Where the script's stdout goes; by default to that of this process. */
  readonly stdout?: 'inherit' | 'stderr';
}

/** Runs a program and says what it leaks. @throws TargetError when it cannot be started, UsageError for a missing baseline */
export async function run(options: RunOptions): Promise<Report> {
  const { script, args = [], nodeArgs = [], creationStacks = false, prove = false, signal, stdout } = options;
  const { mode, drive, warmup, rounds, durationMs, timeoutMs, node, saveSnapshots } = options;
  const what = {
    script,
    args,
    mode,
    drive,
    warmup,
    rounds,
    durationMs,
    timeoutMs,
    node,
    nodeArgs,
    creationStacks,
    prove,
    saveSnapshots,
  };
  return runScript(what, gateOptions(options), {
    ...watchOf(options),
    handOver: options.onStep ?? (() => {}),
    interruption: signal ?? new AbortController().signal,
    targetStdout: stdout ?? 'inherit',
  });
}

/** Says what leaks in a heap snapshot or a folder of `--save-snapshots`. @throws InputError when it cannot be read */
export async function analyze(path: string, options: JudgeOptions = {}): Promise<Report> {
  return analyzeInput(path, gateOptions(options), watchOf(options));
}

/** Says what changed between snapshots or between reports, oldest first. @throws InputError when one cannot be read */
export async function compare(paths: readonly string[], options: JudgeOptions = {}): Promise<Report> {
  return compareInputs(paths, gateOptions(options), watchOf(options));
}

/** Joins JSON reports into one and judges them together. @throws InputError when one cannot be read */
export async function merge(paths: readonly string[], options: JudgeOptions = {}): Promise<Report> {
  return mergeInputs(paths, gateOptions(options));
}

/** A report for people; without colour and 100 columns wide unless told otherwise. */
export function renderText(report: Report, page: Partial<Page> = {}): string {
  return text.renderText(report, {
    paint: new Chalk({ level: 0 }),
    width: 100,
    detail: 'normal',
    showIgnored: false,
    ...page,
  });
}

function gateOptions({ ignore = [], baseline, ...thresholds }: JudgeOptions): GateOptions {
  const { failOn, maxLeaks, maxBytesPerRound } = { ...defaultThresholds, ...thresholds };
  return {
    ignore,
    thresholds: { failOn, maxLeaks, maxBytesPerRound },
    baseline: baseline === undefined ? undefined : readBaseline(baseline, false),
    updateBaseline: false,
    today: new Date().toISOString().slice(0, 10),
  };
}

function watchOf({ onStep = () => {} }: JudgeOptions): Watch {
  return { step: onStep };
}
