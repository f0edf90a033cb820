import fc from 'fast-check';
import { expect, test } from 'vitest';
import { distancesFromRoot } from '../../src/graph/distances.ts';
import { UNREACHED_DISTANCE } from '../../src/graph/heap-graph.ts';
import { edgesOf } from '../support/heap.ts';
import { anyGraph, bruteForceDistances } from '../support/oracles.ts';

test('counts the edges of the shortest path, and marks what nothing reaches', () => {
  expect([...distancesFromRoot(edgesOf([[1, 2], [3], [], [2], [2]]))]).toEqual([
    0,
    1,
    1,
    2,
    UNREACHED_DISTANCE,
  ]);
});

test('agrees with relaxing every edge until nothing changes, on any graph', () => {
  fc.assert(
    fc.property(anyGraph(), (successors) => {
      expect([...distancesFromRoot(edgesOf(successors))]).toEqual(bruteForceDistances(successors));
    }),
    { numRuns: 500 },
  );
});
