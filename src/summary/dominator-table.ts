import type { HeapGraph } from '../graph/heap-graph.ts';
import type { NodeOrdinal } from '../shared/ids.ts';
import { largest } from './largest.ts';
import { type NodeRow, nodeRows } from './node-row.ts';

export interface DominatorRow extends NodeRow {
  /** Steps below the node that the table begins with. */
  readonly depth: number;
  /** Nodes that it immediately dominates and that have no row, and the bytes that they retain together. */
  readonly others: { readonly count: number; readonly retainedSize: number };
}

export interface DominatorTableOptions {
  /** At most so many rows. */
  readonly limit: number;
  /** Rows at most so deep. */
  readonly depth: number;
}

/**
 * The nodes below one in the dominator tree that retain most, as a tree: parents before children, siblings by what they
 * retain. No node retains more than its parent, so the greatest ones are connected.
 */
export function dominatorTable(
  graph: HeapGraph,
  start: NodeOrdinal,
  { limit, depth }: DominatorTableOptions,
): DominatorRow[] {
  const rowOf = nodeRows(graph);
  const retained = (node: NodeOrdinal): number => graph.retainedSizeOf(node);
  const childrenOf = (node: NodeOrdinal): Iterable<NodeOrdinal> =>
    graph.dominatedBy(node) as unknown as Iterable<NodeOrdinal>;
  const chosen = new Map<NodeOrdinal, NodeOrdinal[]>();
  let candidates = [{ node: start, depth: 0 }];
  while (candidates.length > 0 && chosen.size < limit) {
    const best = candidates.shift()!;
    chosen.set(best.node, []);
    if (best.node !== start) chosen.get(graph.immediateDominatorOf(best.node))!.push(best.node);
    if (best.depth === depth) continue;
    const room = limit - chosen.size;
    const children = largest(childrenOf(best.node), retained, room);
    const below = children.map((node) => ({ node, depth: best.depth + 1 }));
    candidates = largest([...candidates, ...below], ({ node }) => retained(node), room);
  }
  const rows: DominatorRow[] = [];
  const waiting = [{ node: start, depth: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, depth } = next;
    const shown = chosen.get(node)!;
    rows.push({ ...rowOf(node), depth, others: othersOf(graph, node, shown) });
    for (const child of shown.reverse()) waiting.push({ node: child, depth: depth + 1 });
  }
  return rows;
}

function othersOf(
  graph: HeapGraph,
  node: NodeOrdinal,
  shown: readonly NodeOrdinal[],
): DominatorRow['others'] {
  const below = graph.retainedSizeOf(node) - graph.selfSizeOf(node);
  const ofShown = shown.reduce((sum, child) => sum + graph.retainedSizeOf(child), 0);
  return { count: graph.dominatedBy(node).length - shown.length, retainedSize: below - ofShown };
}
