import { expect, test } from 'vitest';
import { watermarkOf } from '../../src/ingest/stable-ids.ts';
import { HeapBuilder } from '../support/heap.ts';

test('numbers and nodes of the embedder, which get new ids in every snapshot, do not raise the watermark', () => {
  const heap = new HeapBuilder();
  heap.object(heap.root, 'a', 'Session', { id: 11 });
  heap.edge(heap.root, 'internal', 'n', heap.node('number', 'smi number', { id: 999 }));
  heap.edge(heap.root, 'internal', 'm', heap.node('native', 'Node / Something', { id: 998 }));
  expect(watermarkOf(heap.snapshot())).toBe(11);
});

test('a text keeps its id and is as old as the objects beside it', () => {
  const heap = new HeapBuilder();
  heap.object(heap.root, 'a', 'Session', { id: 11 });
  heap.edge(heap.root, 'internal', 'line', heap.node('sliced string', '', { id: 13 }));
  expect(watermarkOf(heap.snapshot())).toBe(13);
});
