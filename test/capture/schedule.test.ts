import { expect, test } from 'vitest';
import { nextMarkMs, nextSnapshotMs, waitForBudgetMs } from '../../src/capture/schedule.ts';

test('marks lie closer together while the program is young, and an hour takes about a hundred of them', () => {
  let marks = 0;
  for (let at = nextMarkMs(0); at < 3_600_000; at = nextMarkMs(at)) marks += 1;
  expect(nextMarkMs(100) - 100).toBeLessThan(nextMarkMs(1000) - 1000);
  expect(marks).toBeGreaterThan(30);
  expect(marks).toBeLessThan(130);
});

test('marks that cost more lie further apart', () => {
  expect(nextMarkMs(20, 200)).toBeGreaterThan(nextMarkMs(20, 20));
  expect(nextMarkMs(20, 200)).toBeLessThan(100);
});

test('whenever a program ends, a snapshot shows more than half of its life', () => {
  for (let end = 100; end < 100_000; end *= 1.07) {
    let mark = nextMarkMs(0);
    let due = nextSnapshotMs(mark);
    let last = 0;
    for (; mark < end; mark = nextMarkMs(mark)) {
      if (mark < due) continue;
      last = mark;
      due = nextSnapshotMs(mark);
    }
    expect(last / end).toBeGreaterThan(0.45);
  }
});

const budget = { freeMs: 3000, share: 0.5 };

test('observation that is cheap need not wait', () => {
  expect(waitForBudgetMs(budget, 0, 500, 200)).toBe(0);
});

test('observation that is dear waits until the program has earned it', () => {
  const waitMs = waitForBudgetMs(budget, 10_000, 1000, 20_000);
  expect(waitMs).toBe(26_000);
  expect(waitForBudgetMs(budget, 10_000 + waitMs, 1000, 20_000)).toBe(0);
});
