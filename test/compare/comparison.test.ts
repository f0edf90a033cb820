import { expect, test } from 'vitest';
import { classChanges, findingChanges } from '../../src/compare/comparison.ts';

const sizes = (counts: Record<string, number>) =>
  new Map(Object.entries(counts).map(([name, count]) => [name, { count, bytes: 10 * count }]));

test('sorts classes by what became of them, most bytes first', () => {
  const changes = classChanges(
    [
      sizes({ Kept: 5, Grown: 1, Bigger: 1, Shrunk: 9, Gone: 2 }),
      sizes({ Kept: 5, Grown: 3, Bigger: 8, Shrunk: 4, New: 1 }),
    ],
    () => undefined,
  );
  const names = (list: readonly { className: string }[]) => list.map(({ className }) => className);
  expect(names(changes.grown)).toEqual(['Bigger', 'Grown']);
  expect(names(changes.shrunk)).toEqual(['Shrunk']);
  expect(names(changes.new)).toEqual(['New']);
  expect(names(changes.gone)).toEqual(['Gone']);
  expect(changes.unchangedCount).toBe(1);
});

test('gives the path to what is there now, and the counts of every heap between', () => {
  const { grown, gone } = classChanges(
    [sizes({ A: 1, B: 1 }), sizes({ A: 4 }), sizes({ A: 9 })],
    (name) => `root → ${name}`,
  );
  expect(grown[0]).toEqual({
    className: 'A',
    countBefore: 1,
    countAfter: 9,
    bytesBefore: 10,
    bytesAfter: 90,
    counts: [1, 4, 9],
    path: 'root → A',
  });
  expect(gone[0]).not.toHaveProperty('path');
});

test('findings are new, gone or persisting by signature', () => {
  const of = (...signatures: string[]) =>
    signatures.map((signature) => ({ signature, title: `leak ${signature}` }));
  expect(findingChanges(of('b', 'a', 'c'), of('d', 'c', 'b'))).toEqual({
    new: ['d'],
    gone: ['a'],
    persisting: ['b', 'c'],
    titles: { a: 'leak a', b: 'leak b', c: 'leak c', d: 'leak d' },
  });
});
