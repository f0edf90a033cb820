import { get, hasBit, set, setBit } from './memory';

/**
 * The search of `stronglyConnected` in `src/graph/strongly-connected.ts`, with the same arrays: `rindex` comes filled with
 * 0 and `isNoRoot`, a set of nodes, empty; `stacks` and `next` have a word for every node. Leaves nodeCount minus the
 * component in `rindex`; returns how many components there are.
 */
export function components(
  nodeCount: u32,
  firstEdge: usize,
  edgeTo: usize,
  strong: usize,
  rindex: usize,
  stacks: usize,
  next: usize,
  isNoRoot: usize,
): u32 {
  let depth: u32 = 0;
  let waiting = nodeCount;
  let index: u32 = 1;
  let done = nodeCount;
  for (let start: u32 = 0; start < nodeCount; start++) {
    if (get(rindex, start) !== 0) continue;
    let node = start;
    set(rindex, node, index++);
    set(stacks, depth++, node);
    let edge = get(firstEdge, node);
    let end = get(firstEdge, node + 1);
    for (;;) {
      let least = get(rindex, node);
      let child: u32 = 0;
      let isCall = false;
      for (; edge < end; edge++) {
        if (!hasBit(strong, edge)) continue;
        const to = get(edgeTo, edge);
        const seen = get(rindex, to);
        if (seen === 0) {
          child = to;
          isCall = true;
          break;
        }
        if (seen < least) {
          least = seen;
          set(rindex, node, least);
          setBit(isNoRoot, node);
        }
      }
      if (isCall) {
        // The edge is looked at again when the child is done, to take over its number.
        set(next, node, edge);
        node = child;
        set(rindex, node, index++);
        set(stacks, depth++, node);
        edge = get(firstEdge, node);
        end = get(firstEdge, node + 1);
        continue;
      }
      depth--;
      if (hasBit(isNoRoot, node)) set(stacks, --waiting, node);
      else {
        index--;
        while (waiting < nodeCount && get(rindex, get(stacks, waiting)) >= least) {
          set(rindex, get(stacks, waiting++), done);
          index--;
        }
        set(rindex, node, done--);
      }
      if (depth === 0) break;
      node = get(stacks, depth - 1);
      edge = get(next, node);
      end = get(firstEdge, node + 1);
    }
  }
  return nodeCount - done;
}
