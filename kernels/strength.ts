import { get, hasBit } from './memory';

/**
 * One bit an edge, set unless the edge's type, name or ends say that it does not hold: the loop of `strongBits` in
 * `src/graph/edge-bits.ts`. `types` and `rootTypes` are masks of the edge types that hold, from any node and from the
 * root; internal edges named `excludedName` never do; loops only if `loops`; edges into `inside` from outside of it,
 * the root excepted, never, where `inside` is a set of nodes or 0.
 */
export function strongBits(
  nodeCount: u32,
  firstEdge: usize,
  edgeTo: usize,
  firstLabel: usize,
  labelType: usize,
  labelName: usize,
  types: u32,
  rootTypes: u32,
  internal: u32,
  excludedName: u32,
  loops: bool,
  inside: usize,
  bits: usize,
): void {
  let byte: u32 = 0;
  let edge: u32 = 0;
  for (let node: u32 = 0; node < nodeCount; node++) {
    const end = get(firstEdge, node + 1);
    const mask = node === 0 ? rootTypes : types;
    const outside = inside !== 0 && node !== 0 && !hasBit(inside, node);
    let label = get(firstLabel, node);
    for (; edge < end; edge++, label++) {
      const type = <u32>load<u8>(labelType + label);
      let strong = (mask >>> type) & 1;
      if (type === internal && get(labelName, label) === excludedName) strong = 0;
      if (!loops && get(edgeTo, edge) === node) strong = 0;
      if (outside && hasBit(inside, get(edgeTo, edge))) strong = 0;
      byte |= strong << (edge & 7);
      if ((edge & 7) === 7) {
        store<u8>(bits + (edge >>> 3), <u8>byte);
        byte = 0;
      }
    }
  }
  if ((edge & 7) !== 0) store<u8>(bits + (edge >>> 3), <u8>byte);
}
