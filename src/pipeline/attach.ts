import { type AttachOptions, attachTarget } from '../capture/attach/attached-target.ts';
import type { GateOptions } from '../gate/gate.ts';
import type { Report } from '../report/report.ts';
import type { RunWatch } from './run.ts';

/** What to watch, and for how long. */
export interface AttachRun extends Omit<AttachOptions, 'interruption'> {
  /** Rounds of each generation, where the process is driven. */
  readonly rounds: readonly number[] | undefined;
}

/** Watches a process that is running, says what it leaks, and leaves it running. @throws TargetError when it cannot be reached */
export async function attach(
  options: AttachRun,
  gateOptions: GateOptions,
  watch: Omit<RunWatch, 'targetStdout'>,
): Promise<Report> {
  const attaching = attachTarget({ ...options, interruption: watch.interruption });
  const [target, { reportOnRun }] = await Promise.all([attaching, import('./report-on-run.ts')]);
  const watching = { rounds: options.rounds, durationMs: undefined, prove: false };
  const report = await reportOnRun(target, watching, gateOptions, watch);
  return { ...report, command: 'attach', target: { ...report.target, mode: 'attach' } };
}
