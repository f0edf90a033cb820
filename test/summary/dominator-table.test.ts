import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type NodeOrdinal, ROOT } from '../../src/shared/ids.ts';
import { dominatorTable } from '../../src/summary/dominator-table.ts';
import { graphOf } from '../support/heap.ts';

test('lists parents before children, and says what has no row', () => {
  //  0 ─> 1 (10) ─> 2 (50)
  //         ├────> 3 (5)
  //         └────> 4 (1)
  const graph = graphOf([[1], [2, 3, 4], [], [], []], [0, 10, 50, 5, 1]);
  const rows = dominatorTable(graph, ROOT, { limit: 4, depth: 9 });
  expect(rows.map(({ name, depth, retainedSize, others }) => [name, depth, retainedSize, others])).toEqual([
    ['(root)', 0, 66, { count: 0, retainedSize: 0 }],
    ['1', 1, 66, { count: 1, retainedSize: 1 }],
    ['2', 2, 50, { count: 0, retainedSize: 0 }],
    ['3', 2, 5, { count: 0, retainedSize: 0 }],
  ]);
});

test('stops at the depth that is asked for', () => {
  const graph = graphOf([[1], [2], [3], []]);
  const rows = dominatorTable(graph, ROOT, { limit: 9, depth: 2 });
  expect(rows.map(({ name }) => name)).toEqual(['(root)', '1', '2']);
  expect(rows[2]!.others).toEqual({ count: 1, retainedSize: 1 });
});

test('shows the nodes that retain most, of any heap', () => {
  const anyGraph = fc.array(fc.array(fc.nat(19), { maxLength: 4 }), { minLength: 20, maxLength: 20 });
  fc.assert(
    fc.property(anyGraph, fc.integer({ min: 1, max: 25 }), (successors, limit) => {
      const graph = graphOf(
        successors,
        successors.map((_, node) => 1 + ((node * 7) % 13)),
      );
      const all = successors
        .map((_, node) => node as NodeOrdinal)
        .filter((node) => graph.isReachable(node))
        .map((node) => graph.retainedSizeOf(node))
        .sort((a, b) => b - a);
      const rows = dominatorTable(graph, ROOT, { limit, depth: 99 });
      expect(rows.map((row) => row.retainedSize).sort((a, b) => b - a)).toEqual(all.slice(0, limit));
      rows.forEach(({ depth }, at) => {
        expect(depth).toBeLessThanOrEqual(at === 0 ? 0 : rows[at - 1]!.depth + 1);
      });
    }),
  );
});
