import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { GenerationMark } from '../../src/capture/run-record.ts';
import { Generations, generationsOf } from '../../src/detect/generations.ts';
import type { HeapObjectId } from '../../src/shared/ids.ts';

function mark(watermark: number, rounds: number, programMs = 1): GenerationMark {
  return {
    rounds,
    watermark: watermark as HeapObjectId,
    programMs,
    heapUsedBytes: 0,
    externalBytes: 0,
    arrayBuffersBytes: 0,
    rssBytes: 0,
    allocatedBytes: 0,
    cpuMs: 0,
    markMs: 0,
    activeResources: {},
  };
}

describe('the generation of an object', () => {
  const generations = new Generations('rounds', [100, 200, 300], [3, 5]);

  test.each([
    ['what was there before the first mark', 99, 0],
    ['the last of those', 100, 0],
    ['the first born after it', 101, 1],
    ['the last of generation 1', 200, 1],
    ['the first of generation 2', 201, 2],
    ['what was born after the last mark', 301, 3],
  ])('%s', (_, id, born) => {
    expect(generations.bornIn(id as HeapObjectId)).toBe(born);
  });

  test('is the number of marks below its id', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(1000), { minLength: 1 }), fc.nat(1000), (marks, id) => {
        marks.sort((a, b) => a - b);
        const work = marks.slice(1).map(() => 1);
        const born = new Generations('rounds', marks, work).bornIn(id as HeapObjectId);
        expect(born).toBe(marks.filter((watermark) => watermark < id).length);
      }),
    );
  });

  test('without marks nothing is known of it', () => {
    const none = generationsOf([]);
    expect(none.count).toBe(0);
    expect(none.bornIn(7 as HeapObjectId)).toBe(0);
    expect(generationsOf([mark(100, 2)]).count).toBe(0);
  });
});

test('rounds that were counted are the generations of a scenario', () => {
  const generations = generationsOf([mark(100, 2), mark(200, 3), mark(300, 5)]);
  expect(generations.unit).toBe('rounds');
  expect(generations.watermarks).toEqual([100, 200, 300]);
  expect(generations.work).toEqual([3, 5]);
  expect(generations.totalWork).toBe(8);
});

describe('where rounds are not seen', () => {
  test('marks that lie close together at first make up stretches of equal time', () => {
    // After the first mark: 6 × 10 ms, then 60, 60, 60, 60, 60 ms: six stretches of 60 ms.
    const times = [10, 10, 10, 10, 10, 10, 60, 60, 60, 60, 60];
    const generations = generationsOf([mark(100, 0), ...times.map((ms, index) => mark(200 + index, 0, ms))]);
    expect(generations.unit).toBe('time');
    expect(generations.work).toEqual([60, 60, 60, 60, 60, 60]);
    expect(generations.watermarks).toEqual([100, 205, 206, 207, 208, 209, 210]);
  });

  test('a start that took half of the time leaves the rest in stretches of its own', () => {
    const times = [16, 98, 16, 18, 19, 21, 24, 26];
    const generations = generationsOf([mark(100, 0), ...times.map((ms, index) => mark(200 + index, 0, ms))]);
    expect(generations.work).toEqual([114, 16, 18, 40, 24, 26]);
  });

  test('a long gap between two marks swallows no stretch that came before it', () => {
    const generations = generationsOf([
      mark(100, 0),
      ...[11, 1, 2, 2, 59, 45].map((ms, index) => mark(200 + index, 0, ms)),
    ]);
    expect(generations.work).toEqual([16, 59, 45]);
    expect(generations.watermarks).toEqual([100, 203, 204, 205]);
  });

  test('what is left over at the end joins the last stretch', () => {
    const generations = generationsOf([
      mark(100, 0),
      ...[60, 60, 60, 60, 60, 60, 5].map((ms, index) => mark(200 + index, 0, ms)),
    ]);
    expect(generations.work.at(-1)).toBe(65);
    expect(generations.watermarks.at(-1)).toBe(206);
  });

  test('a program that used no time has a stretch for each mark, none of no length', () => {
    const generations = generationsOf([mark(100, 0), mark(200, 0, 0), mark(300, 0, 0)]);
    expect(generations.watermarks).toEqual([100, 200, 300]);
    expect(Math.min(...generations.work)).toBeGreaterThan(0);
  });

  test('the stretches divide the whole run, and each ends with a mark', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 40 }), (times) => {
        const marks = [mark(0, 0), ...times.map((ms, index) => mark(index + 1, 0, ms))];
        const generations = generationsOf(marks);
        expect(generations.totalWork).toBe(times.reduce((sum, ms) => sum + ms, 0));
        expect(generations.watermarks).toHaveLength(generations.count + 1);
        expect(generations.watermarks.at(-1)).toBe(times.length);
        expect(generations.count).toBeLessThanOrEqual(7);
        for (const [index, work] of generations.work.entries()) {
          const [from, to] = generations.watermarks.slice(index, index + 2) as [number, number];
          expect(work).toBe(times.slice(from, to).reduce((sum, ms) => sum + ms, 0));
        }
      }),
    );
  });
});
