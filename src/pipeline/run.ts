import type { Drive } from '../capture/driver.ts';
import type { RunMode } from '../capture/run-record.ts';
import { startTarget, type TargetOptions } from '../capture/run-target.ts';
import type { GateOptions } from '../gate/gate.ts';
import type { Report } from '../report/report.ts';
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
  const starting = startTarget(targetOptions(options, watch));
  // Code of the analysis is loaded while the target starts, so that nobody waits for it.
  const [target, { reportOnRun }] = await Promise.all([starting, import('./report-on-run.ts')]);
  return reportOnRun(target, options, gateOptions, watch);
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
