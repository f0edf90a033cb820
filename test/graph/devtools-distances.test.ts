import { expect, test } from 'vitest';
import type { NodeOrdinal } from '../../src/shared/ids.ts';
import { HeapBuilder } from '../support/heap.ts';

const SYSTEM = 100_000_000;
const UNREACHED = -5;

function distances(heap: HeapBuilder, ...nodes: NodeOrdinal[]): number[] {
  const graph = heap.graph('devtools');
  return nodes.map((node) => graph.distanceOf(node));
}

/** A heap with a global object, as every Node process has one. */
function heapWithGlobal(): { heap: HeapBuilder; global: NodeOrdinal } {
  const heap = new HeapBuilder();
  const global = heap.edge(heap.root, 'shortcut', 'global', heap.node('object', 'global'));
  return { heap, global };
}

test('user roots have 1, and what only the engine holds counts from 100,000,000', () => {
  const { heap, global } = heapWithGlobal();
  const mine = heap.object(global, 'mine', 'Mine');
  const gc = heap.edge(heap.root, 'element', 1, heap.node('synthetic', '(GC roots)'));
  const engine = heap.edge(gc, 'element', 2, heap.node('code', 'engine'));
  expect(distances(heap, heap.root, global, mine, gc, engine)).toEqual([
    SYSTEM,
    1,
    2,
    SYSTEM + 1,
    SYSTEM + 2,
  ]);
});

test('without user roots the root has 0', () => {
  const heap = new HeapBuilder();
  const gc = heap.edge(heap.root, 'element', 1, heap.node('synthetic', '(GC roots)'));
  expect(distances(heap, heap.root, gc)).toEqual([0, 1]);
});

test('weak edges are not followed, shortcuts are', () => {
  const { heap, global } = heapWithGlobal();
  const weak = heap.edge(global, 'weak', '1', heap.node('object', 'A'));
  const shortcut = heap.edge(global, 'shortcut', 'bound_this', heap.node('object', 'B'));
  expect(distances(heap, weak, shortcut)).toEqual([UNREACHED, 2]);
});

test('the keys in descriptor arrays are not followed, their types and values are', () => {
  const { heap, global } = heapWithGlobal();
  const descriptors = heap.edge(global, 'internal', 'descriptors', heap.node('array', '(map descriptors)'));
  const targets = ['0', '1', '2', '3', '4', '7', '8'].map((name) =>
    heap.edge(descriptors, 'internal', name, heap.node('object', name)),
  );
  const indexed = heap.edge(descriptors, 'hidden', 10, heap.node('object', '10'));
  expect(distances(heap, ...targets, indexed)).toEqual([3, 3, 3, 3, UNREACHED, UNREACHED, 3, UNREACHED]);
});

test('the sloppy function map of a native context is not followed', () => {
  const { heap, global } = heapWithGlobal();
  const context = heap.edge(
    global,
    'internal',
    'native_context',
    heap.node('hidden', 'system / NativeContext'),
  );
  const map = heap.edge(
    context,
    'internal',
    'sloppy_function_map',
    heap.node('object shape', 'system / Map'),
  );
  expect(distances(heap, context, map)).toEqual([2, UNREACHED]);
});

test('the value of a WeakMap entry is one further than the later of key and table', () => {
  const { heap, global } = heapWithGlobal();
  const key = heap.object(global, 'key', 'Key');
  const table = heap.edge(heap.object(global, 'map', 'WeakMap'), 'internal', 'table', heap.node('array', ''));
  const value = heap.node('object', 'Value');
  heap.ephemeron(table, key, value);
  expect(distances(heap, key, table, value)).toEqual([2, 3, 4]);
});
