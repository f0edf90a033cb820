import { expect, test } from 'vitest';
import { HeapBuilder } from '../support/heap.ts';

test('an edge from outside the page into it does not dominate, unless it leaves the root', () => {
  const heap = new HeapBuilder();
  const global = heap.edge(heap.root, 'shortcut', 'global', heap.node('object', 'global'));
  const mine = heap.object(global, 'mine', 'Mine');
  const debuggers = heap.edge(heap.root, 'element', 1, heap.node('synthetic', '(GC roots)'));
  heap.edge(debuggers, 'element', 1, mine);
  expect(heap.graph('devtools').immediateDominatorOf(mine)).toBe(global);
  expect(heap.graph('leakscan').immediateDominatorOf(mine)).toBe(debuggers);
});

test('a shortcut holds only at the root', () => {
  const heap = new HeapBuilder();
  const global = heap.edge(heap.root, 'shortcut', 'global', heap.node('object', 'global'));
  const bound = heap.edge(global, 'shortcut', 'bound_this', heap.node('object', 'Bound'));
  const graph = heap.graph('devtools');
  expect([graph.isReachable(global), graph.isReachable(bound)]).toEqual([true, false]);
});

test('the table of a WeakMap does not hold values, the key does even when nothing holds the table', () => {
  const heap = new HeapBuilder();
  const global = heap.edge(heap.root, 'shortcut', 'global', heap.node('object', 'global'));
  const key = heap.object(global, 'key', 'Key');
  const value = heap.node('object', 'Value');
  heap.ephemeron(heap.node('array', ''), key, value);
  expect(heap.graph('devtools').immediateDominatorOf(value)).toBe(key);
});

test('what nothing holds hangs under the root with what it reaches, closed cliques node by node', () => {
  const heap = new HeapBuilder();
  const orphan = heap.node('object', 'Orphan', { size: 1 });
  const child = heap.object(orphan, 'child', 'Child', { size: 10 });
  const one = heap.node('object', 'One', { size: 100 });
  const two = heap.object(one, 'two', 'Two', { size: 1000 });
  heap.edge(two, 'property', 'one', one);
  const graph = heap.graph('devtools');
  const nodes = [orphan, child, one, two];
  expect(nodes.map((node) => graph.immediateDominatorOf(node))).toEqual([0, orphan, 0, 0]);
  expect(nodes.map((node) => graph.retainedSizeOf(node))).toEqual([11, 10, 100, 1000]);
  expect(graph.retainedSizeOf(heap.root)).toBe(1111);
  expect([...graph.dominatedBy(heap.root)]).toEqual([orphan, one, two]);
});
