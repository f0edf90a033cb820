import { expect, test } from 'vitest';
import type { NodeOrdinal } from '../../src/shared/ids.ts';
import { HeapBuilder, type NodeType } from '../support/heap.ts';

/** A global that holds two objects, `a` and `b`; sizes 1, 10 and 20. */
function twoObjects(): { heap: HeapBuilder; a: NodeOrdinal; b: NodeOrdinal } {
  const heap = new HeapBuilder();
  const global = heap.edge(heap.root, 'shortcut', 'global', heap.node('object', 'global', { size: 1 }));
  return {
    heap,
    a: heap.object(global, 'a', 'A', { size: 10 }),
    b: heap.object(global, 'b', 'B', { size: 20 }),
  };
}

function sizes(heap: HeapBuilder, ...nodes: NodeOrdinal[]): number[] {
  const graph = heap.graph('devtools');
  return nodes.map((node) => graph.selfSizeOf(node));
}

test.each<[NodeType, string]>([
  ['array', '(object elements)'],
  ['hidden', 'system / Cell'],
  ['native', 'system / ExternalStringData'],
])('%s nodes named %s give their size to the one object that reaches them', (type, name) => {
  const { heap, a } = twoObjects();
  const outer = heap.edge(a, 'internal', 'outer', heap.node(type, name, { size: 100 }));
  const inner = heap.edge(outer, 'internal', 'inner', heap.node('array', '', { size: 1000 }));
  expect(sizes(heap, a, outer, inner)).toEqual([1110, 0, 0]);
});

test('other nodes keep their size', () => {
  const { heap, a } = twoObjects();
  const text = heap.edge(a, 'property', 'text', heap.node('string', 'text', { size: 100 }));
  const native = heap.edge(a, 'internal', '1', heap.node('native', 'Node / Hash', { size: 200 }));
  expect(sizes(heap, a, text, native)).toEqual([10, 100, 200]);
});

test('what two objects reach belongs to neither, nor does what it reaches', () => {
  const { heap, a, b } = twoObjects();
  const shared = heap.edge(a, 'internal', 'elements', heap.node('array', '', { size: 100 }));
  heap.edge(b, 'internal', 'elements', shared);
  const inner = heap.edge(shared, 'internal', '1', heap.node('hidden', '', { size: 1000 }));
  expect(sizes(heap, a, b, shared, inner)).toEqual([10, 20, 100, 1000]);
});

test('a weak edge owns nothing', () => {
  const { heap, a } = twoObjects();
  const array = heap.edge(a, 'weak', '1', heap.node('array', '', { size: 100 }));
  expect(sizes(heap, a, array)).toEqual([10, 100]);
});

test('the root and synthetic nodes take nothing', () => {
  const { heap } = twoObjects();
  const gc = heap.edge(heap.root, 'element', 1, heap.node('synthetic', '(GC roots)', { size: 0 }));
  const ofGc = heap.edge(gc, 'element', 1, heap.node('array', '', { size: 100 }));
  const ofRoot = heap.edge(heap.root, 'element', 2, heap.node('hidden', '', { size: 200 }));
  expect(sizes(heap, heap.root, gc, ofGc, ofRoot)).toEqual([0, 0, 100, 200]);
});

test('without a user root nothing moves', () => {
  const heap = new HeapBuilder();
  const gc = heap.edge(heap.root, 'element', 1, heap.node('synthetic', '(GC roots)'));
  const object = heap.edge(gc, 'element', 1, heap.node('object', 'A', { size: 10 }));
  const array = heap.edge(object, 'internal', 'elements', heap.node('array', '', { size: 100 }));
  expect(sizes(heap, object, array)).toEqual([10, 100]);
});

test('retained sizes are made of the moved ones', () => {
  const { heap, a } = twoObjects();
  heap.edge(a, 'internal', 'elements', heap.node('array', '', { size: 100 }));
  const graph = heap.graph('devtools');
  expect([graph.retainedSizeOf(a), graph.retainedSizeOf(heap.root)]).toEqual([110, 131]);
});
