import { expect, test } from 'vitest';
import { loopThrough, objectsOf } from '../../src/objects/loop.ts';
import { NodeClasses } from '../../src/objects/node-class.ts';
import { Scripts } from '../../src/objects/scripts.ts';
import type { NodeOrdinal } from '../../src/shared/ids.ts';
import { HeapBuilder } from '../support/heap.ts';

function namesOnLoop(heap: HeapBuilder, start: NodeOrdinal, without: readonly NodeOrdinal[] = []): string[] {
  const graph = heap.graph();
  const classes = new NodeClasses(graph, new Scripts(graph));
  const loop = loopThrough(graph, classes, start, new Set(without));
  if (loop === undefined) return [];
  expect(loop.nodes.length).toBe(loop.edges.length + 1);
  expect([loop.nodes[0], loop.nodes.at(-1)]).toEqual([start, start]);
  expect(objectsOf(graph, classes, loop).length).toBeGreaterThanOrEqual(2);
  return loop.edges.map((edge) => String(graph.edgeNameOf(edge)));
}

test('the shortest way back is told', () => {
  const heap = new HeapBuilder();
  const room = heap.object(heap.root, 'room', 'Room');
  const member = heap.object(heap.object(room, 'members', 'Array'), 'first', 'Member');
  heap.edge(heap.object(member, 'account', 'Account'), 'property', 'room', room);
  expect(namesOnLoop(heap, room)).toEqual(['members', 'first', 'account', 'room']);
  heap.edge(member, 'property', 'room', room);
  expect(namesOnLoop(heap, room)).toEqual(['members', 'first', 'room']);
});

test('weak edges close no loop', () => {
  const heap = new HeapBuilder();
  const room = heap.object(heap.root, 'room', 'Room');
  heap.edge(heap.object(room, 'member', 'Member'), 'weak', 'target', room);
  expect(namesOnLoop(heap, room)).toEqual([]);
});

test('a class and its prototype, through which every object leads back to its module, are none', () => {
  const heap = new HeapBuilder();
  const map = heap.object(heap.root, 'rooms', 'Map');
  const room = heap.object(map, 'entry', 'Room');
  const prototype = heap.object(room, '__proto__', 'Object');
  const maker = heap.edge(prototype, 'property', 'constructor', heap.node('closure', 'Room'));
  heap.edge(maker, 'property', 'prototype', prototype);
  heap.edge(
    heap.edge(maker, 'internal', 'context', heap.node('object', 'system / Context')),
    'context',
    'rooms',
    map,
  );
  expect(namesOnLoop(heap, room)).toEqual([]);
});

test('a way back through what holds the object is none', () => {
  const heap = new HeapBuilder();
  const registry = heap.object(heap.root, 'registry', 'Registry');
  const room = heap.object(registry, 'room', 'Room');
  heap.edge(room, 'property', 'registry', registry);
  expect(namesOnLoop(heap, room)).toEqual(['registry', 'room']);
  expect(namesOnLoop(heap, room, [registry])).toEqual([]);
});

test('a single object that names itself is none', () => {
  const heap = new HeapBuilder();
  const node = heap.object(heap.root, 'node', 'Node');
  heap.edge(node, 'property', 'self', node);
  expect(namesOnLoop(heap, node)).toEqual([]);
});
