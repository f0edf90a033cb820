import { get, hasBit, set } from './memory';

const UNOWNED: u32 = 0xffff_ffff;
const MANY_OWNERS: u32 = 0xffff_fffe;

/**
 * The loop of `ownersOf` in `src/graph/devtools-rules.ts`. `owner` comes filled with UNOWNED for the nodes in the set
 * `ownable` and with the node itself for the others; `stack` has room for two words a node.
 */
export function owners(
  nodeCount: u32,
  firstEdge: usize,
  edgeTo: usize,
  edgeType: usize,
  weak: u32,
  ownable: usize,
  owner: usize,
  stack: usize,
): void {
  for (let start: u32 = 0; start < nodeCount; start++) {
    if (hasBit(ownable, start)) continue;
    let depth: u32 = 0;
    let node = start;
    for (;;) {
      const holder = get(owner, node);
      const end = get(firstEdge, node + 1);
      for (let edge = get(firstEdge, node); edge < end; edge++) {
        const to = get(edgeTo, edge);
        if (!hasBit(ownable, to) || <u32>load<u8>(edgeType + edge) == weak) continue;
        const known = get(owner, to);
        if (known == MANY_OWNERS || known == holder) continue;
        set(owner, to, known == UNOWNED ? holder : MANY_OWNERS);
        set(stack, depth++, to);
      }
      if (depth == 0) break;
      node = get(stack, --depth);
    }
  }
}
