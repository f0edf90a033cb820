import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dominatorTree } from '../../src/graph/dominator-tree.ts';
import { retainedSizes } from '../../src/graph/retained-sizes.ts';
import { edgesOf } from '../support/heap.ts';
import { anyGraph, bruteForceRetainedSizes } from '../support/oracles.ts';

test('shared objects belong to the node where their holders meet', () => {
  const tree = dominatorTree(edgesOf([[1], [2, 3], [4], [4], []]));
  expect([...retainedSizes(tree, Uint32Array.of(0, 10, 20, 30, 40))]).toEqual([100, 100, 20, 30, 40]);
});

test('sums above 2^53 / 2^32 stay exact', () => {
  const tree = dominatorTree(edgesOf([[1], [2], []]));
  const huge = 5 * 2 ** 40;
  expect([...retainedSizes(tree, Float64Array.of(0, 1, huge))]).toEqual([huge + 1, huge + 1, huge]);
});

test('agrees with removing each node and adding up what is lost, on any graph', () => {
  fc.assert(
    fc.property(anyGraph(), (successors) => {
      const sizes = successors.map((_, node) => 3 ** node);
      const retained = retainedSizes(dominatorTree(edgesOf(successors)), Float64Array.from(sizes));
      expect([...retained]).toEqual(bruteForceRetainedSizes(successors, sizes));
    }),
    { numRuns: 500 },
  );
});
