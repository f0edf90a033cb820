import type { RunRecord } from './capture/run-record.ts';
import type { Generations } from './detect/generations.ts';
import type { Explanation, Ignored, Undecided } from './explain/explanation.ts';
import type { HeapGraph } from './graph/heap-graph.ts';

/** What the detectors say about one heap. */
export interface Examination {
  readonly graph: HeapGraph;
  /** Something is suspicious, and a longer run would tell. */
  readonly isUndecided: boolean;
}

/** What a report says about the heap. */
export interface Explained {
  readonly findings: readonly Explanation[];
  readonly ignored: readonly Ignored[];
  readonly couldNotJudge: readonly Undecided[];
}

/** Looks at one heap. `earlier` is the look at an earlier heap of the same process, if there was one. */
export function examine(
  graph: HeapGraph,
  _generations: Generations,
  _run: RunRecord | undefined,
  _earlier: Examination | undefined,
): Examination {
  return { graph, isUndecided: false };
}

export async function explained(_examination: Examination | undefined): Promise<Explained> {
  return { findings: [], ignored: [], couldNotJudge: [] };
}
