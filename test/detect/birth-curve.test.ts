import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { birthCurve } from '../../src/detect/birth-curve.ts';

const FIRST = [3, 5, 7];
const BOTH = [3, 5, 7, 29, 41, 59];

const shapeOf = (births: readonly number[], rounds: readonly number[]): string =>
  birthCurve(births, rounds, 'rounds').shape;

describe('in rounds', () => {
  test.each([
    ['one object in each round', [3, 5, 7], 'exact', 1],
    ['twelve in each', [36, 60, 84], 'exact', 12],
    ['a round whose work is still in flight', [3, 5, 6], 'exact', 1],
    ['work of one round handed over at a mark', [2, 6, 7], 'exact', 1],
    ['one in every second round', [1, 3, 3], 'steady', 7 / 15],
    ['one in every third round', [1, 2, 2], 'steady', 1 / 3],
    ['one in every fifth round', [1, 1, 1], 'steady', 3 / 15],
    ['three in every second round', [4, 8, 10], 'steady', 22 / 15],
    ['about two, with noise', [5, 12, 13], 'exact', 2],
    ['between two and three', [9, 11, 16], 'steady', 36 / 15],
    ['only at first', [8, 0, 0], 'warm-up', 8 / 15],
    ['less and less, then none', [8, 3, 0], 'warm-up', 11 / 15],
    ['only in the end', [0, 0, 7], 'recent', 7 / 15],
    ['a ring of ten that turned', [0, 3, 7], 'recent', 10 / 15],
    ['with a gap', [5, 0, 3], 'irregular', 8 / 15],
    ['a single object', [0, 1, 0], 'sparse', 1 / 15],
    ['a single object in the beginning', [1, 0, 0], 'irregular', 1 / 15],
    ['one in every tenth round', [1, 0, 1], 'sparse', 2 / 15],
    ['none in two short generations', [0, 0, 2], 'sparse', 2 / 15],
    ['nothing', [0, 0, 0], 'irregular', 0],
  ])('%s', (_, births, shape, rate) => {
    const curve = birthCurve(births, FIRST, 'rounds');
    expect(curve.shape).toBe(shape);
    expect(curve.rate).toBeCloseTo(rate);
  });

  test('what fills up leaves fewer behind later on', () => {
    expect(shapeOf([9, 15, 20, 30, 5, 3], BOTH)).toBe('tapering');
    expect(shapeOf([30, 50, 60, 100, 120, 130], BOTH)).toBe('tapering');
  });

  test('one in ten rounds shows in the long generations, whatever the short ones have', () => {
    expect(shapeOf([0, 1, 0, 3, 4, 6], BOTH)).toBe('steady');
    expect(shapeOf([1, 0, 1, 3, 4, 6], BOTH)).toBe('steady');
    expect(shapeOf([0, 1, 0, 3, 0, 6], BOTH)).not.toBe('steady');
  });

  test('one generation that takes it all is a burst, not a rate', () => {
    expect(shapeOf([3, 5, 7, 29, 41, 590], BOTH)).toBe('irregular');
    expect(shapeOf([3, 50, 7], FIRST)).toBe('irregular');
  });

  test('two generations prove no exact rate', () => {
    expect(shapeOf([3, 5], [3, 5])).toBe('steady');
  });
});

describe('for any leak', () => {
  const anyRounds = fc.array(fc.integer({ min: 3, max: 60 }), { minLength: 3, maxLength: 8 });

  test('k objects in each round are exact, however many rounds there are', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), anyRounds, (k, rounds) => {
        expect(
          birthCurve(
            rounds.map((n) => k * n),
            rounds,
            'rounds',
          ),
        ).toEqual({ shape: 'exact', rate: k });
      }),
    );
  });

  test('a round that is in flight at a mark changes nothing', () => {
    const anyLook = fc.constantFrom(FIRST, BOTH);
    const anyFlight = fc.array(fc.boolean(), { minLength: BOTH.length + 1, maxLength: BOTH.length + 1 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), anyLook, anyFlight, (k, rounds, inFlight) => {
        // What is in flight at a mark belongs to the generation after it.
        const late = inFlight.map((isInFlight) => (isInFlight ? k : 0));
        const births = rounds.map((n, at) => k * n + late[at]! - late[at + 1]!);
        expect(shapeOf(births, rounds)).toBe('exact');
        const { rate } = birthCurve(births, rounds, 'rounds');
        expect(Math.abs(rate - k)).toBeLessThanOrEqual(Math.ceil(k / 14));
      }),
    );
  });

  test('any rate that leaves something in each generation, evenly spread, is seen', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 12 }),
        anyRounds,
        (left, each, rounds) => {
          let done = 0;
          const births = rounds.map((n) => {
            const before = Math.floor((done * left) / each);
            done += n;
            return Math.floor((done * left) / each) - before;
          });
          fc.pre(births.every((count) => count > 0));
          expect(['exact', 'steady']).toContain(shapeOf(births, rounds));
        },
      ),
    );
  });

  test('what was born in the first or the last generations alone is never taken for growth', () => {
    fc.assert(
      fc.property(anyRounds, fc.nat({ max: 500 }), fc.boolean(), (rounds, count, isFirst) => {
        const births = rounds.map((_, at) => (at === (isFirst ? 0 : rounds.length - 1) ? count : 0));
        expect(['warm-up', 'recent', 'irregular', 'sparse']).toContain(shapeOf(births, rounds));
      }),
    );
  });
});

describe('in stretches of time', () => {
  test('a few objects are looked at in stretches twice as long', () => {
    const curve = birthCurve([2, 1, 2, 1, 2, 1], [20, 20, 20, 20, 20, 20], 'time');
    expect(curve.shape).toBe('steady');
    expect(birthCurve([3, 3, 2, 0, 0, 0], [20, 20, 20, 20, 20, 20], 'time').shape).not.toBe('steady');
  });

  test('some in each stretch are steady, though no round was counted', () => {
    expect(birthCurve([40, 70, 55, 61], [100, 110, 98, 104], 'time').shape).toBe('steady');
  });

  test('exactly in proportion is no more than steady: time does not count work', () => {
    expect(birthCurve([100, 200, 300], [1, 2, 3], 'time').shape).toBe('steady');
  });

  test('a few survivors say nothing', () => {
    expect(birthCurve([1, 1, 1, 1], [10, 10, 10, 10], 'time').shape).toBe('irregular');
  });

  test('a cache that fills up tapers off', () => {
    expect(birthCurve([100, 90, 80, 25, 20, 15], [10, 10, 10, 10, 10, 10], 'time').shape).toBe('tapering');
  });
});

describe('between snapshots', () => {
  test('one gap is enough to see growth, with three survivors or more', () => {
    expect(birthCurve([3], [1], 'snapshots').shape).toBe('steady');
    expect(birthCurve([2], [1], 'snapshots').shape).toBe('irregular');
  });

  test('what came in one gap only is no growth', () => {
    expect(birthCurve([30, 0, 0], [1, 1, 1], 'snapshots').shape).toBe('warm-up');
  });
});
