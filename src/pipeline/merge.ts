import type { GateOptions } from '../gate/gate.ts';
import { mergedFindings } from '../report/merge.ts';
import type { Report } from '../report/report.ts';
import { InputError } from '../shared/errors.ts';
import { inconclusiveOf } from './compared.ts';
import { conclude, targetOfFile } from './conclusion.ts';
import { openInput } from './inputs.ts';

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
