import type { HeapGraph } from '../graph/heap-graph.ts';
import type { NodeOrdinal } from '../shared/ids.ts';

/** Nodes of exactly that name, in ordinal order. Names are compared as numbers: no text is decoded. */
export function* nodesNamed(graph: HeapGraph, name: string): Generator<NodeOrdinal> {
  const { nodeName } = graph.snapshot;
  const wanted = graph.snapshot.findString(name);
  if (wanted === -1) return;
  for (let node = nodeName.indexOf(wanted); node !== -1; node = nodeName.indexOf(wanted, node + 1))
    yield node as NodeOrdinal;
}
