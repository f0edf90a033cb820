import { expect, test } from 'vitest';
import { stringList } from '../../src/summary/string-list.ts';
import { HeapBuilder } from '../support/heap.ts';

function heapWithStrings(): HeapBuilder {
  const heap = new HeapBuilder();
  for (const [text, size] of [
    ['once', 500],
    ['twice', 30],
    ['twice', 40],
    ['thrice', 16],
    ['thrice', 16],
    ['thrice', 16],
  ] as const) {
    heap.edge(heap.root, 'property', text, heap.node('string', text, { size }));
  }
  heap.edge(heap.root, 'property', 'cons', heap.node('concatenated string', 'twice', { size: 999 }));
  heap.node('string', 'twice', { size: 10_000 });
  return heap;
}

test('lists the duplicates that waste most, without strings that nothing keeps alive', () => {
  const { strings, ...sums } = stringList(heapWithStrings().graph(), { duplicates: true, limit: 9 });
  expect(strings).toEqual([
    { text: 'thrice', count: 3, selfSize: 48, wasted: 32 },
    { text: 'twice', count: 2, selfSize: 70, wasted: 30 },
  ]);
  expect(sums).toEqual({ count: 6, selfSize: 618, wasted: 62 });
});

test('lists the largest texts where all are asked for', () => {
  const { strings } = stringList(heapWithStrings().graph(), { duplicates: false, limit: 2 });
  expect(strings.map(({ text }) => text)).toEqual(['once', 'twice']);
});
