import type { HeapGraph } from '../graph/heap-graph.ts';

/** Characters that are collected before they are handed on. */
const PIECE = 1 << 18;

/**
 * Every node as a line of JSON, in file order: `id`, `type`, `name` as V8 wrote it, `selfSize`, `retainedSize`,
 * `distance` and `dominatorId` under the graph's rules. Comes in pieces of many lines.
 */
export function* nodeLines(graph: HeapGraph): Generator<string> {
  const { snapshot, nodeCount } = graph;
  const { nodeType, nodeName, nodeId } = snapshot;
  const { selfSize, retainedSize, distance, dominator } = graph.tables;
  const types = snapshot.nodeTypes.map((type) => JSON.stringify(type));
  let piece = '';
  for (let node = 0; node < nodeCount; node++) {
    const name = JSON.stringify(snapshot.string(nodeName[node]!));
    piece +=
      `{"id":${nodeId[node]},"type":${types[nodeType[node]!]},"name":${name},"selfSize":${selfSize[node]},` +
      `"retainedSize":${retainedSize[node]},"distance":${distance[node]},"dominatorId":${nodeId[dominator[node]!]}}\n`;
    if (piece.length < PIECE) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}
