import { get, hasBit, set } from './memory';

/** The counting of `retainersOf` in `src/graph/retainers.ts`: `first` comes filled with 0. Returns the strong edges. */
export function countRetainers(
  nodeCount: u32,
  edgeCount: u32,
  edgeTo: usize,
  strong: usize,
  first: usize,
): u32 {
  for (let edge: u32 = 0; edge < edgeCount; edge++) {
    if (!hasBit(strong, edge)) continue;
    const at = first + ((<usize>get(edgeTo, edge)) << 2);
    store<u32>(at, load<u32>(at) + 1);
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
  for (let edge = edgeCount; edge-- > 0; ) {
    if (!hasBit(strong, edge)) continue;
    const at = first + ((<usize>get(edgeTo, edge)) << 2);
    const place = load<u32>(at) - 1;
    store<u32>(at, place);
    set(retainers, place, edge);
  }
}
