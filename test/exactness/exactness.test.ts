import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { buildHeapGraph } from '../../src/graph/build-heap-graph.ts';
import { readSnapshot } from '../../src/ingest/read-snapshot.ts';
import type { NodeOrdinal } from '../../src/shared/ids.ts';
import { type EdgeType, HeapBuilder, type NodeType } from '../support/heap.ts';
import { nodeBinaries, snapshotsByNode } from '../support/node-snapshots.ts';
import { variedHeap } from '../support/snapshots.ts';
import { INSTALL, isInstalled } from './bundle.mjs';
import { devtoolsFigures } from './devtools.mjs';
import { disagreements } from './disagreements.mjs';

const NONE = { selfSize: [], retainedSize: [], distance: [], dominator: [] };

if (!isInstalled())
  console.warn(`Not compared with DevTools: its worker is not installed; ${INSTALL} does it.`);

describe.skipIf(!isInstalled())('every figure of every node is that of DevTools', () => {
  const snapshotOf = snapshotsByNode();
  const folder = mkdtempSync(join(tmpdir(), 'leakscan-exactness-'));
  const file = join(folder, 'heap.heapsnapshot');
  // DevTools lists what it finds unreachable.
  beforeAll(() => void vi.spyOn(console, 'warn').mockImplementation(() => {}));
  afterAll(() => {
    vi.restoreAllMocks();
    rmSync(folder, { recursive: true });
  });

  async function disagreementsOn(snapshotFile: string, engine: 'plain' | 'kernels') {
    const graph = buildHeapGraph(await readSnapshot(snapshotFile, { engine }), 'devtools');
    return disagreements(graph, await devtoolsFigures(snapshotFile));
  }

  /** DevTools refuses heaps in which a root edge leads twice to one user root; V8 writes none. */
  async function isTakenByDevtools(snapshotFile: string): Promise<boolean> {
    try {
      await devtoolsFigures(snapshotFile);
      return true;
    } catch (error) {
      if ((error as Error).message.startsWith('BFS failed')) return false;
      throw error;
    }
  }

  for (const engine of ['plain', 'kernels'] as const) {
    test.each(nodeBinaries)(
      `in a snapshot that Node %s wrote, read by the ${engine} engine`,
      async (_, binary) => {
        expect(await disagreementsOn(snapshotOf(binary), engine)).toEqual(NONE);
      },
    );

    test(`in any heap, read by the ${engine} engine`, async () => {
      await fc.assert(
        fc.asyncProperty(anyHeap, async (heap) => {
          writeFileSync(file, heap.text());
          fc.pre(await isTakenByDevtools(file));
          expect(await disagreementsOn(file, engine)).toEqual(NONE);
        }),
        { numRuns: 300 },
      );
    });
  }

  test('and `npm run exactness` prints on how many nodes they disagree', () => {
    const main = fileURLToPath(new URL('main.mjs', import.meta.url));
    const run = (snapshotFile: string) =>
      spawnSync(process.execPath, [main, snapshotFile], { encoding: 'utf8' });
    const same = run(snapshotOf(process.execPath));
    expect(same.stdout).toMatch(
      / nodes, disagreements: selfSize 0, retainedSize 0, distance 0, dominator 0\n$/,
    );
    expect(same.status).toBe(0);
    // It has a buffer of 5 GiB.
    writeFileSync(file, variedHeap().text());
    const different = run(file);
    expect(different.stdout).toContain('disagreements: selfSize 1,');
    expect(different.stdout).toContain('leakscan 5368709120, DevTools 1073741824');
    expect(different.status).toBe(1);
  });

  test('except that DevTools keeps sizes in 32 bits', async () => {
    const heap = new HeapBuilder();
    const buffer = heap.node('native', 'system / JSArrayBufferData', { size: 5 * 2 ** 30 });
    heap.edge(heap.root, 'property', 'buffer', buffer);
    writeFileSync(file, heap.text());
    const { selfSize, retainedSize, distance, dominator } = await disagreementsOn(file, 'plain');
    expect({ selfSize, retainedSize, distance, dominator }).toEqual({
      ...NONE,
      selfSize: [buffer],
      retainedSize: [heap.root, buffer],
    });
    expect((await devtoolsFigures(file)).selfSize[buffer]).toBe(2 ** 30);
  });
});

const NODE_TYPES: readonly NodeType[] = [
  'hidden',
  'array',
  'object',
  'closure',
  'native',
  'synthetic',
  'string',
];
const EDGE_TYPES: readonly EdgeType[] = [
  'context',
  'element',
  'property',
  'internal',
  'hidden',
  'shortcut',
  'weak',
];
/** Names that DevTools' rules know. */
const NODE_NAMES = [
  'Object',
  'system / NativeContext',
  '(map descriptors)',
  'system / ExternalStringData',
  '(Document DOM trees)',
  '(GC roots)',
];
const EDGE_NAMES = ['a', 'sloppy_function_map', '4', '7'];

/** Random heaps made of what DevTools' rules ask about; only, as in V8, the keys of a WeakMap are objects. */
const anyHeap: fc.Arbitrary<HeapBuilder> = fc
  .record({
    nodes: fc.array(
      fc.record({
        type: fc.constantFrom(...NODE_TYPES),
        name: fc.constantFrom(...NODE_NAMES),
        size: fc.nat(200),
      }),
      { minLength: 1, maxLength: 14 },
    ),
    edges: fc.array(
      fc.record({
        from: fc.nat(),
        to: fc.nat(),
        type: fc.constantFrom(...EDGE_TYPES),
        name: fc.constantFrom(...EDGE_NAMES),
        index: fc.nat(12),
      }),
      { maxLength: 40 },
    ),
    ephemerons: fc.array(fc.record({ map: fc.nat(), holder: fc.nat(), value: fc.nat() }), { maxLength: 4 }),
  })
  .map(({ nodes, edges, ephemerons }) => {
    const heap = new HeapBuilder();
    const node = (number: number): NodeOrdinal => (number % (nodes.length + 1)) as NodeOrdinal;
    for (const { type, name, size } of nodes) heap.node(type, name, { size });
    for (const { from, to, type, name, index } of edges) {
      heap.edge(node(from), type, type === 'element' || type === 'hidden' ? index : name, node(to));
    }
    for (const { map, holder, value } of ephemerons) {
      const table = heap.edge(node(map), 'internal', 'table', heap.node('array', ''));
      const key = heap.object(node(holder), 'key', 'Object');
      heap.ephemeron(table, key, node(value));
    }
    return heap;
  });
