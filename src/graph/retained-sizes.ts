import type { DominatorTree } from './dominator-tree.ts';

/**
 * Bytes that would be freed with each node: its own and those of all that it dominates. Unreachable nodes count
 * themselves only. Sums from the leaves of the dominator tree up, exact below 2^53 bytes. O(nodes).
 */
export function retainedSizes(tree: DominatorTree, selfSize: Uint32Array | Float64Array): Float64Array {
  const { dominator, order } = tree;
  const retained = Float64Array.from(selfSize);
  for (let i = order.length - 1; i > 0; i--) {
    const node = order[i]!;
    retained[dominator[node]!]! += retained[node]!;
  }
  return retained;
}
