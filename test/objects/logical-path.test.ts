import { expect, test } from 'vitest';
import { explainingPath } from '../../src/objects/explaining-path.ts';
import { logicalPath } from '../../src/objects/logical-path.ts';
import type { NodeOrdinal } from '../../src/shared/ids.ts';
import { HeapBuilder } from '../support/heap.ts';

function words(heap: HeapBuilder, target: NodeOrdinal): string[] {
  const graph = heap.graph();
  return logicalPath(graph, explainingPath(graph, target)!).map(({ name, repeats }) =>
    repeats === 1 ? name : `${name} × ${repeats}`,
  );
}

/** Properties of those names in a row, each to an object of a class. */
function chain(heap: HeapBuilder, steps: readonly string[], className = 'Link'): NodeOrdinal {
  return steps.reduce((from, name) => heap.object(from, name, className), heap.root);
}

test('steps of different names are told one by one', () => {
  const heap = new HeapBuilder();
  expect(words(heap, chain(heap, ['a', 'b', 'c']))).toEqual(['a', 'b', 'c']);
});

test('two equal steps are told both, three or more are folded', () => {
  const two = new HeapBuilder();
  expect(words(two, chain(two, ['head', 'next', 'next', 'end']))).toEqual(['head', 'next', 'next', 'end']);
  const three = new HeapBuilder();
  expect(words(three, chain(three, ['head', 'next', 'next', 'next', 'end']))).toEqual([
    'head',
    'next × 3',
    'end',
  ]);
});

test('a pattern of several steps is folded as a whole', () => {
  const heap = new HeapBuilder();
  const steps = Array.from({ length: 20 }, () => ['child', 'parent', 'sibling']).flat();
  expect(words(heap, chain(heap, ['tree', ...steps]))).toEqual([
    'tree',
    'child × 20',
    'parent × 20',
    'sibling × 20',
  ]);
});

test('equal names between different classes are no pattern', () => {
  const heap = new HeapBuilder();
  let at = heap.root;
  for (const className of ['A', 'B', 'C', 'D', 'E']) at = heap.object(at, 'next', className);
  expect(words(heap, at)).toEqual(['next', 'next', 'next', 'next', 'next']);
});

test('a chain that is ten thousand steps long takes one line', () => {
  const heap = new HeapBuilder();
  expect(words(heap, chain(heap, ['head', ...Array.from({ length: 10_000 }, () => 'next')]))).toEqual([
    'head',
    'next × 10000',
  ]);
});

test('a folded step ends where the chain ends', () => {
  const heap = new HeapBuilder();
  const last = chain(heap, ['head', ...Array.from({ length: 10 }, () => 'next')]);
  const graph = heap.graph();
  expect(logicalPath(graph, explainingPath(graph, last)!).at(-1)!.to).toBe(last);
});

test('the path of the root itself has no step', () => {
  const heap = new HeapBuilder();
  expect(words(heap, heap.root)).toEqual([]);
});
