import { expect, test } from 'vitest';
import type { GenerationMark } from '../../src/capture/run-record.ts';
import { marksOfLife } from '../../src/detect/start-of-life.ts';
import { Scripts } from '../../src/objects/scripts.ts';
import { HeapBuilder } from '../support/heap.ts';
import { at } from './worked-heap.ts';

/** Which of the marks count, when so many come before the first function of a script and all others after it. */
function counting(before: number, all: number, { script = '/app/app.js', rounds = 0 } = {}): number[] {
  const heap = new HeapBuilder();
  const marks: GenerationMark[] = [];
  for (let mark = 0; mark < all; mark += 1) {
    if (mark === before) heap.edge(heap.root, 'property', 'main', heap.closure('main', script, at(0)));
    heap.edge(heap.root, 'property', `v${mark}`, heap.node('object', 'Object'));
    marks.push({ rounds, watermark: heap.watermark } as unknown as GenerationMark);
  }
  const graph = heap.graph();
  return marksOfLife(graph, new Scripts(graph), marks).map((mark) => marks.indexOf(mark));
}

test('marks of a script count from the first one after a function of the program was there', () => {
  expect(counting(2, 8)).toEqual([2, 3, 4, 5, 6, 7]);
  expect(counting(0, 5)).toEqual([0, 1, 2, 3, 4]);
});

test('functions of Node.js are not the program', () => {
  expect(counting(2, 5, { script: 'node:internal/timers' })).toEqual([0, 1, 2, 3, 4]);
});

test('where too few would be left, and where rounds are counted, all count', () => {
  expect(counting(2, 5)).toEqual([0, 1, 2, 3, 4]);
  expect(counting(2, 8, { rounds: 3 })).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
});
