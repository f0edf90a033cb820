import type { CaptureSource, RunMode } from '../capture/run-record.ts';
import type { BaselineUse } from '../compare/baseline.ts';
import type { ComparisonSummary } from '../compare/comparison.ts';
import { CONFIDENCES } from '../detect/finding.ts';
import type { Explanation, Ignored, Undecided } from '../explain/explanation.ts';
import type { LargePart } from '../explain/largest.ts';
import type { Verdict } from '../gate/verdict.ts';
import { compareTexts, largestFirst } from '../shared/size-order.ts';

/** The result of one command: what every output format renders and what `compare` reads back. Fields only ever grow. */
export interface Report {
  readonly schemaVersion: 1;
  readonly tool: { readonly name: 'leakscan'; readonly version: string };
  readonly command: 'run' | 'attach' | 'analyze' | 'compare' | 'merge';
  readonly target: {
    readonly script: string;
    /** `process.version` of the target; `unknown` for a bare snapshot file. */
    readonly node: string;
    readonly mode: RunMode | 'snapshot';
    readonly exitCode: number | null;
    readonly signal: string | null;
    /** How the target ended, in one sentence. */
    readonly outcome: string;
    readonly source?: CaptureSource;
  };
  readonly generations: readonly {
    readonly rounds: number;
    readonly heapUsedBytes: number;
    readonly markMs: number;
  }[];
  readonly verdict: Verdict;
  /** Worst first: by confidence, then retained bytes, and where those are nearly equal by signature. */
  readonly findings: readonly Explanation[];
  readonly ignored: readonly Ignored[];
  readonly couldNotJudge: readonly Undecided[];
  readonly comparison?: ComparisonSummary;
  /** Where most of the memory is held, the largest part first: of `analyze`, for a snapshot that says nothing of growth. */
  readonly largest?: readonly LargePart[];
  /** What the baseline accepted, where one was given. */
  readonly baseline?: BaselineUse;
  /** Milliseconds by phase, for `run` only: equal files must give equal bytes. Never in text output. */
  readonly timings?: Readonly<Record<string, number>>;
}

/** The findings in the order of a report. */
export function inReportOrder<F extends Pick<Explanation, 'confidence' | 'retainedBytes' | 'signature'>>(
  findings: readonly F[],
): F[] {
  return CONFIDENCES.flatMap((confidence) =>
    largestFirst(
      findings.filter((finding) => finding.confidence === confidence),
      (finding) => finding.retainedBytes,
      (a, b) => compareTexts(a.signature, b.signature),
    ),
  );
}
