import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Dominators, dominatorsOf } from '../../src/graph/dominator-tree.ts';
import type { StrongEdges } from '../../src/graph/strong-edges.ts';
import { Arena } from '../../src/kernels/arena.ts';
import { Workspace } from '../../src/kernels/workspace.ts';
import { edgesOf } from '../support/heap.ts';
import {
  anyGraph,
  bruteForceDominators,
  bruteForceRetainedSizes,
  reachableFrom,
  type Successors,
} from '../support/oracles.ts';

function dominators(successors: Successors, sizes: readonly number[] = [], adoptOrphans = false): Dominators {
  const edges = edgesOf(successors);
  return dominatorsOf(
    edges,
    Float64Array.from(successors, (_, node) => sizes[node] ?? 1),
    { adoptOrphans },
  );
}

test('a diamond is dominated by its top', () => {
  //          ┌─> 2 ─┐
  // 0 ─> 1 ──┤      ├─> 4
  //          └─> 3 ─┘
  const { dominator } = dominators([[1], [2, 3], [4], [4], []]);
  expect([...dominator]).toEqual([0, 0, 1, 1, 1]);
});

test('a node with a second way in is dominated by where the ways part', () => {
  const { dominator } = dominators([[1, 4], [2], [3], [1], [3]]);
  expect([...dominator]).toEqual([0, 0, 1, 0, 0]);
});

test('agrees with removing each node in turn, on any graph', () => {
  fc.assert(
    fc.property(anyGraph(), (successors) => {
      expect([...dominators(successors).dominator]).toEqual(bruteForceDominators(successors));
    }),
    { numRuns: 2000 },
  );
});

test('agrees with removing each node in turn, on larger graphs', () => {
  fc.assert(
    fc.property(anyGraph(60), (successors) => {
      expect([...dominators(successors).dominator]).toEqual(bruteForceDominators(successors));
    }),
    { numRuns: 60 },
  );
});

test('unreachable nodes that nobody holds can be adopted by the root', () => {
  fc.assert(
    fc.property(anyGraph(), (graph) => {
      const successors = graph.map((targets, node) => targets.filter((to) => to !== node));
      const held = new Set(successors.flat());
      const adopting = successors.map((targets) => [...targets]);
      const reachable = reachableFrom(successors, 0);
      for (const node of successors.keys())
        if (!held.has(node) && !reachable.has(node)) adopting[0]!.push(node);
      const sizes = successors.map((_, node) => 3 ** node);
      const { dominator, retainedSize } = dominators(successors, sizes, true);
      expect([...dominator]).toEqual(bruteForceDominators(adopting));
      expect([...retainedSize]).toEqual(bruteForceRetainedSizes(adopting, sizes));
    }),
    { numRuns: 500 },
  );
});

/** Two graphs in one; the second hangs under the first's root by its first node, the gate, and may lead into the first. */
const gatedGraph = fc
  .record({
    before: anyGraph(8),
    behind: anyGraph(12),
    ways: fc.array(fc.tuple(fc.nat(), fc.nat(), fc.boolean()), { maxLength: 6 }),
    around: fc.option(fc.tuple(fc.nat(), fc.nat())),
    last: fc.boolean(),
  })
  .map(({ before, behind, ways, around, last }) => {
    const gate = before.length;
    const graph = [...before, ...behind.map((targets) => targets.map((to) => to + gate))];
    graph[0] = last ? [...graph[0]!, gate] : [gate, ...graph[0]!];
    for (const [from, to, first] of ways) {
      const source = graph[gate + (from % behind.length)]!;
      source.splice(first ? 0 : source.length, 0, to % before.length);
    }
    if (around !== null) graph[around[0] % gate]!.push(gate + (around[1] % behind.length));
    return { graph, gate };
  });

test.each(['plain code', 'kernels'])('a gate changes nothing, whether it is one or not, by %s', (engine) => {
  fc.assert(
    fc.property(gatedGraph, fc.boolean(), ({ graph, gate }, adoptOrphans) => {
      const plain = edgesOf(graph);
      const edges = engine === 'kernels' ? inArena(plain) : plain;
      const sizes = Uint32Array.from(graph, (_, node) => node + 1);
      const expected = dominatorsOf(plain, sizes, { adoptOrphans });
      const found = dominatorsOf(edges, sizes, { adoptOrphans, gate });
      expect([...found.dominator]).toEqual([...expected.dominator]);
      expect([...found.retainedSize]).toEqual([...expected.retainedSize]);
    }),
    { numRuns: 2000 },
  );
});

function inArena(edges: StrongEdges): StrongEdges {
  const workspace = Workspace.over(new Arena())!;
  const words = (column: Uint32Array) => {
    const copy = workspace.arena.uint32(column.length);
    copy.set(column);
    return copy;
  };
  const strong = workspace.arena.bytes(edges.strong.length);
  strong.set(edges.strong);
  return { ...edges, firstEdge: words(edges.firstEdge), edgeTo: words(edges.edgeTo), strong, workspace };
}

test('shared objects are retained by the node where their holders meet', () => {
  const { retainedSize } = dominators([[1], [2, 3], [4], [4], []], [0, 10, 20, 30, 40]);
  expect([...retainedSize]).toEqual([100, 100, 20, 30, 40]);
});

test('retained sizes far above 4 GiB stay exact', () => {
  const huge = 5 * 2 ** 40;
  expect([...dominators([[1], [2], []], [0, 1, huge]).retainedSize]).toEqual([huge + 1, huge + 1, huge]);
});

test('retained sizes agree with removing each node and adding up what is lost, on any graph', () => {
  fc.assert(
    fc.property(anyGraph(), (successors) => {
      const sizes = successors.map((_, node) => 3 ** node);
      expect([...dominators(successors, sizes).retainedSize]).toEqual(
        bruteForceRetainedSizes(successors, sizes),
      );
    }),
    { numRuns: 500 },
  );
});

test.each(['plain code', 'kernels'])('a chain of a million nodes is ordinary input to %s', (engine) => {
  const length = 1_000_000;
  const firstEdge = Uint32Array.from({ length: length + 1 }, (_, node) => Math.min(node, length - 1));
  const edgeTo = Uint32Array.from({ length: length - 1 }, (_, edge) => edge + 1);
  const strong = new Uint8Array(length / 8 + 1).fill(255);
  const selfSize = new Uint32Array(length);
  const plain = { nodeCount: length, firstEdge, edgeTo, strong };
  const { dominator } = dominatorsOf(engine === 'kernels' ? inArena(plain) : plain, selfSize);
  expect(dominator[length - 1]).toBe(length - 2);
  expect(dominator[length / 2]).toBe(length / 2 - 1);
});
