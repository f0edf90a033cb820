import type { RunMode, CaptureSource } from '../capture/run-record.ts';
import type { ComparisonSummary } from '../compare/comparison.ts';
import type { Explanation, Ignored, Undecided } from '../explain/explanation.ts';
import type { Verdict } from '../gate/verdict.ts';

/** The result of one command: what every output format renders and what `compare` reads back. Fields only ever grow. */
export interface Report {
  readonly schemaVersion: 1;
  readonly tool: { readonly name: 'leakscan'; readonly version: string };
  readonly command: 'run' | 'analyze' | 'compare' | 'merge';
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
  /** Worst first: by confidence, then retained bytes, then signature. */
  readonly findings: readonly Explanation[];
  readonly ignored: readonly Ignored[];
  readonly couldNotJudge: readonly Undecided[];
  readonly comparison?: ComparisonSummary;
  /** Milliseconds by phase; left out of text output so that equal inputs give equal bytes. */
  readonly timings?: Readonly<Record<string, number>>;
}
