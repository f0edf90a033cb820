import { get, hasBit, set, setBit } from './memory';

const UNOWNED: u32 = 0xffff_ffff;
const MANY_OWNERS: u32 = 0xffff_fffe;

/**
 * Before anything is shared: fills `owner` with the node itself, or with UNOWNED for nodes whose type is in the mask
 * `types` or is `native` with the name `name`; those are set in `ownable`, which comes empty.
 */
export function selfOwners(
  nodeCount: u32,
  nodeType: usize,
  nodeName: usize,
  types: u32,
  native: u32,
  name: u32,
  ownable: usize,
  owner: usize,
): void {
  for (let node: u32 = 0; node < nodeCount; node++) {
    const type = <u32>load<u8>(nodeType + node);
    const isOwnable = type < 32 && ((types >>> type) & 1) !== 0;
    if (isOwnable || (type === native && get(nodeName, node) === name)) {
      set(owner, node, UNOWNED);
      setBit(ownable, node);
    } else set(owner, node, node);
  }
}

/** Moves the sizes of what is owned to its owner, unless that is the root or synthetic. Returns 0 when a sum is too great. */
export function moveSizes(nodeCount: u32, owner: usize, nodeType: usize, synthetic: u32, size: usize): bool {
  for (let node: u32 = 0; node < nodeCount; node++) {
    const to = get(owner, node);
    if (to === node || to >= MANY_OWNERS || to === 0 || <u32>load<u8>(nodeType + to) === synthetic) continue;
    const sum = <u64>get(size, to) + <u64>get(size, node);
    if (sum >> 32 !== 0) return false;
    set(size, to, <u32>sum);
    set(size, node, 0);
  }
  return true;
}

/**
 * The loop of `ownersOf` in `src/graph/owned-sizes.ts`. `owner` and `ownable` come from `selfOwners`; `stack` has room for two words a node.
 */
export function owners(
  nodeCount: u32,
  firstEdge: usize,
  edgeTo: usize,
  firstLabel: usize,
  labelType: usize,
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
      const first = get(firstEdge, node);
      const end = get(firstEdge, node + 1);
      const types = labelType + get(firstLabel, node) - first;
      for (let edge = first; edge < end; edge++) {
        const to = get(edgeTo, edge);
        if (!hasBit(ownable, to) || <u32>load<u8>(types + edge) === weak) continue;
        const known = get(owner, to);
        if (known === MANY_OWNERS || known === holder) continue;
        set(owner, to, known === UNOWNED ? holder : MANY_OWNERS);
        set(stack, depth++, to);
      }
      if (depth === 0) break;
      node = get(stack, --depth);
    }
  }
}
