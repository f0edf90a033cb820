import type { NodeOrdinal } from '../shared/ids.ts';
import type { HeapGraph } from './heap-graph.ts';

/** Nodes that hang below `holder` in the dominator tree, however deep: a chain may have thousands of links. */
export function dominatedBelow(
  graph: HeapGraph,
  holder: NodeOrdinal,
  isWanted: (node: NodeOrdinal) => boolean,
): NodeOrdinal[] {
  const wanted: NodeOrdinal[] = [];
  const stack = [holder];
  for (let above = stack.pop(); above !== undefined; above = stack.pop()) {
    for (const node of graph.dominatedBy(above) as unknown as Iterable<NodeOrdinal>) {
      if (isWanted(node)) wanted.push(node);
      stack.push(node);
    }
  }
  return wanted;
}
