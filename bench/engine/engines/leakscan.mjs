import { buildHeapGraph } from '../../../dist/graph/build-heap-graph.js';
import { readSnapshot } from '../../../dist/ingest/read-snapshot.js';

/** leakscan's engine under DevTools' rules: the work of `devtools-core`, to the same figures. */
export default async function analyse(file) {
  const { nodeCount, tables } = buildHeapGraph(await readSnapshot(file), 'devtools');
  const { distance, selfSize, dominator, retainedSize, firstRetainer, retainerEdge } = tables;
  void [distance, selfSize, dominator, firstRetainer, retainerEdge];
  return { nodes: nodeCount, bytes: retainedSize[0] };
}
