import { describe, expect, test } from 'vitest';
import { overlapOf } from '../../src/compare/same-process.ts';
import { HeapBuilder } from '../support/heap.ts';

/** A heap of objects with these ids; the name of each follows from `naming`. */
function heapOf(ids: readonly number[], naming: (id: number) => string) {
  const heap = new HeapBuilder();
  for (const id of ids) heap.object(heap.root, `at${id}`, naming(id), { id });
  return heap.snapshot();
}

const odd = (from: number, to: number) =>
  Array.from({ length: (to - from) / 2 }, (_, index) => from + 2 * index);
const session = () => 'Session';

describe('two snapshots', () => {
  test('are of one process when what is old in the younger one stands in the older one', () => {
    const older = heapOf(odd(11, 411), session);
    const younger = heapOf([...odd(211, 411), ...odd(411, 811)], session);
    expect(overlapOf(older, younger)).toEqual({ isSameProcess: true, share: 1 });
  });

  test('are told apart whichever comes first', () => {
    const older = heapOf(odd(11, 411), session);
    const younger = heapOf([...odd(211, 411), ...odd(411, 811)], session);
    expect(overlapOf(younger, older)).toEqual(overlapOf(older, younger));
  });

  test('are of two processes when the newest of the old ids mean other things, however alike start-up is', () => {
    const one = heapOf(odd(11, 2011), (id) => (id < 1911 ? 'Startup' : 'Session'));
    const other = heapOf(odd(11, 4011), (id) => (id < 1911 ? 'Startup' : 'Basket'));
    const { isSameProcess, share } = overlapOf(one, other);
    expect(isSameProcess).toBe(false);
    expect(share).toBeCloseTo(0.5);
  });

  test('are not of one process when there is nothing to compare', () => {
    expect(overlapOf(heapOf([], session), heapOf([], session)).isSameProcess).toBe(false);
  });
});
