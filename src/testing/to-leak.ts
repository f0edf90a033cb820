import { Chalk } from 'chalk';
import type { Report } from '../report/report.ts';
import { renderFindings } from '../report/text.ts';
import { type MeasureOptions, measure } from './measure.ts';

/** What expect.extend of vitest and jest wants of a matcher. */
export interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

const MESSAGE_WIDTH = 100;

/**
 * The matcher behind `await expect(work).not.toLeak()`: calls `work` again and again and passes when it leaks.
 *
 * @throws TypeError when `work` is no function, Error when the evidence does not suffice to judge
 */
export async function toLeak(work: unknown, options: MeasureOptions = {}): Promise<MatcherResult> {
  if (typeof work !== 'function')
    throw new TypeError('toLeak needs a function: expect(() => …).not.toLeak()');
  const report = await judged(work as () => unknown, options);
  return {
    pass: report.verdict.status === 'fail',
    message: () =>
      report.verdict.status === 'fail'
        ? leaksText(report)
        : 'the function was expected to leak, and nothing stayed',
  };
}

/** For node:test and others without matchers: rejects with the leaks as text when `work` leaks. */
export async function assertNoLeak(work: () => unknown, options: MeasureOptions = {}): Promise<void> {
  const report = await judged(work, options);
  if (report.verdict.status === 'fail') throw new LeakError(leaksText(report), report);
}

/** A function under test leaks. */
export class LeakError extends Error {
  override readonly name = 'LeakError';
  readonly report: Report;

  constructor(message: string, report: Report) {
    super(message);
    this.report = report;
  }
}

async function judged(work: () => unknown, options: MeasureOptions): Promise<Report> {
  const report = await measure(work, options);
  if (report.verdict.status === 'inconclusive') {
    throw new Error(`It could not be judged whether the function leaks: ${report.verdict.reasons.join(' ')}`);
  }
  return report;
}

function leaksText(report: Report): string {
  const page = {
    paint: new Chalk({ level: 0 }),
    width: MESSAGE_WIDTH,
    detail: 'normal',
    showIgnored: false,
  } as const;
  const reasons = report.verdict.reasons.join(' ');
  return `the function leaks: ${reasons}\n\n${renderFindings(report, page)}`;
}
