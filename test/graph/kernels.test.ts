import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildHeapGraph } from '../../src/graph/build-heap-graph.ts';
import type { EdgeRules, GraphTables } from '../../src/graph/heap-graph.ts';
import { readSnapshot } from '../../src/ingest/read-snapshot.ts';
import type { Snapshot } from '../../src/ingest/snapshot.ts';
import { expectSoundHeap } from '../support/every-snapshot.ts';
import { nodeBinaries, snapshotsByNode } from '../support/node-snapshots.ts';
import { anyHeap, contentOf, inPieces, NODE_LINES, variedHeap } from '../support/snapshots.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'leakscan-kernels-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const TABLES: readonly (keyof GraphTables)[] = [
  'selfSize',
  'distance',
  'dominator',
  'retainedSize',
  'firstRetainer',
  'retainerEdge',
  'firstDominated',
  'dominated',
  'component',
];

function tablesOf(snapshot: Snapshot, rules: EdgeRules): unknown {
  const { tables } = buildHeapGraph(snapshot, rules);
  const strong = Array.from(
    { length: snapshot.edgeCount },
    (_, edge) => (tables.strong[edge >>> 3]! >> (edge & 7)) & 1,
  );
  return { strong, ...Object.fromEntries(TABLES.map((name) => [name, Array.from(tables[name])])) };
}

/** From a stream by plain code, from a stream by kernels, from a file by kernels. */
async function both(text: string, pieces?: readonly number[]): Promise<[plain: Snapshot, kernels: Snapshot]> {
  const plain = await readSnapshot(inPieces(text, pieces), { engine: 'plain' });
  const kernels = await readSnapshot(inPieces(text, pieces), { engine: 'kernels' });
  expect(plain.workspace).toBeUndefined();
  expect(kernels.workspace).toBeDefined();
  const file = join(folder, 'heap.heapsnapshot');
  writeFileSync(file, text);
  expect(contentOf(await readSnapshot(file, { engine: 'kernels' }))).toEqual(contentOf(plain));
  return [plain, kernels];
}

describe('kernels and plain code give the same result', () => {
  test('for any heap, wherever the pieces end', async () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(anyHeap, fc.constantFrom(...NODE_LINES), lengths, async (heap, line, pieces) => {
        const [plain, kernels] = await both(heap.text(line), pieces);
        expect(contentOf(kernels)).toEqual(contentOf(plain));
        for (const rules of ['leakscan', 'devtools'] as const) {
          expect(tablesOf(kernels, rules)).toEqual(tablesOf(plain, rules));
        }
        expectSoundHeap(kernels);
      }),
      { numRuns: 100 },
    );
  });

  test('for sizes and ids above 32 bits', async () => {
    const heap = variedHeap();
    heap.edge(heap.root, 'element', 3, heap.node('object', 'Huge', { id: 2 ** 40 + 1, size: 2 ** 41 }));
    const [plain, kernels] = await both(heap.text());
    expect(contentOf(kernels)).toEqual(contentOf(plain));
    for (const rules of ['leakscan', 'devtools'] as const) {
      expect(tablesOf(kernels, rules)).toEqual(tablesOf(plain, rules));
    }
  });

  const snapshotOf = snapshotsByNode();
  test.each(nodeBinaries)('for a snapshot of Node %s, which is sound', async (_, binary) => {
    const [plain, kernels] = await both(readFileSync(snapshotOf(binary), 'utf8'));
    expect(contentOf(kernels)).toEqual(contentOf(plain));
    for (const rules of ['leakscan', 'devtools'] as const) {
      expect(tablesOf(kernels, rules)).toEqual(tablesOf(plain, rules));
    }
    expectSoundHeap(kernels);
  });
});

test('leakscan loses no object of a small program of Node, only code and strings', async () => {
  const snapshotOf = snapshotsByNode();
  for (const [, binary] of nodeBinaries) {
    const graph = buildHeapGraph(await readSnapshot(snapshotOf(binary)));
    const lost = Array.from({ length: graph.nodeCount }, (_, node) => node as never).filter(
      (node) => !graph.isReachable(node),
    );
    expect(lost.length).toBeLessThan(30);
    expect(
      lost
        .filter((node) => ['object', 'closure'].includes(graph.typeOf(node)))
        .map((node) => graph.nameOf(node)),
    ).toEqual([]);
  }
});

test('a further graph that does not fit into the arena is computed by plain code', async () => {
  const [plain, kernels] = await both(variedHeap().text());
  for (let bytes = 2 ** 32; bytes >= 1; bytes /= 2) while (kernels.workspace!.arena.reserve(bytes));
  expect(buildHeapGraph(kernels).snapshot.workspace).toBeUndefined();
  expect(tablesOf(kernels, 'leakscan')).toEqual(tablesOf(plain, 'leakscan'));
});
