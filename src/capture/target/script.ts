import { nextMarkMs, nextSnapshotMs, waitForBudgetMs } from '../schedule.ts';
import type { LeakscanGenerations } from './generations.ts';

/** How often the heap is looked at, so that allocation between two collections is seen. */
const LOOK_MS = 20;
/** A program that has allocated less since the last mark is idle, and another mark would say nothing. */
const IDLE_BYTES = 16 * 1024;

/** Marks the generations of a program that runs by itself, from a timer that does not keep it alive. */
export function markWhileRunning(generations: LeakscanGenerations): void {
  let markDueMs = nextMarkMs(0);
  let snapshotDueMs = nextSnapshotMs(0);
  // The timer is made before the program can replace the global one by a fake.
  const { setTimeout, setImmediate } = globalThis;
  const observe = async (): Promise<void> => {
    const now = generations.programMs;
    const wantsSnapshot = now >= snapshotDueMs;
    await generations.mark(0, 'collect');
    markDueMs = now + waitForBudgetMs(generations.markCostMs, generations);
    markDueMs = Math.max(markDueMs, nextMarkMs(now));
    if (!wantsSnapshot) return;
    const wait = waitForBudgetMs(generations.snapshotCostMs, generations);
    if (wait > 0) {
      snapshotDueMs = now + wait;
      return;
    }
    await generations.snapshot('mid-run');
    snapshotDueMs = nextSnapshotMs(now);
  };
  const again = (): void => void setTimeout(tick, LOOK_MS).unref();
  const tick = (): void => {
    generations.look();
    const isDue = generations.programMs >= markDueMs && generations.allocatedBytes >= IDLE_BYTES;
    if (isDue) setImmediate(() => observe().finally(again)).unref();
    else again();
  };
  again();
}
