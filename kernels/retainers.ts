import { get, set } from './memory';

/** The counting of `retainersOf` in `src/graph/retainers.ts`: `first` comes filled with 0. Returns the strong edges. */
export function countRetainers(
  nodeCount: u32,
  edgeCount: u32,
  edgeTo: usize,
  strong: usize,
  first: usize,
): u32 {
  for (let edge: u32 = 0; edge < edgeCount; edge += 8) {
    for (let bits = <u32>load<u8>(strong + (edge >>> 3)); bits !== 0; bits &= bits - 1) {
      const to = get(edgeTo, edge + ctz(bits));
      set(first, to, get(first, to) + 1);
    }
  }
  let total: u32 = 0;
  for (let node: u32 = 0; node <= nodeCount; node++) {
    total += get(first, node);
    set(first, node, total);
  }
  return total;
}

/** The placing of `retainersOf`. */
export function placeRetainers(
  edgeCount: u32,
  edgeTo: usize,
  strong: usize,
  first: usize,
  retainers: usize,
): void {
  for (let byte = edgeCount >>> 3; byte + 1 > 0; byte--) {
    for (let bits = <u32>load<u8>(strong + byte); bits !== 0; ) {
      const bit = 31 - clz(bits);
      bits ^= 1 << bit;
      const edge = (byte << 3) + bit;
      const to = get(edgeTo, edge);
      const place = get(first, to) - 1;
      set(first, to, place);
      set(retainers, place, edge);
    }
  }
}
