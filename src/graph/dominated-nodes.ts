/** The dominator tree downwards, in compressed sparse rows. */
export interface DominatedNodes {
  /** Length nodeCount + 1. */
  readonly firstDominated: Uint32Array;
  /** Nodes by their immediate dominator, in ordinal order; the root and unreachable nodes are in no row. */
  readonly dominated: Uint32Array;
}

/** Counting sort of the nodes by dominator. `order` lists the reachable nodes, the root first. O(nodes). */
export function dominatedNodes(dominator: Uint32Array, order: Uint32Array): DominatedNodes {
  const nodeCount = dominator.length;
  const firstDominated = new Uint32Array(nodeCount + 1);
  const isDominated = new Uint8Array(nodeCount);
  for (let i = 1; i < order.length; i++) {
    isDominated[order[i]!] = 1;
    firstDominated[dominator[order[i]!]!]!++;
  }
  let total = 0;
  for (let node = 0; node <= nodeCount; node++) {
    total += firstDominated[node]!;
    firstDominated[node] = total;
  }
  const dominated = new Uint32Array(total);
  for (let node = nodeCount - 1; node > 0; node--) {
    if (isDominated[node] === 1) dominated[--firstDominated[dominator[node]!]!] = node;
  }
  return { firstDominated, dominated };
}
