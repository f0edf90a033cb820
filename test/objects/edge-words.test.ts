import { expect, test } from 'vitest';
import { edgeWords, wayInto } from '../../src/objects/edge-words.ts';
import { explainingPath } from '../../src/objects/explaining-path.ts';
import type { EdgeOrdinal, NodeOrdinal } from '../../src/shared/ids.ts';
import { HeapBuilder } from '../support/heap.ts';

const RUNS = [
  ['first', 'second'],
  ['second', 'first'],
] as const;

test.each(RUNS)(
  'of paths that cost the same the first in the alphabet is shown, made in the order %s, %s',
  (...order) => {
    const heap = new HeapBuilder();
    const target = heap.node('object', 'Target');
    for (const name of order) {
      const holder = heap.object(heap.root, 'holder', 'Holder');
      heap.edge(heap.object(holder, name, 'Box'), 'property', 'kept', target);
    }
    const graph = heap.graph();
    const path = explainingPath(graph, target)!;
    expect(path.edges.map((edge) => graph.edgeNameOf(edge))).toEqual(['holder', 'first', 'kept']);
  },
);

test('slots, ids and numbers say the same in every run, names of their own do not', () => {
  const heap = new HeapBuilder();
  const holder = heap.object(heap.root, 'holder', 'Holder');
  const target = heap.object(holder, 'cache2', 'Target');
  heap.edge(holder, 'element', 7, target);
  heap.edge(holder, 'internal', '12 / part of key (X @123) -> value (Y @77)', target);
  const graph = heap.graph();
  const words = edgeWords(graph);
  const first = graph.firstEdge(holder);
  expect([0, 1, 2].map((k) => words((first + k) as EdgeOrdinal))).toEqual([
    'cache2 object Target',
    '# object Target',
    '# / part of key (X #) -> value (Y #) object Target',
  ]);
});

test('equals are told apart by how what holds them is held', () => {
  const heap = new HeapBuilder();
  const order = heap.object(heap.root, 'order', 'Order');
  const ways = ['paid', 'delivered'].map((name) =>
    wayOf(heap.object(heap.object(order, name, 'Deferred'), 'callback', 'Callback')),
  );
  function wayOf(node: NodeOrdinal) {
    return () => wayInto(heap.graph(), node);
  }
  expect(ways.map((way) => way().words.split(' < ').slice(0, 2))).toEqual([
    ['callback object Callback of object Deferred', 'paid object Deferred of object Order'],
    ['callback object Callback of object Deferred', 'delivered object Deferred of object Order'],
  ]);
});

test('members of one table differ in their slots, as old as they are', () => {
  const heap = new HeapBuilder();
  const table = heap.object(heap.object(heap.root, 'jobs', 'Map'), 'table', 'Table');
  const [first, second] = [9, 4].map((slot) => {
    const job = heap.node('object', 'Job');
    heap.edge(table, 'internal', String(slot), job);
    return heap.object(job, 'error', 'JobError');
  });
  const graph = heap.graph();
  expect(wayInto(graph, first!).words).toBe(wayInto(graph, second!).words);
  expect([wayInto(graph, first!).slots, wayInto(graph, second!).slots]).toEqual([[9], [4]]);
});
