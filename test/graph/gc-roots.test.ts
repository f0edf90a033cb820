import { expect, test } from 'vitest';
import { gcRoots } from '../../src/graph/gc-roots.ts';
import { HeapBuilder } from '../support/heap.ts';

test('names every category below the root and below (GC roots) with what it means', () => {
  const heap = new HeapBuilder();
  const gc = heap.edge(heap.root, 'element', 1, heap.node('synthetic', '(GC roots)'));
  heap.edge(heap.root, 'shortcut', 'global', heap.node('object', 'global'));
  heap.edge(heap.root, 'element', 2, heap.node('native', 'Node / Environment'));
  for (const name of [
    '(Strong roots)',
    '(Handle scope)',
    '(Global handles)',
    '(Strong roots)',
    '(Builtins)',
  ]) {
    heap.edge(gc, 'element', 1, heap.node('synthetic', name));
  }
  expect(gcRoots(heap.snapshot()).map(({ name, kind }) => [name, kind])).toEqual([
    ['global', 'global'],
    ['Node / Environment', 'native'],
    ['(Strong roots)', 'engine'],
    ['(Handle scope)', 'stack'],
    ['(Global handles)', 'handle'],
    ['(Strong roots)', 'job'],
    ['(Builtins)', 'engine'],
  ]);
});
