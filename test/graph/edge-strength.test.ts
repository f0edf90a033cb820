import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { NodeOrdinal } from '../../src/shared/ids.ts';
import { HeapBuilder, heapOf } from '../support/heap.ts';
import { anyGraph, bruteForceLiveness } from '../support/oracles.ts';

test('weak and shortcut edges hold nothing, not even at the root', () => {
  const heap = new HeapBuilder();
  const weak = heap.edge(heap.root, 'weak', '1', heap.node('object', 'A'));
  const shortcut = heap.edge(heap.root, 'shortcut', 'global', heap.node('object', 'B'));
  const strong = heap.edge(heap.root, 'property', 'c', heap.node('object', 'C'));
  const graph = heap.graph();
  expect([weak, shortcut, strong].map((node) => graph.isReachable(node))).toEqual([false, false, true]);
});

test('the wrapper of a native object is not held by it', () => {
  const heap = new HeapBuilder();
  const native = heap.edge(heap.root, 'element', 1, heap.node('native', 'Node / Hash'));
  const wrapper = heap.edge(native, 'internal', 'native_to_javascript', heap.node('object', 'Hash'));
  expect(heap.graph().isReachable(wrapper)).toBe(false);
});

test('the tables of internalized and external strings hold no strings', () => {
  for (const name of ['(Internalized strings)', '(External strings)']) {
    const heap = new HeapBuilder();
    const table = heap.edge(heap.root, 'element', 1, heap.node('synthetic', name));
    const text = heap.edge(table, 'internal', '1', heap.node('string', 'text'));
    expect(heap.graph().isReachable(text)).toBe(false);
  }
});

test('the value of a WeakMap entry needs both the key and the table', () => {
  for (const [hasKey, hasTable] of [
    [true, true],
    [true, false],
    [false, true],
  ] as const) {
    const heap = new HeapBuilder();
    const [key, table, value] = [
      heap.node('object', 'Key'),
      heap.node('array', ''),
      heap.node('object', 'Value'),
    ];
    if (hasKey) heap.edge(heap.root, 'property', 'key', key);
    if (hasTable) heap.edge(heap.root, 'internal', 'table', table);
    heap.ephemeron(table, key, value);
    expect(heap.graph().isReachable(value)).toBe(hasKey && hasTable);
  }
});

test('the key carries the value in the dominator tree', () => {
  const heap = new HeapBuilder();
  const key = heap.object(heap.root, 'key', 'Key');
  const table = heap.edge(heap.root, 'internal', 'table', heap.node('array', ''));
  const value = heap.node('object', 'Value');
  heap.ephemeron(table, key, value);
  expect(heap.graph().immediateDominatorOf(value)).toBe(key);
});

test('the key of an entry may have a description of several lines', () => {
  const heap = new HeapBuilder();
  const key = heap.edge(heap.root, 'property', 'key', heap.node('symbol', 'two\nlines'));
  const table = heap.node('array', '');
  const value = heap.node('object', 'Value');
  heap.ephemeron(table, key, value);
  expect(heap.graph().isReachable(value)).toBe(false);
});

test('chains and cycles of WeakMap entries stay alive as a collector would keep them', () => {
  const pairs = fc.array(fc.record({ table: fc.nat(9), key: fc.nat(9), value: fc.nat(9) }), { maxLength: 8 });
  fc.assert(
    fc.property(anyGraph(), pairs, (successors, candidates) => {
      const known = (node: number): boolean => node > 0 && node < successors.length;
      const ephemerons = candidates.filter(
        ({ table, key, value }) => known(table) && known(key) && known(value) && table !== key,
      );
      const heap = heapOf(successors);
      for (const { table, key, value } of ephemerons) {
        heap.ephemeron(table as NodeOrdinal, key as NodeOrdinal, value as NodeOrdinal);
      }
      const graph = heap.graph();
      const live = successors.map((_, node) => graph.isReachable(node as NodeOrdinal));
      const expected = bruteForceLiveness(successors, ephemerons);
      expect(live).toEqual(successors.map((_, node) => expected.has(node)));
    }),
    { numRuns: 1000 },
  );
});
