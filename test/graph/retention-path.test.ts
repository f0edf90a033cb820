import fc from 'fast-check';
import { expect, test } from 'vitest';
import { independentPaths, retentionPath } from '../../src/graph/retention-path.ts';
import type { EdgeOrdinal, NodeOrdinal } from '../../src/shared/ids.ts';
import { graphOf, HeapBuilder } from '../support/heap.ts';
import { anyGraph, bruteForceDistances, reachableFrom } from '../support/oracles.ts';

test('finds the shortest path, and the next one once that is cut', () => {
  const heap = new HeapBuilder();
  const map = heap.object(heap.root, 'map', 'Map');
  const target = heap.object(map, 'entry', 'Session');
  const list = heap.object(heap.object(heap.root, 'emitter', 'EventEmitter'), 'listeners', 'Array');
  heap.edge(list, 'element', 0, target);
  const graph = heap.graph();
  const names = [...independentPaths(graph, target)].map((path) =>
    path.map((edge) => graph.edgeNameOf(edge)),
  );
  expect(names).toEqual([
    ['map', 'entry'],
    ['emitter', 'listeners', 0],
  ]);
});

test('an edge that costs more is avoided while there is a cheaper way', () => {
  const heap = new HeapBuilder();
  const target = heap.object(heap.root, 'short', 'Target');
  heap.edge(heap.object(heap.root, 'long', 'Holder'), 'property', 'way', target);
  const graph = heap.graph();
  const short = graph.firstEdge(heap.root);
  const path = retentionPath(graph, target, { cost: (edge) => (edge === short ? 10 : 1) });
  expect(path?.map((edge) => graph.edgeNameOf(edge))).toEqual(['long', 'way']);
});

test('the root has an empty path, an unreachable node none', () => {
  const graph = graphOf([[1], [], [1]]);
  expect(retentionPath(graph, 0 as NodeOrdinal)).toEqual([]);
  expect(retentionPath(graph, 2 as NodeOrdinal)).toBeUndefined();
  expect([...independentPaths(graph, 0 as NodeOrdinal)]).toEqual([]);
});

test('is as long as the distance, connected, and there whenever a way is left, on any graph', () => {
  fc.assert(
    fc.property(anyGraph(), fc.uniqueArray(fc.nat(20)), fc.nat(9), (successors, cuts, without) => {
      const graph = graphOf(successors);
      let edge = 0;
      const left = successors.map((targets, node) =>
        targets.filter((to) => !cuts.includes(edge++) && node !== without && to !== without),
      );
      const distances = bruteForceDistances(left);
      for (let node = 1; node < successors.length; node++) {
        if (node === without) continue;
        const path = retentionPath(graph, node as NodeOrdinal, {
          withoutEdges: new Set(cuts as EdgeOrdinal[]),
          withoutNodes: new Set([without as NodeOrdinal]),
        });
        expect(path?.length ?? -1).toBe(distances[node]);
        let at = 0;
        for (const hop of path ?? []) {
          expect(graph.edgeSource(hop)).toBe(at);
          at = graph.edgeTarget(hop);
        }
        if (path !== undefined) expect(at).toBe(node);
      }
    }),
    { numRuns: 500 },
  );
});

test('costs the least there is, whatever edges cost and whatever is cut, on any graph', () => {
  fc.assert(
    fc.property(
      anyGraph(),
      fc.array(fc.constantFrom(1, 1, 2, 7, 40, Number.POSITIVE_INFINITY), { minLength: 1 }),
      fc.uniqueArray(fc.nat(20)),
      fc.boolean(),
      (successors, costs, cuts, told) => {
        const graph = graphOf(successors);
        const cost = (edge: number): number => costs[edge % costs.length]!;
        const least = leastCosts(successors, (edge) =>
          cuts.includes(edge) ? Number.POSITIVE_INFINITY : cost(edge),
        );
        for (let node = 1; node < successors.length; node++) {
          const path = retentionPath(graph, node as NodeOrdinal, {
            cost,
            withoutEdges: new Set(cuts as EdgeOrdinal[]),
            ...(told && { words: (edge) => `${edge % 3}` }),
          });
          const total = path?.reduce((sum, edge) => sum + cost(edge), 0);
          expect(total ?? Number.POSITIVE_INFINITY).toBe(least[node]);
          expect(path?.some((edge) => cuts.includes(edge)) ?? false).toBe(false);
        }
      },
    ),
    { numRuns: 500 },
  );
});

/** Bellman and Ford: from the root to every node. */
function leastCosts(
  successors: readonly (readonly number[])[],
  cost: (edge: number) => number,
): readonly number[] {
  const least = successors.map((_, node) => (node === 0 ? 0 : Number.POSITIVE_INFINITY));
  for (let turn = 0; turn < successors.length; turn++) {
    let edge = 0;
    for (const [from, targets] of successors.entries()) {
      for (const to of targets) least[to] = Math.min(least[to]!, least[from]! + cost(edge++));
    }
  }
  return least;
}

test('of equal paths the one whose words come first is taken, below each dominator', () => {
  const heap = new HeapBuilder();
  const gate = heap.object(heap.root, 'gate', 'Gate');
  const target = heap.object(heap.object(gate, 'b', 'Holder'), 'x', 'Target');
  heap.edge(heap.object(gate, 'a', 'Holder'), 'property', 'y', target);
  const graph = heap.graph();
  const words = (edge: EdgeOrdinal) => `${graph.edgeNameOf(edge)}`;
  expect(retentionPath(graph, target, { words })?.map(words)).toEqual(['gate', 'a', 'y']);
});

test('independent paths share no edge, and cutting one edge of each leaves none', () => {
  fc.assert(
    fc.property(anyGraph(), (successors) => {
      const graph = graphOf(successors);
      for (let node = 1; node < successors.length; node++) {
        const paths = [...independentPaths(graph, node as NodeOrdinal)];
        const edges = paths.flat();
        expect(new Set(edges).size).toBe(edges.length);
        let edge = 0;
        const cut = successors.map((targets) => targets.filter(() => !edges.includes(edge++ as EdgeOrdinal)));
        expect(reachableFrom(cut, 0).has(node)).toBe(false);
      }
    }),
  );
});
