import { get, hasBit, set } from './memory';

const UNVISITED: u32 = 0xffff_ffff;
/** Not visited yet, but the gate leads there. */
const EXPECTED: u32 = 0xffff_fffe;
const NONE: u32 = 0xffff_ffff;
/** A pair with NONE for its link. */
const NO_LINK: u64 = 0xffff_ffff_0000_0000;
/** In a head: the rest is a single predecessor. */
const SINGLE: u32 = 0x8000_0000;
const CHUNK_WORDS: u32 = 8;
const CHUNK_BYTES: usize = 32;
/** What depth-first search returns when there is no memory for a further chunk, and when the gate is none. */
const FAILED: u32 = 0xffff_ffff;
const BROKEN: u32 = 0xffff_fffe;
/** The stack of the search is made of segments of so many chunks: two words for the segments before and after, then its entries. */
const SEGMENT_CHUNKS: u32 = 2048;
const SEGMENT_BYTES: usize = 65_536;
/** 4 MiB: what the memory grows by, in pages. */
const GROWTH: i32 = 64;

/**
 * Depth-first search and Semi-NCA as in `src/graph/dominator-tree.ts`, with the predecessors collected on the way, so
 * that the edges are walked only once: every edge to a vertex that was visited before goes to the list of that vertex.
 *
 * A list that is a single predecessor stands in its head. Longer ones are chains of chunks: the previous chunk, or NONE,
 * and seven predecessors. The head is then the number of the newest chunk and, in the last three bits, how many it holds.
 *
 * Most edges lead to few vertices: every object to its shape and its prototype. Such a vertex soon has the least
 * semidominator that it can have, the *floor*, and then needs no list. The floor is the root; or beneath a *gate*, a child of
 * the root through which every way to the vertices below it leads, the gate. On the path to the current vertex `entry` is the
 * last one whose semidominator is the floor: what was visited before it and is met again has the floor, too.
 *
 * Arrays of 32-bit words, in part used twice. By node: `number`, filled with UNVISITED; then by vertex the semidominators; at
 * the end by node the dominators. By vertex: `order` (nodes), `parent` (at the end the dominators), and `pairs`, which lie side by
 * side because they are mostly wanted together: the semidominator as far as it is known, in the forest the label; and the link,
 * first the head of the list (of an entry: the entry before), then the ancestor in the forest. `state`: chunks so far, vertex
 * of the gate or NONE, first vertex behind those below it.
 */

/**
 * Visits what is reachable from `start` and not visited yet, as a child of vertex 0. The chunks begin at `chunks` and end
 * where the memory does, which grows as needed. Node `gate` is taken for a gate, if it is not 0. Returns the vertices so
 * far, or FAILED, or BROKEN when there is a way around the gate.
 */
export function depthFirst(
  start: u32,
  count: u32,
  gate: u32,
  firstEdge: usize,
  edgeTo: usize,
  strong: usize,
  number: usize,
  order: usize,
  parent: usize,
  pairs: usize,
  chunks: usize,
  state: usize,
): u32 {
  let used = get(state, 0);
  let gateVertex = get(state, 1);
  let gateEnd = get(state, 2);
  let limit = chunksUntilEnd(chunks);
  if (used === 0) {
    if (limit < SEGMENT_CHUNKS && memory.grow(GROWTH) < 0) return FAILED;
    limit = chunksUntilEnd(chunks);
    store<u64>(chunks, 0);
    used = SEGMENT_CHUNKS;
  }
  let segment = chunks;
  let top = segment + 8;
  set(order, count, start);
  set(number, start, count);
  set(parent, count, 0);
  store<u64>(pairs + ((<usize>count) << 3), NO_LINK);
  let vertex = count++;
  const first = vertex;
  let floor: u32 = 0;
  let entry = first;
  let edge = get(firstEdge, start);
  let end = get(firstEdge, start + 1);
  for (;;) {
    if (edge < end) {
      if (!hasBit(strong, edge)) {
        edge++;
        continue;
      }
      const to = get(edgeTo, edge++);
      const visited = get(number, to);
      if (visited >= EXPECTED) {
        const candidate = visited === EXPECTED ? floor : vertex;
        set(order, count, to);
        set(number, to, count);
        set(parent, count, vertex);
        store<u64>(pairs + ((<usize>count) << 3), NO_LINK | <u64>candidate);
        const from = get(firstEdge, to);
        const until = get(firstEdge, to + 1);
        // A leaf is done as soon as it is found.
        if (from < until) {
          if (top === segment + SEGMENT_BYTES) {
            let next = <usize>load<u32>(segment, 4);
            if (next === 0) {
              if (used + SEGMENT_CHUNKS > limit && memory.grow(GROWTH) < 0) return FAILED;
              limit = chunksUntilEnd(chunks);
              next = chunks + <usize>used * CHUNK_BYTES;
              used += SEGMENT_CHUNKS;
              store<u32>(next, <u32>segment);
              store<u32>(next, 0, 4);
              store<u32>(segment, <u32>next, 4);
            }
            segment = next;
            top = segment + 8;
          }
          // Where to go on after what is found from here.
          store<u32>(top, edge);
          store<u32>(top, end, 4);
          top += 8;
          if (candidate === floor) {
            setLink(pairs, count, entry);
            entry = count;
          }
          if (to === gate && vertex === 0 && gate !== 0) {
            gateVertex = count;
            floor = count;
            entry = 0;
            expect(from, until, edgeTo, strong, number);
          }
          vertex = count;
          edge = from;
          end = until;
        }
        count++;
      } else if (visited > vertex) {
        // From an ancestor: its number is a candidate by itself.
        if (vertex === 0 && visited > gateVertex && visited < gateEnd) return BROKEN;
        if (vertex < semiOf(pairs, visited)) setSemi(pairs, visited, vertex);
      } else if (visited > floor) {
        if (visited === vertex || semiOf(pairs, visited) === floor) continue;
        if (visited < entry) {
          if (visited > gateVertex && visited < gateEnd) return BROKEN;
          setSemi(pairs, visited, floor);
          continue;
        }
        const head = linkOf(pairs, visited);
        if (head === NONE) {
          setLink(pairs, visited, vertex | SINGLE);
          continue;
        }
        if ((head & SINGLE) === 0 && (head & 7) < 7) {
          set(chunks, head + 1, vertex);
          setLink(pairs, visited, head + 1);
          continue;
        }
        if (used === limit) {
          if (memory.grow(GROWTH) < 0) return FAILED;
          limit = chunksUntilEnd(chunks);
        }
        const chunk = used++ * CHUNK_WORDS;
        if ((head & SINGLE) !== 0) {
          set(chunks, chunk, NONE);
          set(chunks, chunk + 1, head & ~SINGLE);
          set(chunks, chunk + 2, vertex);
          setLink(pairs, visited, chunk + 2);
        } else {
          set(chunks, chunk, head);
          set(chunks, chunk + 1, vertex);
          setLink(pairs, visited, chunk + 1);
        }
      } else if (visited < floor) {
        // Out of what is below the gate, so around all that is not the root.
        setSemi(pairs, visited, 0);
      }
    } else {
      if (vertex === gateVertex) {
        floor = 0;
        gateEnd = count;
        entry = vertex;
      }
      if (vertex === first) break;
      if (vertex === entry) entry = linkOf(pairs, vertex);
      vertex = get(parent, vertex);
      if (top === segment + 8) {
        segment = <usize>load<u32>(segment);
        top = segment + SEGMENT_BYTES;
      }
      top -= 8;
      edge = load<u32>(top);
      end = load<u32>(top, 4);
    }
  }
  set(state, 0, used);
  set(state, 1, gateVertex);
  set(state, 2, gateEnd);
  return count;
}

/** Marks where these edges lead as EXPECTED, if it was not visited yet. */
function expect(from: u32, until: u32, edgeTo: usize, strong: usize, number: usize): void {
  for (let edge = from; edge < until; edge++) {
    const to = get(edgeTo, edge);
    if (hasBit(strong, edge) && get(number, to) === UNVISITED) set(number, to, EXPECTED);
  }
}

/** Leaves the immediate dominators by vertex in `parent` and by node in `number`. */
export function semiNca(
  nodeCount: u32,
  count: u32,
  number: usize,
  order: usize,
  parent: usize,
  pairs: usize,
  chunks: usize,
  state: usize,
): void {
  const gateVertex = get(state, 1);
  const gateEnd = get(state, 2);
  for (let w = count - 1; w > 0; w--) {
    const floor = w > gateVertex && w < gateEnd ? gateVertex : 0;
    let least = semiOf(pairs, w);
    let head = linkOf(pairs, w);
    if (least > floor) {
      if (head !== NONE && (head & SINGLE) !== 0) {
        const s = evaluate(head & ~SINGLE, w, pairs);
        if (s < least) least = s;
      } else {
        while (head !== NONE && least > floor) {
          const chunk = head & ~7;
          for (let i = head; i > chunk; i--) {
            const s = evaluate(get(chunks, i), w, pairs);
            if (s < least) least = s;
          }
          head = get(chunks, chunk);
        }
      }
    }
    set(number, w, least);
    store<u64>(pairs + ((<usize>w) << 3), ((<u64>get(parent, w)) << 32) | <u64>least);
  }
  for (let w: u32 = 1; w < count; w++) {
    const s = get(number, w);
    let v = get(parent, w);
    while (v > s) v = get(parent, v);
    set(parent, w, v);
  }
  // What was not visited has the root for a dominator.
  if (count < nodeCount) memory.fill(number, 0, (<usize>nodeCount) << 2);
  for (let w: u32 = 1; w < count; w++) set(number, get(order, w), get(order, get(parent, w)));
  set(number, get(order, 0), get(order, 0));
}

/** How many chunks fit between their beginning and the end of the memory; no more than a head can number. */
function chunksUntilEnd(chunks: usize): u32 {
  const room = ((<u64>memory.size()) << 16) - <u64>chunks;
  return <u32>(room / CHUNK_BYTES);
}

function evaluate(v: u32, w: u32, pairs: usize): u32 {
  return linkOf(pairs, v) <= w ? semiOf(pairs, v) : compress(v, w, pairs);
}

/**
 * The least semidominator on the forest path above `v` as far as vertex `w`, compressing that path. On the way up each
 * ancestor is turned into the way back, so that no stack is needed.
 */
function compress(v: u32, w: u32, pairs: usize): u32 {
  let below = NONE;
  let above = linkOf(pairs, v);
  while (above > w) {
    setLink(pairs, v, below);
    below = v;
    v = above;
    above = linkOf(pairs, v);
  }
  let least = semiOf(pairs, v);
  while (below !== NONE) {
    const next = linkOf(pairs, below);
    const own = semiOf(pairs, below);
    if (least < own) setSemi(pairs, below, least);
    else least = own;
    setLink(pairs, below, above);
    below = next;
  }
  return least;
}

/** First word of a pair: the least semidominator known. */
function semiOf(pairs: usize, vertex: u32): u32 {
  return load<u32>(pairs + ((<usize>vertex) << 3));
}

function setSemi(pairs: usize, vertex: u32, semi: u32): void {
  store<u32>(pairs + ((<usize>vertex) << 3), semi);
}

/** Second word of a pair: the list, later the ancestor. */
function linkOf(pairs: usize, vertex: u32): u32 {
  return load<u32>(pairs + ((<usize>vertex) << 3), 4);
}

function setLink(pairs: usize, vertex: u32, link: u32): void {
  store<u32>(pairs + ((<usize>vertex) << 3), link, 4);
}

/** Adds up from the leaves of the dominator tree; `retained` (64-bit floats by node) comes filled with the self sizes. */
export function addRetained(count: u32, order: usize, dominator: usize, retained: usize): void {
  for (let w = count - 1; w > 0; w--) {
    const node = get(order, w);
    const to = retained + ((<usize>get(dominator, node)) << 3);
    store<f64>(to, load<f64>(to) + load<f64>(retained + ((<usize>node) << 3)));
  }
}

/** The same for 32-bit numbers. */
export function addRetained32(count: u32, order: usize, dominator: usize, retained: usize): void {
  for (let w = count - 1; w > 0; w--) {
    const node = get(order, w);
    const to = get(dominator, node);
    set(retained, to, get(retained, to) + get(retained, node));
  }
}

/** What so many 32-bit numbers come to. */
export function sum(count: u32, numbers: usize): f64 {
  let total: u64 = 0;
  for (let at: u32 = 0; at < count; at++) total += get(numbers, at);
  return <f64>total;
}
