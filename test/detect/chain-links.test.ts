import { expect, test } from 'vitest';
import { growths } from '../../src/detect/growth.ts';
import { growthGroups } from '../../src/detect/growth-groups.ts';
import type { NodeOrdinal } from '../../src/shared/ids.ts';
import type { HeapBuilder } from '../support/heap.ts';
import { program, work } from './worked-heap.ts';

/** Numbers of objects in the growing groups, from the top down, when each round adds what `add` makes to a list; of shapes none. */
function growing(add: (heap: HeapBuilder, last: NodeOrdinal) => NodeOrdinal): number[] {
  const { heap, module } = program();
  let last = heap.collection(module, 'kept');
  const evidence = work(
    heap,
    () => {
      last = add(heap, last);
    },
    { rounds: [3, 5, 7] },
  );
  const groups = growthGroups(evidence.graph, evidence.classes, evidence.generations);
  const [first] = growths(evidence.graph, groups);
  return [first!.top, ...first!.below]
    .filter(({ members }) => evidence.graph.typeOf(members[0]!) === 'object')
    .map(({ members }) => members.length);
}

/** A plain object of a shape. */
function plain(heap: HeapBuilder, shape: NodeOrdinal): NodeOrdinal {
  const node = heap.node('object', 'Object');
  heap.edge(node, 'internal', 'map', shape);
  return node;
}

test('plain objects inside plain objects of another shape are parts', () => {
  const shapes: NodeOrdinal[] = [];
  const counts = growing((heap, table) => {
    if (shapes.length === 0)
      shapes.push(heap.node('object shape', 'system / Map'), heap.node('object shape', 'system / Map'));
    const record = heap.entry(table, plain(heap, shapes[0]!));
    heap.edge(record, 'property', 'owner', plain(heap, shapes[1]!));
    return table;
  });
  expect(counts).toEqual([15, 15]);
});

test('plain objects of one shape that lead to each other are a chain', () => {
  const shapes: NodeOrdinal[] = [];
  const counts = growing((heap, last) => {
    if (shapes.length === 0) shapes.push(heap.node('object shape', 'system / Map'));
    const link = plain(heap, shapes[0]!);
    heap.edge(last, 'property', 'next', link);
    return link;
  });
  expect(counts).toEqual([15]);
});

test('objects of different shapes are a chain where each is held as the one before', () => {
  const counts = growing((heap, last) => {
    const layer = plain(heap, heap.node('object shape', 'system / Map'));
    return heap.edge(last, 'property', '__proto__', layer);
  });
  expect(counts).toEqual([15]);
});

test('lists inside lists are parts', () => {
  const counts = growing((heap, table) => {
    const rows = heap.entry(table, heap.node('object', 'Array'));
    for (let row = 0; row < 2; row += 1) heap.edge(rows, 'element', row, heap.node('object', 'Array'));
    return table;
  });
  expect(counts).toEqual([15, 30]);
});
