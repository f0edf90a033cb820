import { nextMarkMs, nextSnapshotMs, waitForBudgetMs } from '../schedule.ts';
import type { LeakscanGenerations } from './generations.ts';

/** The heap is looked at between marks, so that allocation between two collections is seen: at least this often, … */
const LOOK_MS = 20;
/** … and more often while the program is young and marks are close together. */
const LOOKS_PER_LIFE = 20;
const MIN_LOOK_MS = 4;
/** A program that has allocated less since the last mark is idle, and another mark would say nothing. */
const IDLE_BYTES = 4 * 1024;

/** Marks the generations of a program that runs by itself, from a timer that does not keep it alive. */
export function markWhileRunning(generations: LeakscanGenerations): void {
  let markDueMs = nextMarkMs(0);
  /** The first mark ends the warm-up; a snapshot then would show no growth. */
  let snapshotDueMs = Number.POSITIVE_INFINITY;
  // The timer is made before the program can replace the global one by a fake.
  const { setTimeout, setImmediate } = globalThis;
  const observe = async (): Promise<void> => {
    const now = generations.programMs;
    const wantsSnapshot = now >= snapshotDueMs;
    await generations.mark(0, 'collect');
    markDueMs = Math.max(nextMarkMs(now), now + waitForBudgetMs(generations.markCostMs, generations));
    if (generations.count === 1) snapshotDueMs = nextSnapshotMs(now);
    if (!wantsSnapshot) return;
    const wait = waitForBudgetMs(generations.snapshotCostMs, generations);
    if (wait > 0) {
      snapshotDueMs = now + wait;
      return;
    }
    await generations.snapshot('mid-run');
    snapshotDueMs = nextSnapshotMs(now);
  };
  const again = (): void => void setTimeout(tick, nextLookMs(generations.programMs)).unref();
  const tick = (): void => {
    generations.look();
    const isDue = generations.programMs >= markDueMs && generations.allocatedBytes >= IDLE_BYTES;
    if (isDue) setImmediate(() => observe().finally(again)).unref();
    else again();
  };
  again();
}

function nextLookMs(programMs: number): number {
  return Math.min(LOOK_MS, Math.max(MIN_LOOK_MS, programMs / LOOKS_PER_LIFE));
}
