import { get, hasBit, set, setBit } from './memory';

/** For an edge that belongs to no pair. */
const NO_PAIR: u32 = 0xffff_ffff;

/**
 * The loop of `distancesFromRoot` in `src/graph/distances.ts`: breadth first over strong edges, from the nodes in `queue`,
 * `tail` of them, which have one distance and are in the set `reached`. A set is read faster than the distances are.
 */
export function breadthFirst(
  firstEdge: usize,
  edgeTo: usize,
  strong: usize,
  distance: usize,
  reached: usize,
  queue: usize,
  tail: u32,
): void {
  if (tail === 0) return;
  let next = get(distance, get(queue, 0)) + 1;
  let levelEnd = tail;
  for (let head: u32 = 0; head < tail; head++) {
    const node = get(queue, head);
    if (head === levelEnd) {
      next++;
      levelEnd = tail;
    }
    const end = get(firstEdge, node + 1);
    for (let edge = get(firstEdge, node); edge < end; edge++) {
      const to = get(edgeTo, edge);
      if (hasBit(reached, to) || !hasBit(strong, edge)) continue;
      setBit(reached, to);
      set(distance, to, next);
      set(queue, tail++, to);
    }
  }
}

/**
 * The loop of `devtoolsDistances` in `src/graph/devtools-distances.ts`: breadth first over all edges but those of type
 * `weak`, and those in the sorted list `edges`, which leave the nodes in the set `special`. Unless they belong to an
 * ephemeron pair, at the same place of `pairOf`: then the first edge of a pair only opens it.
 * The nodes in `queue`, `tail` of them, have one distance and are in the set `reached`.
 */
export function devtoolsBreadthFirst(
  firstEdge: usize,
  edgeTo: usize,
  firstLabel: usize,
  labelType: usize,
  weak: u32,
  special: usize,
  edges: usize,
  pairOf: usize,
  edgeCount: u32,
  open: usize,
  distance: usize,
  reached: usize,
  queue: usize,
  tail: u32,
): void {
  if (tail === 0) return;
  let next = get(distance, get(queue, 0)) + 1;
  let levelEnd = tail;
  for (let head: u32 = 0; head < tail; head++) {
    const node = get(queue, head);
    if (head === levelEnd) {
      next++;
      levelEnd = tail;
    }
    const start = get(firstEdge, node);
    const end = get(firstEdge, node + 1);
    for (let edge = start; edge < end; edge++) {
      const to = get(edgeTo, edge);
      if (hasBit(reached, to)) continue;
      if (<u32>load<u8>(labelType + get(firstLabel, node) + edge - start) === weak) continue;
      if (hasBit(special, node)) {
        const at = find(edges, edgeCount, edge);
        if (at < edgeCount) {
          const pair = get(pairOf, at);
          if (pair === NO_PAIR) continue;
          if (load<u8>(open + pair) === 0) {
            store<u8>(open + pair, 1);
            continue;
          }
          store<u8>(open + pair, 0);
        }
      }
      setBit(reached, to);
      set(distance, to, next);
      set(queue, tail++, to);
    }
  }
}

/**
 * Marks what is reachable from the marked nodes in `queue`, `tail` of them, over edges that are strong, or where
 * `strong` is 0 of any type but `weak`. Nodes in the set `watched` (or none, where it is 0) are listed at `seen` as they
 * are reached. Returns how many were.
 */
export function mark(
  firstEdge: usize,
  edgeTo: usize,
  firstLabel: usize,
  labelType: usize,
  weak: u32,
  strong: usize,
  marked: usize,
  queue: usize,
  tail: u32,
  watched: usize,
  seen: usize,
): u32 {
  let count: u32 = 0;
  for (let head: u32 = 0; head < tail; head++) {
    const node = get(queue, head);
    if (watched !== 0 && hasBit(watched, node)) set(seen, count++, node);
    const start = get(firstEdge, node);
    const end = get(firstEdge, node + 1);
    const types: usize = strong !== 0 ? 0 : labelType + get(firstLabel, node) - start;
    for (let edge = start; edge < end; edge++) {
      const to = get(edgeTo, edge);
      if (hasBit(marked, to)) continue;
      if (strong !== 0 ? !hasBit(strong, edge) : <u32>load<u8>(types + edge) === weak) continue;
      setBit(marked, to);
      set(queue, tail++, to);
    }
  }
  return count;
}

/** Place of a value in a sorted list, or the list's length. */
function find(list: usize, length: u32, value: u32): u32 {
  let low: u32 = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (get(list, middle) < value) low = middle + 1;
    else high = middle;
  }
  return low < length && get(list, low) === value ? low : length;
}
