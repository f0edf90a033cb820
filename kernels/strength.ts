import { get, hasBit, setBit } from './memory';

/**
 * One bit an edge, set unless the edge's label or ends say that it does not hold: the loop of `strongBits` in
 * `src/graph/edge-bits.ts`. `types` and `rootTypes` are masks of the edge types that hold, from any node and from the
 * root; internal edges named `excludedName` never do; loops only if `loops`; edges into `inside` from outside of it,
 * the root excepted, never, where `inside` is a set of nodes or 0.
 *
 * What the labels say is found out once for each label, in the set `strongLabels`, which comes empty with eight bytes more than
 * it needs; a node then takes over the bits of its labels, up to 32 at a time.
 */
export function strongBits(
  nodeCount: u32,
  firstEdge: usize,
  edgeTo: usize,
  firstLabel: usize,
  labelCount: u32,
  labelType: usize,
  labelName: usize,
  types: u32,
  rootTypes: u32,
  internal: u32,
  excludedName: u32,
  loops: bool,
  inside: usize,
  strongLabels: usize,
  bits: usize,
): void {
  for (let label: u32 = 0; label < labelCount; label++) {
    const type = <u32>load<u8>(labelType + label);
    if (((types >>> type) & 1) === 0 || (type === internal && get(labelName, label) === excludedName))
      continue;
    setBit(strongLabels, label);
  }
  /** Bits that are not stored yet, and how many. */
  let made: u64 = 0;
  let count: u32 = 0;
  let edge: u32 = 0;
  for (let node: u32 = 0; node < nodeCount; node++) {
    const end = get(firstEdge, node + 1);
    const outside = inside !== 0 && node !== 0 && !hasBit(inside, node);
    let label = get(firstLabel, node);
    while (edge < end) {
      const taken: u32 = node === 0 ? 1 : min<u32>(32, end - edge);
      let strong = load<u64>(strongLabels + (label >>> 3)) >> (label & 7);
      if (node === 0) strong = (rootTypes >>> <u32>load<u8>(labelType + label)) & 1;
      strong &= ((<u64>1) << taken) - 1;
      for (let at: u32 = 0; !loops && at < taken; at++) {
        if (get(edgeTo, edge + at) === node) strong &= ~((<u64>1) << at);
      }
      for (let at: u32 = 0; outside && at < taken; at++) {
        if (hasBit(inside, get(edgeTo, edge + at))) strong &= ~((<u64>1) << at);
      }
      made |= strong << count;
      count += taken;
      label += taken;
      edge += taken;
      if (count < 32) continue;
      store<u32>(bits + ((edge - count) >>> 3), <u32>made);
      made >>= 32;
      count -= 32;
    }
  }
  for (let at = bits + ((edge - count) >>> 3); count > 0; at++) {
    store<u8>(at, <u8>made);
    made >>= 8;
    count -= min<u32>(8, count);
  }
}
