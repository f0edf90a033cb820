import type { Explanation } from '../explain/explanation.ts';
import { compareConfidence } from '../gate/thresholds.ts';
import type { Report } from './report.ts';

/**
 * The findings of several reports as one list: a leak that occurs in several is taken from the report that is surest
 * of it, then from the one where it retains most.
 */
export function mergedFindings(reports: readonly Pick<Report, 'findings'>[]): Explanation[] {
  const bySignature = new Map<string, Explanation>();
  for (const finding of reports.flatMap((report) => report.findings)) {
    const known = bySignature.get(finding.signature);
    if (known === undefined || isStronger(finding, known)) bySignature.set(finding.signature, finding);
  }
  return [...bySignature.values()];
}

function isStronger(one: Explanation, other: Explanation): boolean {
  const order = compareConfidence(one.confidence, other.confidence);
  return order < 0 || (order === 0 && one.retainedBytes > other.retainedBytes);
}
