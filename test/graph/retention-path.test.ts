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
