import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stronglyConnected } from '../../src/graph/strongly-connected.ts';
import { edgesOf } from '../support/heap.ts';
import { anyGraph, bruteForceComponents } from '../support/oracles.ts';

test('a ring with a tail is one component and one node for itself', () => {
  const component = stronglyConnected(edgesOf([[1], [2], [3], [1, 4], []]));
  expect([...component]).toEqual([2, 1, 1, 1, 0]);
});

test('agrees with mutual reachability, on any graph', () => {
  fc.assert(
    fc.property(anyGraph(), (successors) => {
      const component = stronglyConnected(edgesOf(successors));
      const members = successors.map((_, node) =>
        [...component.keys()].filter((other) => component[other] === component[node]),
      );
      expect(members).toEqual(bruteForceComponents(successors));
      expect(Math.max(...component)).toBe(new Set(component).size - 1);
    }),
    { numRuns: 2000 },
  );
});

test('an edge between components leads to the lower number', () => {
  fc.assert(
    fc.property(anyGraph(), (successors) => {
      const component = stronglyConnected(edgesOf(successors));
      successors.forEach((targets, node) => {
        for (const to of targets) expect(component[to]).toBeLessThanOrEqual(component[node]!);
      });
    }),
  );
});

test('a ring of a million nodes is ordinary input', () => {
  const length = 1_000_000;
  const firstEdge = Uint32Array.from({ length: length + 1 }, (_, node) => node);
  const edgeTo = Uint32Array.from({ length }, (_, edge) => (edge + 1) % length);
  const strong = new Uint8Array(length / 8 + 1).fill(255);
  const component = stronglyConnected({ nodeCount: length, firstEdge, edgeTo, strong });
  expect(component.every((number) => number === 0)).toBe(true);
});
