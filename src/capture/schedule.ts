/** Program time until the first mark, which ends the warm-up, and between the first two. */
const FIRST_MARK_MS = 10;
/** Each mark lies this much later in the life of the program, which begins with the first, than the one before: an hour takes about a hundred. */
const MARK_GROWTH = 1.12;
/** A mark is worth this share of its cost in time that the program has run since the last one. */
const PROGRAM_PER_COST = 0.05;
/** Each snapshot lies this much later than the one before: the latest one always shows most of what the program had done by its end. */
const SNAPSHOT_GROWTH = 1.35;
/** Marks before the first snapshot: with fewer generations after the warm-up a birth curve says little. */
export const MARKS_BEFORE_SNAPSHOT = 4;

/** CPU time that observation may take of a program, whose end nobody knows. */
export interface Budget {
  /** So much in any case … */
  readonly freeMs: number;
  /** … and this share of the program's own time. */
  readonly share: number;
}

/** Marks and snapshots have budgets of their own, or the many marks of a big heap would leave nothing for a snapshot. */
export const MARKS: Budget = { freeMs: 4000, share: 0.15 };
export const SNAPSHOTS: Budget = { freeMs: 4000, share: 0.35 };

/** Program time at which the next mark is due; dear ones lie further apart from the beginning. */
export function nextMarkMs(lastMarkMs: number, costMs = 0): number {
  return Math.max(FIRST_MARK_MS, lastMarkMs * MARK_GROWTH, lastMarkMs + costMs * PROGRAM_PER_COST);
}

/** Program time at which the next snapshot is due after the last one; it goes with the first mark from then on. */
export function nextSnapshotMs(lastSnapshotMs: number): number {
  return lastSnapshotMs * SNAPSHOT_GROWTH;
}

/** Program time that has to pass before `costMs` more on top of `spentMs` stay within the budget; 0 when they do already. */
export function waitForBudgetMs(budget: Budget, programMs: number, spentMs: number, costMs: number): number {
  const earnedMs = budget.freeMs + budget.share * programMs;
  return Math.max(0, (spentMs + costMs - earnedMs) / budget.share);
}
