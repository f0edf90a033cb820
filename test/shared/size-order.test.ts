import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareTexts, largestFirst } from '../../src/shared/size-order.ts';

type Sized = readonly [name: string, size: number];

const namesInOrder = (items: readonly Sized[]): string =>
  largestFirst(
    items,
    ([, size]) => size,
    ([a], [b]) => compareTexts(a, b),
  )
    .map(([name]) => name)
    .join('');

test('clearly different sizes come largest first', () => {
  expect(
    namesInOrder([
      ['a', 10],
      ['b', 1000],
      ['c', 100],
    ]),
  ).toBe('bca');
});

test('sizes that differ by chance come by name, whichever is the larger today', () => {
  expect(
    namesInOrder([
      ['a', 1000],
      ['b', 1010],
      ['c', 5],
    ]),
  ).toBe('abc');
  expect(
    namesInOrder([
      ['a', 1010],
      ['b', 1000],
      ['c', 5],
    ]),
  ).toBe('abc');
});

test('nothing is as large as nothing', () => {
  expect(
    namesInOrder([
      ['b', 0],
      ['a', 0],
    ]),
  ).toBe('ab');
});

test('all items stay, and none comes before one that is a ninth larger', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(1000)), (sizes) => {
      const ordered = largestFirst(
        sizes,
        (size) => size,
        (a, b) => a - b,
      );
      expect([...ordered].sort((a, b) => a - b)).toEqual([...sizes].sort((a, b) => a - b));
      for (const [index, size] of ordered.entries())
        expect(size).toBeGreaterThanOrEqual(0.9 * Math.max(0, ...ordered.slice(index + 1)));
    }),
  );
});
