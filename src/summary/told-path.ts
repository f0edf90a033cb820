import type { HeapGraph } from '../graph/heap-graph.ts';
import { explainingPath } from '../objects/explaining-path.ts';
import type { HopRole } from '../objects/hop.ts';
import { logicalPath } from '../objects/logical-path.ts';
import type { NodeOrdinal } from '../shared/ids.ts';
import { type NodeRow, nodeRows } from './node-row.ts';

export interface ToldHop {
  readonly role: HopRole;
  readonly name: string;
  /** Equal steps in a row that this one stands for. */
  readonly repeats: number;
  /** Edges of the heap that it stands for. */
  readonly edges: number;
  readonly to: NodeRow;
}

export interface ToldPath {
  readonly node: NodeRow;
  /** From the root to the node; null when nothing keeps it alive. */
  readonly hops: readonly ToldHop[] | null;
}

/** Why a node is alive: the path from the root that says most, in a developer's words. */
export function toldPath(graph: HeapGraph, node: NodeOrdinal): ToldPath {
  const rowOf = nodeRows(graph);
  const path = explainingPath(graph, node);
  const hops = path === undefined ? undefined : logicalPath(graph, path);
  return {
    node: rowOf(node),
    hops:
      hops?.map(({ role, name, repeats, edges, to }) => ({
        ...{ role, name, repeats, edges: edges.length },
        to: rowOf(to),
      })) ?? null,
  };
}
