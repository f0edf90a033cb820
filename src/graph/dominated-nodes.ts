import { UNREACHED_DISTANCE } from './heap-graph.ts';

/** The dominator tree downwards, in compressed sparse rows. */
export interface DominatedNodes {
  /** Length nodeCount + 1. */
  readonly firstDominated: Uint32Array;
  /** Nodes by their immediate dominator, in ordinal order; the root, and what is not in the tree, are in no row. */
  readonly dominated: Uint32Array;
}

/**
 * Counting sort of the nodes of the tree by dominator. O(nodes). With `distance`, nodes that the root does not reach are not
 * in the tree.
 */
export function dominatedNodes(dominator: Uint32Array, distance: Int32Array | undefined): DominatedNodes {
  const nodeCount = dominator.length;
  const firstDominated = new Uint32Array(nodeCount + 1);
  for (let node = 1; node < nodeCount; node++) {
    if (distance === undefined || distance[node] !== UNREACHED_DISTANCE) firstDominated[dominator[node]!]!++;
  }
  let total = 0;
  for (let node = 0; node <= nodeCount; node++) {
    total += firstDominated[node]!;
    firstDominated[node] = total;
  }
  const dominated = new Uint32Array(total);
  for (let node = nodeCount - 1; node > 0; node--) {
    if (distance === undefined || distance[node] !== UNREACHED_DISTANCE) {
      dominated[--firstDominated[dominator[node]!]!] = node;
    }
  }
  return { firstDominated, dominated };
}
