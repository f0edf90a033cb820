import type { HeapGraph } from '../graph/heap-graph.ts';
import type { EdgeOrdinal, NodeOrdinal } from '../shared/ids.ts';
import { type NodeRow, nodeRows } from './node-row.ts';

export interface RetainerRow {
  readonly edge: { readonly type: string; readonly name: string | number };
  readonly from: NodeRow;
}

export interface RetainerList {
  readonly node: NodeRow;
  /** Nearest to the root first. */
  readonly retainers: readonly RetainerRow[];
}

/** Everything that keeps a node alive directly: the strong edges to it. */
export function retainerList(graph: HeapGraph, node: NodeOrdinal): RetainerList {
  const rowOf = nodeRows(graph);
  const retainers = Array.from(graph.retainerEdges(node), (ordinal): RetainerRow => {
    const edge = ordinal as EdgeOrdinal;
    return {
      edge: { type: graph.edgeTypeOf(edge), name: graph.edgeNameOf(edge) },
      from: rowOf(graph.edgeSource(edge)),
    };
  });
  const far = ({ from }: RetainerRow): number => from.distance ?? Number.MAX_SAFE_INTEGER;
  return { node: rowOf(node), retainers: retainers.sort((a, b) => far(a) - far(b)) };
}
