import { type Baseline, type BaselineUse, updatedBaseline, useBaseline } from '../compare/baseline.ts';
import type { Explanation, Ignored } from '../explain/explanation.ts';
import type { Gaps } from './gaps.ts';
import { reaches, type Thresholds } from './thresholds.ts';
import { judge, type Verdict } from './verdict.ts';

export interface GateOptions {
  /** Kinds, class names and signatures that are not accused. */
  readonly ignore: readonly string[];
  readonly thresholds: Thresholds;
  readonly baseline: Baseline | undefined;
  /** Accept every leak that counts, in place of what the baseline says now. */
  readonly updateBaseline: boolean;
  /** The day the baseline's entries are held against, `YYYY-MM-DD`. */
  readonly today: string;
}

export interface GateResult {
  readonly verdict: Verdict;
  /** The findings that `ignore` leaves. */
  readonly findings: readonly Explanation[];
  /** The findings that `ignore` takes away. */
  readonly ignored: readonly Ignored[];
  readonly baseline?: BaselineUse;
}

/** Takes the findings through the rules of the gate. */
export function gate(found: readonly Explanation[], options: GateOptions, gaps: Gaps): GateResult {
  const findings = found.filter((finding) => ruleFor(finding, options.ignore) === undefined);
  const ignored = found.flatMap((finding) => ignoredBy(finding, options.ignore));
  const baseline = baselineUse(findings, options);
  const verdict = judge({ findings, thresholds: options.thresholds, baseline, ...gaps });
  return { verdict, findings, ignored, ...(baseline !== undefined && { baseline }) };
}

function ruleFor(finding: Explanation, rules: readonly string[]): string | undefined {
  return rules.find((rule) => [finding.kind, finding.objects.className, finding.signature].includes(rule));
}

function ignoredBy(finding: Explanation, rules: readonly string[]): Ignored[] {
  const rule = ruleFor(finding, rules);
  if (rule === undefined) return [];
  const { className, count } = finding.objects;
  return [
    {
      predicate: '--ignore',
      reason: `${rule} is not to be accused`,
      className,
      count,
      retainedBytes: finding.retainedBytes,
    },
  ];
}

function baselineUse(findings: readonly Explanation[], options: GateOptions): BaselineUse | undefined {
  const { baseline, thresholds, today } = options;
  if (baseline === undefined) return undefined;
  if (!options.updateBaseline) return useBaseline(baseline, findings, today);
  const counted = findings.filter((finding) => reaches(finding.confidence, thresholds.failOn));
  return useBaseline(updatedBaseline(baseline, counted, today), findings, today);
}
