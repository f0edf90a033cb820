import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ephemeronEdges } from '../../src/graph/ephemerons.ts';
import { readSnapshot } from '../../src/ingest/read-snapshot.ts';
import { HeapBuilder } from '../support/heap.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'leakscan-ephemerons-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('both edges of an entry have one pair, and the id of the table', () => {
  const heap = new HeapBuilder();
  const [table, key, value] = [
    heap.node('array', 'table'),
    heap.node('object', 'K'),
    heap.node('object', 'V'),
  ];
  heap.object(heap.root, 'other', 'Other');
  heap.ephemeron(table, key, value);
  const { count, edge, source, pair, tableId, spansLines } = ephemeronEdges(heap.snapshot());
  expect({ count, edge, source, pair, tableId, spansLines }).toEqual({
    count: 2,
    edge: Uint32Array.of(1, 2),
    source: Uint32Array.of(table, key),
    pair: Uint32Array.of(0, 0),
    tableId: Float64Array.of(3, 3),
    spansLines: new Uint8Array(2),
  });
});

const wholeName = fc
  .tuple(fc.nat(9), fc.nat(2), fc.constantFrom('a', '', 'é', '"', 'a\nb', 'x @1) -> value (y'), fc.nat(2))
  .map(
    ([number, key, name, table]) =>
      `${number} / part of key (${name} @${key}) -> value (v @7) pair in WeakMap (table @${table})`,
  );
const pieces = [
  '1',
  ' / part of key (',
  ' @',
  '23',
  ') -> value (',
  ') pair in WeakMap (table @',
  ')',
  'é',
  ' ',
];
const anyName = fc.oneof(
  wholeName,
  fc.array(fc.constantFrom(...pieces), { maxLength: 14 }).map((parts) => parts.join('')),
  // Whole ones from which a piece was cut.
  fc
    .tuple(wholeName, fc.nat(80), fc.nat(3))
    .map(([name, at, length]) => name.slice(0, at) + name.slice(at + length)),
);

test('names are read by kernels as by plain code, whatever they are', async () => {
  const file = join(folder, 'heap.heapsnapshot');
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(anyName, { maxLength: 4 }), { maxLength: 8 }), async (rows) => {
      const heap = new HeapBuilder();
      for (const row of rows) {
        const node = heap.object(heap.root, 'p', 'O');
        for (const name of row) heap.edge(node, 'internal', name, heap.root);
      }
      writeFileSync(file, heap.text());
      const plain = ephemeronEdges(await readSnapshot(file, { engine: 'plain' }));
      const kernels = ephemeronEdges(await readSnapshot(file, { engine: 'kernels' }));
      expect({ ...kernels, pair: renumbered(kernels.pair) }).toEqual({
        ...plain,
        pair: renumbered(plain.pair),
      });
    }),
    { numRuns: 500 },
  );
});

/** Numbers in the order in which they come. */
function renumbered(pairs: Uint32Array): number[] {
  const numbers = new Map<number, number>();
  return Array.from(pairs, (pair) => {
    if (!numbers.has(pair)) numbers.set(pair, numbers.size);
    return numbers.get(pair)!;
  });
}
