import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { HeapObjectId } from '../../src/shared/ids.ts';
import { HeapBuilder } from '../support/heap.ts';

test('a node is found by its id, of several the first; and none where there is none', () => {
  const anyId = fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 2 ** 40 }));
  fc.assert(
    fc.property(fc.array(anyId, { maxLength: 60 }), fc.array(anyId), (ids, wanted) => {
      const heap = new HeapBuilder();
      for (const id of ids) heap.node('object', 'Session', { id });
      const graph = heap.graph();
      const all = [1, ...ids];
      for (const id of [...all, ...wanted]) {
        const first = all.indexOf(id);
        expect(graph.nodeWithId(id as HeapObjectId)).toBe(first === -1 ? undefined : first);
      }
    }),
  );
});
