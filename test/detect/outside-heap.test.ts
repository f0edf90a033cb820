import { expect, test } from 'vitest';
import type { GenerationMark, RunRecord } from '../../src/capture/run-record.ts';
import type { Finding } from '../../src/detect/finding.ts';
import { growthOutsideHeap } from '../../src/detect/outside-heap.ts';

const KIB = 1024;
const MIB = 1024 * KIB;

/** The record of a run whose marks saw these bytes; the first mark ends the warm-up. */
function runWith(
  rounds: readonly number[],
  bytes: Partial<Record<'external' | 'rss', readonly number[]>>,
): RunRecord {
  const generations = [2, ...rounds].map((count, at) => ({
    rounds: count,
    externalBytes: bytes.external?.[at] ?? 5 * MIB,
    arrayBuffersBytes: 0,
    rssBytes: bytes.rss?.[at] ?? 80 * MIB,
  })) as unknown as GenerationMark[];
  return { generations } as unknown as RunRecord;
}

/** Totals at each mark when every round adds so much. */
function adding(perRound: number, rounds: readonly number[], first = 5 * MIB): number[] {
  const totals = [first];
  for (const count of rounds) totals.push(totals.at(-1)! + perRound * count);
  return totals;
}

const FIRST = [3, 5, 7];
const BOTH = [3, 5, 7, 29, 41, 59];

test('external bytes that each round leaves behind are growth beside the heap', () => {
  const grown = growthOutsideHeap(runWith(BOTH, { external: adding(64 * KIB, BOTH) }), []);
  expect(grown).toEqual({
    memory: 'external',
    bytesPerRound: 64 * KIB,
    totalBytes: 144 * 64 * KIB,
    isOpen: false,
  });
});

test('a few generations leave it open', () => {
  expect(growthOutsideHeap(runWith(FIRST, { external: adding(64 * KIB, FIRST) }), [])).toMatchObject({
    isOpen: true,
  });
});

test('what only the size of the process shows is told as such, and needs to be more', () => {
  const first = 80 * MIB;
  expect(growthOutsideHeap(runWith(BOTH, { rss: adding(MIB, BOTH, first) }), [])).toMatchObject({
    memory: 'resident',
  });
  expect(growthOutsideHeap(runWith(BOTH, { rss: adding(64 * KIB, BOTH, first) }), [])).toBeUndefined();
});

test('growth that findings account for is none beside them', () => {
  const run = runWith(BOTH, { external: adding(64 * KIB, BOTH) });
  const finding = (bytesPerRound: number): Finding => ({ bytesPerRound }) as unknown as Finding;
  expect(growthOutsideHeap(run, [finding(60 * KIB)])).toBeUndefined();
  expect(growthOutsideHeap(run, [finding(2 * KIB)])).toBeDefined();
});

test.each([
  ['stops', [5, 6, 7, 7, 7, 7, 7]],
  ['goes up and down', [5, 9, 5, 9, 5, 9, 5]],
  ['comes in one burst', [5, 5, 5, 5, 90, 90, 90]],
])('memory that %s is no leak', (_, mib) => {
  expect(growthOutsideHeap(runWith(BOTH, { external: mib.map((each) => each * MIB) }), [])).toBeUndefined();
});

test('without rounds, or without a run, nothing can be said', () => {
  expect(growthOutsideHeap(undefined, [])).toBeUndefined();
  const times = [0, 0, 0, 0];
  expect(
    growthOutsideHeap(runWith(times, { external: [5, 6, 7, 8, 9].map((each) => each * MIB) }), []),
  ).toBeUndefined();
});
