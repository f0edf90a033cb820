import { buildHeapGraph } from '../../../dist/graph/build-heap-graph.js';
import { readSnapshot } from '../../../dist/ingest/read-snapshot.js';

/** leakscan's engine under DevTools' rules: the work of `devtools-core`, to the same figures. */
export default async function analyse(file) {
  const { nodeCount, tables } = buildHeapGraph(await readSnapshot(file), 'devtools');
  const { selfSize, distance, firstRetainer, retainerEdge, dominator, retainedSize } = tables;
  void [selfSize, distance, firstRetainer, retainerEdge, dominator];
  return { nodes: nodeCount, bytes: retainedSize[0] };
}
