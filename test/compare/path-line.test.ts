import { expect, test } from 'vitest';
import { pathLine } from '../../src/compare/path-line.ts';
import { HeapBuilder } from '../support/heap.ts';

test('names the steps of the path that explains most', () => {
  const heap = new HeapBuilder();
  const global = heap.object(heap.root, 'global', 'global');
  const map = heap.object(global, 'sessions', 'Map');
  const session = heap.edge(map, 'element', 3, heap.node('object', 'Session'));
  const long = heap.object(heap.object(heap.object(global, 'a', 'A'), 'b', 'B'), 'c', 'C');
  heap.edge(long, 'property', 'session', session);
  heap.edge(global, 'weak', 'shortcut', session);
  expect(pathLine(heap.graph(), session)).toBe('global → sessions → element');
});

test('folds the middle of a long path', () => {
  const heap = new HeapBuilder();
  let node = heap.object(heap.root, 'first', 'Node');
  for (let step = 0; step < 100; step += 1) node = heap.object(node, `step${step}`, 'Node');
  expect(pathLine(heap.graph(), node)?.split(' → ')).toHaveLength(13);
});

test('there is none to what nothing keeps alive', () => {
  const heap = new HeapBuilder();
  const lost = heap.node('object', 'Lost');
  expect(pathLine(heap.graph(), lost)).toBeUndefined();
});
