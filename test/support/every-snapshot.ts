import { expect } from 'vitest';
import { buildHeapGraph } from '../../src/graph/build-heap-graph.ts';
import { UNREACHED_DISTANCE } from '../../src/graph/heap-graph.ts';
import type { Snapshot } from '../../src/ingest/snapshot.ts';
import type { EdgeOrdinal, NodeOrdinal } from '../../src/shared/ids.ts';

/** Checks what must hold for any snapshot whatsoever, under both rules. */
export function expectSoundHeap(snapshot: Snapshot): void {
  expectSoundColumns(snapshot);
  for (const rules of ['leakscan', 'devtools'] as const) expectSoundGraph(snapshot, rules);
}

function expectSoundColumns(snapshot: Snapshot): void {
  const { nodeCount, edgeCount, firstEdge } = snapshot;
  expect(firstEdge[0]).toBe(0);
  expect(firstEdge[nodeCount]).toBe(edgeCount);
  expect(firstEdge.every((edge, node) => node === 0 || edge >= firstEdge[node - 1]!)).toBe(true);
  expect(snapshot.edgeTo.every((to) => to < nodeCount)).toBe(true);
  expect(snapshot.nodeName.every((name) => name < snapshot.stringCount)).toBe(true);
  expect(snapshot.nodeType.every((type) => type < snapshot.nodeTypes.length)).toBe(true);
  const { firstLabel, labelType, labelName } = snapshot;
  const isLabelled = (first: number, node: number): boolean =>
    first + firstEdge[node + 1]! - firstEdge[node]! <= labelName.length;
  expect(firstLabel.subarray(0, nodeCount).every(isLabelled)).toBe(true);
  expect(labelType.every((type) => type < snapshot.edgeTypes.length)).toBe(true);
  const unnamed = labelName.findIndex((name, label) => {
    const type = snapshot.edgeTypes[labelType[label]!];
    return type !== 'element' && type !== 'hidden' && name >= snapshot.stringCount;
  });
  expect(unnamed).toBe(-1);
}

function expectSoundGraph(snapshot: Snapshot, rules: 'leakscan' | 'devtools'): void {
  const graph = buildHeapGraph(snapshot, rules);
  const { tables, nodeCount } = graph;
  const { distance, dominator, retainedSize, selfSize, component } = tables;
  const wrong: string[] = [];
  const check = (holds: boolean, what: string, ordinal: number): void => {
    if (!holds && wrong.length < 10) wrong.push(`${rules}: ${what} ${ordinal}`);
  };
  const dominatedSum = Float64Array.from(selfSize);
  for (let n = 0; n < nodeCount; n++) {
    const node = n as NodeOrdinal;
    const inTree = node !== 0 && (rules === 'devtools' || graph.isReachable(node));
    const idom = dominator[n]!;
    if (inTree) dominatedSum[idom]! += retainedSize[n]!;
    check(retainedSize[n]! >= selfSize[n]!, 'retains less than itself: node', n);
    check(inTree || idom === 0, 'an unreachable node is dominated by another than the root: node', n);
    for (const edge of graph.retainerEdges(node)) {
      const source = graph.edgeSource(edge as EdgeOrdinal);
      check(graph.edgeTarget(edge as EdgeOrdinal) === node, 'a retainer edge leads elsewhere: node', n);
      check(graph.isStrong(edge as EdgeOrdinal), 'a retainer edge is weak: edge', edge);
      check(component[source]! >= component[n]!, 'components are out of order: edge', edge);
      if (!graph.isReachable(source)) continue;
      check(
        graph.isReachable(node),
        'a strong edge from a reachable node leads to an unreachable one: edge',
        edge,
      );
      if (rules === 'leakscan')
        check(distance[n]! <= distance[source]! + 1, 'a distance is too great: node', n);
    }
    if (rules === 'devtools' || !inTree) continue;
    const nearer = graph.retainerEdges(node).some((edge) => {
      const source = graph.edgeSource(edge as EdgeOrdinal);
      return distance[source] !== UNREACHED_DISTANCE && distance[source]! + 1 === distance[n];
    });
    check(nearer, 'no retainer is nearer to the root: node', n);
    check(distance[idom]! < distance[n]!, 'a dominator is no nearer to the root: node', n);
  }
  for (let n = 0; n < nodeCount; n++)
    check(dominatedSum[n] === retainedSize[n], 'sizes do not add up: node', n);
  let reachableBytes = 0;
  for (let n = 0; n < nodeCount; n++) {
    if (rules === 'devtools' || graph.isReachable(n as NodeOrdinal)) reachableBytes += selfSize[n]!;
  }
  expect(retainedSize[0]).toBe(reachableBytes);
  expect(wrong).toEqual([]);
}
