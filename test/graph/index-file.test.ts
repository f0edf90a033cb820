import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buildHeapGraph } from '../../src/graph/build-heap-graph.ts';
import type { EdgeRules, HeapGraph } from '../../src/graph/heap-graph.ts';
import { indexFileOf, openIndex, STORED_TABLES, writeIndex } from '../../src/graph/index-file.ts';
import { readSnapshot } from '../../src/ingest/read-snapshot.ts';
import { InputError } from '../../src/shared/errors.ts';
import type { EdgeOrdinal, NodeOrdinal } from '../../src/shared/ids.ts';
import { contentOf, variedHeap } from '../support/snapshots.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'leakscan-index-'));
  file = join(folder, 'a.heapsnapshot');
  writeFileSync(file, variedHeap().text());
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const SUMMARY = { classes: [{ name: 'Größe "1"', count: 2 }] };

/** The answers to every question about single nodes and edges. */
function pointsOf(graph: HeapGraph): unknown {
  const nodes = Array.from({ length: graph.nodeCount }, (_, index) => {
    const node = index as NodeOrdinal;
    return [
      ...[graph.typeOf(node), graph.nameOf(node), graph.nameIndexOf(node), graph.idOf(node)],
      ...[graph.selfSizeOf(node), graph.retainedSizeOf(node), graph.distanceOf(node)],
      ...[graph.immediateDominatorOf(node), graph.isReachable(node), graph.firstEdge(node)],
      ...[[...graph.retainerEdges(node)], [...graph.dominatedBy(node)], graph.follow(node, 'next')],
    ];
  });
  const edges = Array.from({ length: graph.edgeCount }, (_, index) => {
    const edge = index as EdgeOrdinal;
    return [
      ...[graph.edgeSource(edge), graph.edgeTarget(edge), graph.labelOf(edge)],
      ...[graph.edgeTypeOf(edge), graph.edgeNameOf(edge), graph.isStrong(edge)],
    ];
  });
  return { nodes, edges };
}

async function indexed(rules: EdgeRules, engine: 'plain' | 'kernels' = 'plain'): Promise<HeapGraph> {
  const graph = buildHeapGraph(await readSnapshot(file, { engine }), rules);
  writeIndex(file, graph, SUMMARY);
  return graph;
}

function tablesOf(graph: HeapGraph): unknown {
  const { strong, ...others } = Object.fromEntries(
    STORED_TABLES.map((name) => [name, Array.from(graph.tables[name])]),
  );
  const bits = Array.from({ length: graph.edgeCount }, (_, edge) => (strong![edge >>> 3]! >> (edge & 7)) & 1);
  return {
    ...others,
    bits,
    dominated: Array.from(graph.tables.dominated),
    component: Array.from(graph.tables.component),
  };
}

test.each([
  ['leakscan', 'plain'],
  ['leakscan', 'kernels'],
  ['devtools', 'plain'],
  ['devtools', 'kernels'],
] as const)(
  'an index by the rules of %s, made by %s code, says what the graph said',
  async (rules, engine) => {
    const graph = await indexed(rules, engine);
    const opened = openIndex(file, rules)!;
    expect(pointsOf(opened.graph)).toEqual(pointsOf(graph));
    expect(contentOf(opened.graph.snapshot)).toEqual(contentOf(graph.snapshot));
    expect(tablesOf(opened.graph)).toEqual(tablesOf(graph));
    expect(pointsOf(opened.graph)).toEqual(pointsOf(graph));
    expect(opened.summary()).toEqual(SUMMARY);
    expect(openIndex(file, rules === 'devtools' ? 'leakscan' : 'devtools')!.summary()).toBeUndefined();
  },
);

test('an index serves the other rules too', async () => {
  const graph = await indexed('leakscan');
  expect(tablesOf(openIndex(file, 'devtools')!.graph)).toEqual(
    tablesOf(buildHeapGraph(graph.snapshot, 'devtools')),
  );
});

test('without an index there is nothing to open', () => {
  expect(openIndex(file)).toBeUndefined();
});

test('the index of another snapshot of the same length is not taken', async () => {
  await indexed('leakscan');
  writeFileSync(file, variedHeap().text().replace('Session', 'Sessiom'));
  expect(openIndex(file)).toBeUndefined();
});

test('nor that of a file that was written again', async () => {
  await indexed('leakscan');
  utimesSync(file, new Date(), new Date(Date.now() + 60_000));
  expect(openIndex(file)).toBeUndefined();
});

test('an index that breaks off, or is something else, is as good as none', async () => {
  await indexed('leakscan');
  truncateSync(indexFileOf(file), readFileSync(indexFileOf(file)).length - 100);
  expect(openIndex(file)).toBeUndefined();
  writeFileSync(indexFileOf(file), 'something else');
  expect(openIndex(file)).toBeUndefined();
});

test('an index that cannot be written is an error with a way out, and leaves nothing behind', async () => {
  const graph = buildHeapGraph(await readSnapshot(file));
  const nowhere = join(folder, 'missing', 'a.heapsnapshot');
  expect(() => writeIndex(nowhere, graph, SUMMARY)).toThrow(InputError);
  expect(existsSync(join(folder, 'missing'))).toBe(false);
  expect(readdirSync(folder)).toEqual(['a.heapsnapshot']);
});
