import fc from 'fast-check';
import { expect, test } from 'vitest';
import { retainersOf } from '../../src/graph/retainers.ts';
import { edgesOf } from '../support/heap.ts';
import { anyGraph } from '../support/oracles.ts';

test('every node gets the strong edges that lead to it, in edge order', () => {
  fc.assert(
    fc.property(anyGraph(), fc.infiniteStream(fc.boolean()), (successors, coins) => {
      const edges = edgesOf(successors);
      const targets = successors.flat();
      const strong = targets.map(() => coins.next().value === true);
      edges.strong.fill(0);
      strong.forEach((isStrong, edge) => {
        if (isStrong) edges.strong[edge >>> 3]! |= 1 << (edge & 7);
      });
      const { firstRetainer, retainerEdge } = retainersOf(edges);
      successors.forEach((_, node) => {
        const found = [...retainerEdge.subarray(firstRetainer[node], firstRetainer[node + 1])];
        expect(found).toEqual(targets.flatMap((to, edge) => (to === node && strong[edge] ? [edge] : [])));
      });
    }),
  );
});
