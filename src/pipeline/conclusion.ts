import type { RunRecord } from '../capture/run-record.ts';
import type { ComparisonSummary } from '../compare/comparison.ts';
import type { Undecided } from '../explain/explanation.ts';
import type { Gaps } from '../gate/gaps.ts';
import { type GateOptions, gate } from '../gate/gate.ts';
import { inReportOrder, type Report } from '../report/report.ts';
import { outcomeText } from '../report/target-outcome.ts';
import { leakscanVersion } from '../shared/version.ts';
import type { Explained } from './examination.ts';

/** Everything a command has found out, before the gate. */
export interface Facts extends Explained {
  readonly command: Report['command'];
  readonly target: Report['target'];
  readonly generations: Report['generations'];
  readonly gaps: Gaps;
  readonly comparison?: ComparisonSummary;
  readonly largest?: Report['largest'];
  readonly timings?: Report['timings'];
}

/** The end of every command: the facts go through the gate and become a report. */
export function conclude(facts: Facts, gateOptions: GateOptions): Report {
  const { command, target, generations, comparison, largest, timings } = facts;
  const { verdict, findings, ignored, baseline } = gate(facts.findings, gateOptions, facts.gaps);
  return {
    schemaVersion: 1,
    tool: { name: 'leakscan', version: leakscanVersion() },
    command,
    target,
    generations,
    verdict,
    findings: inReportOrder(findings),
    ignored: [...facts.ignored, ...ignored],
    couldNotJudge: facts.couldNotJudge,
    ...(comparison !== undefined && { comparison }),
    ...(largest !== undefined && { largest }),
    ...(baseline !== undefined && { baseline }),
    ...(timings !== undefined && { timings }),
  };
}

/** What a report says of a program that was run. `isTimed`: it was to be watched for a time and then ended. */
export function targetOfRun(run: RunRecord, isTimed: boolean): Report['target'] {
  const { script, node, mode, source, outcome } = run;
  const isDone = isTimed && outcome.kind === 'interrupted';
  return {
    script,
    node,
    mode: isTimed ? 'timed' : mode,
    exitCode: outcome.exitCode,
    signal: outcome.signal,
    outcome: isDone ? 'The script was watched for the time that was given, and ended.' : outcomeText(outcome),
    source,
  };
}

/** What a report says of a file. */
export function targetOfFile(path: string): Report['target'] {
  return { script: path, node: 'unknown', mode: 'snapshot', exitCode: null, signal: null, outcome: '' };
}

/** The generations that were judged: the first mark ends the warm-up. */
export function generationsOfRun(run: RunRecord | undefined): Report['generations'] {
  return (run?.generations ?? [])
    .slice(1)
    .map(({ rounds, heapUsedBytes, markMs }) => ({ rounds, heapUsedBytes, markMs: Math.round(markMs) }));
}

/** What limited the look at a run. */
export function limitsOf(run: RunRecord): Undecided[] {
  return run.limits.map((why) => ({ what: 'the run', why }));
}
