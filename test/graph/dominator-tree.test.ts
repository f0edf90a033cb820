import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dominatorTree } from '../../src/graph/dominator-tree.ts';
import { edgesOf } from '../support/heap.ts';
import { anyGraph, bruteForceDominators, reachableFrom } from '../support/oracles.ts';

test('a diamond is dominated by its top', () => {
  //          ┌─> 2 ─┐
  // 0 ─> 1 ──┤      ├─> 4
  //          └─> 3 ─┘
  const { dominator } = dominatorTree(edgesOf([[1], [2, 3], [4], [4], []]));
  expect([...dominator]).toEqual([0, 0, 1, 1, 1]);
});

test('a node with a second way in is dominated by where the ways part', () => {
  const { dominator } = dominatorTree(edgesOf([[1, 4], [2], [3], [1], [3]]));
  expect([...dominator]).toEqual([0, 0, 1, 0, 0]);
});

test('agrees with removing each node in turn, on any graph', () => {
  fc.assert(
    fc.property(anyGraph(), (successors) => {
      expect([...dominatorTree(edgesOf(successors)).dominator]).toEqual(bruteForceDominators(successors));
    }),
    { numRuns: 2000 },
  );
});

test('agrees with removing each node in turn, on larger graphs', () => {
  fc.assert(
    fc.property(anyGraph(60), (successors) => {
      expect([...dominatorTree(edgesOf(successors)).dominator]).toEqual(bruteForceDominators(successors));
    }),
    { numRuns: 60 },
  );
});

test('lists every reachable node once, after its dominator', () => {
  fc.assert(
    fc.property(anyGraph(), (successors) => {
      const { dominator, order } = dominatorTree(edgesOf(successors));
      expect(new Set(order)).toEqual(reachableFrom(successors, 0));
      expect(new Set(order).size).toBe(order.length);
      const place = new Map([...order].map((node, at) => [node, at]));
      for (const node of order)
        if (node !== 0) expect(place.get(dominator[node]!)).toBeLessThan(place.get(node)!);
    }),
  );
});

test('further roots count as successors of the root when nothing else reaches them', () => {
  fc.assert(
    fc.property(anyGraph(), fc.array(fc.nat(9)), (successors, candidates) => {
      const extra = candidates.filter((node) => node < successors.length);
      const withExtra = successors.map((targets) => [...targets]);
      for (const node of extra) if (!reachableFrom(withExtra, 0).has(node)) withExtra[0]!.push(node);
      const { dominator } = dominatorTree(edgesOf(successors), extra);
      expect([...dominator]).toEqual(bruteForceDominators(withExtra));
    }),
  );
});

test('a chain of a million nodes is ordinary input', () => {
  const length = 1_000_000;
  const firstEdge = Uint32Array.from({ length: length + 1 }, (_, node) => Math.min(node, length - 1));
  const edgeTo = Uint32Array.from({ length: length - 1 }, (_, edge) => edge + 1);
  const strong = new Uint8Array(length / 8 + 1).fill(255);
  const { dominator } = dominatorTree({ nodeCount: length, firstEdge, edgeTo, strong });
  expect(dominator[length - 1]).toBe(length - 2);
});
