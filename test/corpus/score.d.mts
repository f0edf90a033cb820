import type { Explanation } from '../../src/explain/explanation.ts';
import type { Report } from '../../src/report/report.ts';
import type { Expectation } from './cases.mjs';

type Scored = Pick<Report, 'findings' | 'verdict'>;

export function accusations(report: Scored): readonly Explanation[];
export function scoreLeaky(
  report: Scored,
  expectation: Expectation,
): { readonly found: boolean; readonly named: boolean; readonly why?: string };
export function scoreHealthy(report: Scored): { readonly falseAlarms: number; readonly why?: string };
