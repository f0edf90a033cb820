/** Program time until the first mark, which ends the warm-up. */
const FIRST_MARK_MS = 10;
/** Each mark lies this much later in the program's life than the one before, so that an hour takes about a hundred. */
const MARK_GROWTH = 1.12;
/** The same for snapshots: the latest one always shows most of what the program had done by its end. */
const SNAPSHOT_GROWTH = 1.35;
/** Marks before the first snapshot: with fewer generations after the warm-up a birth curve says little. */
export const MARKS_BEFORE_SNAPSHOT = 4;
/** Observation may take this much CPU time whatever the program, … */
const FREE_OVERHEAD_MS = 3000;
/** … and beyond that this share of the program's own time. */
const OVERHEAD_SHARE = 0.5;

/** What a program has lasted and its observation has cost so far. */
export interface Elapsed {
  readonly programMs: number;
  readonly overheadMs: number;
}

/** Program time at which the next mark is due. */
export function nextMarkMs(lastMarkMs: number): number {
  return Math.max(FIRST_MARK_MS, lastMarkMs * MARK_GROWTH);
}

/** Program time at which the next snapshot is due after the last one; it goes with the first mark from then on. */
export function nextSnapshotMs(lastSnapshotMs: number): number {
  return lastSnapshotMs * SNAPSHOT_GROWTH;
}

/** Program time that has to pass before an observation of `costMs` stays within its share; 0 when it does already. */
export function waitForBudgetMs(costMs: number, elapsed: Elapsed): number {
  const earned = FREE_OVERHEAD_MS + OVERHEAD_SHARE * elapsed.programMs;
  return Math.max(0, (elapsed.overheadMs + costMs - earned) / OVERHEAD_SHARE);
}
