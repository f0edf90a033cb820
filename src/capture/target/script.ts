import {
  MARKS,
  MARKS_BEFORE_SNAPSHOT,
  nextMarkMs,
  nextSnapshotMs,
  SNAPSHOTS,
  waitForBudgetMs,
} from '../schedule.ts';
import type { LeakscanGenerations } from './generations.ts';

/** The heap is looked at between marks, so that allocation between two collections is seen: at least this often, … */
const LOOK_MS = 20;
/** … and more often while the program is young and marks are close together. */
const LOOKS_PER_LIFE = 40;
const MIN_LOOK_MS = 1;

/** Marks the generations of a program that runs by itself, from a timer that does not keep it alive. */
export function markWhileRunning(generations: LeakscanGenerations): void {
  let markDueMs = nextMarkMs(0);
  /** Program time of the first mark. Loading took until then, longer than anybody can tell; the program's life begins here. */
  let bornMs = 0;
  /** The first marks show too little growth for a snapshot. */
  let snapshotDueMs = Number.POSITIVE_INFINITY;
  // The timer is made before the program can replace the global one by a fake.
  const { setTimeout } = globalThis;
  const observe = async (): Promise<void> => {
    if (generations.count === 0) bornMs = generations.programMs;
    const now = generations.programMs - bornMs;
    const { marks, snapshots } = generations.cost;
    const snapshotWaitMs = waitForBudgetMs(SNAPSHOTS, now, snapshots.spentMs, snapshots.nextMs);
    if (now >= snapshotDueMs && snapshotWaitMs === 0) {
      await generations.markBySnapshot();
      snapshotDueMs = nextSnapshotMs(now);
    } else {
      await generations.mark();
      if (generations.count === MARKS_BEFORE_SNAPSHOT) snapshotDueMs = now;
      else if (now >= snapshotDueMs) snapshotDueMs = now + snapshotWaitMs;
    }
    const markWaitMs = waitForBudgetMs(MARKS, now, marks.spentMs, marks.nextMs);
    markDueMs = Math.max(nextMarkMs(now, marks.nextMs), now + markWaitMs);
  };
  const again = (): void => {
    const waitMs = nextLookMs(generations.programMs - bornMs);
    setTimeout(tick, waitMs, waitMs).unref();
  };
  const tick = (waitMs: number): void => {
    generations.beginTurn(waitMs);
    generations.look();
    const isDue = generations.programMs - bornMs >= markDueMs && !generations.isIdle;
    if (isDue) void observe().finally(again);
    else again();
  };
  again();
}

function nextLookMs(programMs: number): number {
  return Math.min(LOOK_MS, Math.max(MIN_LOOK_MS, programMs / LOOKS_PER_LIFE));
}
