import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { HeapGraph } from '../../src/graph/heap-graph.ts';
import type { NodeOrdinal } from '../../src/shared/ids.ts';
import { type ClassRow, classSummary } from '../../src/summary/class-summary.ts';
import { HeapBuilder } from '../support/heap.ts';

test('counts what an object retains through another of its class once', () => {
  //  root ─> Session (10) ─> Session (20) ─> Buffer (100)
  //       └> Session (5)
  const heap = new HeapBuilder();
  const outer = heap.object(heap.root, 'a', 'Session', { size: 10 });
  const inner = heap.object(outer, 'next', 'Session', { size: 20 });
  heap.object(inner, 'data', 'Buffer', { size: 100 });
  heap.object(heap.root, 'b', 'Session', { size: 5 });
  expect(classSummary(heap.graph()).classes).toEqual([
    { name: 'Session', type: 'object', count: 3, selfSize: 35, retainedSize: 135 },
    { name: 'Buffer', type: 'object', count: 1, selfSize: 100, retainedSize: 100 },
  ]);
});

test('tells functions of one name apart by their place, and scopes by their variables', () => {
  const heap = new HeapBuilder();
  const script = heap.node('code', 'file:///srv/app.mjs');
  for (const line of [3, 3, 8]) {
    const read = heap.node('closure', 'read', { at: { scriptId: 7, line, column: 4 } });
    heap.edge(heap.root, 'property', `read${line}`, read);
    const shared = heap.edge(read, 'internal', 'shared', heap.node('code', 'read'));
    heap.edge(shared, 'internal', 'script', script);
  }
  const scope = heap.node('object', 'system / Context');
  heap.edge(heap.root, 'property', 'scope', scope);
  const table = heap.edge(scope, 'internal', 'scope_info', heap.node('code', 'system / ScopeInfo'));
  heap.edge(table, 'hidden', 1, heap.node('string', 'total'));
  const names = classSummary(heap.graph()).classes.map(({ name, count }) => `${count} ${name}`);
  expect(names).toContain('2 read app.mjs:4');
  expect(names).toContain('1 read app.mjs:9');
  expect(names).toContain('1 Context {total}');
});

test('leaves out what nothing keeps alive, and says how much that is', () => {
  const heap = new HeapBuilder();
  heap.object(heap.root, 'a', 'Session', { size: 10 });
  const dropped = heap.node('object', 'Session', { size: 7 });
  heap.object(dropped, 'data', 'Buffer', { size: 100 });
  const { classes, unreachable } = classSummary(heap.graph());
  expect(classes.map(({ name }) => name)).toEqual(['Session']);
  expect(unreachable).toEqual({ count: 2, selfSize: 107 });
});

test('agrees with climbing from every node to the root, on any heap', () => {
  fc.assert(
    fc.property(anyClassHeap, (heap) => {
      for (const rules of ['leakscan', 'devtools'] as const) {
        const graph = heap.graph(rules);
        expect(byName(classSummary(graph).classes)).toEqual(byName(byClimbing(graph)));
      }
    }),
  );
});

const anyClassHeap = fc
  .record({
    classes: fc.array(fc.constantFrom('A', 'B', 'C'), { minLength: 1, maxLength: 15 }),
    edges: fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 40 }),
  })
  .map(({ classes, edges }) => {
    const heap = new HeapBuilder();
    classes.forEach((name, at) => {
      heap.node('object', name, { size: 2 ** at });
    });
    const node = (number: number): NodeOrdinal => (number % (classes.length + 1)) as NodeOrdinal;
    edges.forEach(([from, to], at) => {
      heap.edge(node(from), 'property', `p${at}`, node(to));
    });
    return heap;
  });

function byClimbing(graph: HeapGraph): ClassRow[] {
  const rows = new Map<string, { -readonly [Field in keyof ClassRow]: ClassRow[Field] }>();
  for (let n = 1; n < graph.nodeCount; n++) {
    const node = n as NodeOrdinal;
    if (graph.rules === 'leakscan' && !graph.isReachable(node)) continue;
    const name = graph.nameOf(node);
    const row = rows.get(name) ?? { name, type: 'object', count: 0, selfSize: 0, retainedSize: 0 };
    rows.set(name, row);
    row.count++;
    row.selfSize += graph.selfSizeOf(node);
    let above = graph.immediateDominatorOf(node);
    while (above !== 0 && graph.nameOf(above) !== name) above = graph.immediateDominatorOf(above);
    if (above === 0) row.retainedSize += graph.retainedSizeOf(node);
  }
  return [...rows.values()];
}

function byName(rows: readonly ClassRow[]): ClassRow[] {
  return [...rows].sort((a, b) => (a.name < b.name ? -1 : 1));
}
