import { expect, test } from 'vitest';
import { censusOf } from '../../src/compare/class-census.ts';
import { HeapBuilder } from '../support/heap.ts';

test('counts what is reachable by class, with its bytes and its newest member', () => {
  const heap = new HeapBuilder();
  heap.object(heap.root, 'a', 'Session', { id: 11, size: 100 });
  const newest = heap.object(heap.root, 'b', 'Session', { id: 15, size: 20 });
  heap.object(heap.root, 'c', 'Session', { id: 13, size: 3 });
  heap.node('object', 'Session');
  expect(censusOf(heap.graph()).get('Session')).toEqual({ count: 3, bytes: 123, newest });
});

test('tells plain objects apart by their property names, in any order and without accessors', () => {
  const heap = new HeapBuilder();
  const user = heap.object(heap.root, 'user', 'Object');
  for (const name of ['name', 'id', '__proto__', 'get age', 'age']) heap.object(user, name, 'Value');
  const same = heap.object(heap.root, 'same', 'Object');
  for (const name of ['age', 'id', 'name']) heap.object(same, name, 'Value');
  heap.object(heap.root, 'empty', 'Object');
  const census = censusOf(heap.graph());
  expect(census.get('Object {age, id, name}')?.count).toBe(2);
  expect(census.get('Object {}')?.count).toBe(1);
});

test('takes all ways to write a text for one class, and leaves out what is V8s own', () => {
  const heap = new HeapBuilder();
  for (const type of [
    'string',
    'concatenated string',
    'sliced string',
    'code',
    'hidden',
    'number',
  ] as const) {
    heap.edge(heap.root, 'property', type, heap.node(type, 'text'));
  }
  heap.edge(heap.root, 'property', 'f', heap.node('closure', 'onData'));
  heap.edge(heap.root, 'property', 'g', heap.node('closure', ''));
  const counts = [...censusOf(heap.graph())].map(([name, { count }]) => [name, count]);
  expect(counts).toEqual([
    ['(string)', 3],
    ['onData()', 1],
    ['(anonymous)()', 1],
  ]);
});
