import { get, hasBit, set } from './memory';

const UNVISITED: u32 = 0xffff_ffff;
/** Not visited yet, but the gate leads there. */
const EXPECTED: u32 = 0xffff_fffe;
const NONE: u32 = 0xffff_ffff;
/** In a head: the rest is a single predecessor. */
const SINGLE: u32 = 0x8000_0000;
const CHUNK_WORDS: u32 = 8;
const CHUNK_BYTES: usize = 32;
/** What depth-first search returns when there is no memory for a further chunk, and when the gate is none. */
const FAILED: u32 = 0xffff_ffff;
const BROKEN: u32 = 0xffff_fffe;
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
 * Arrays of 32-bit words, in part used twice. By node: `number`, filled with UNVISITED, at the end the dominators. By
 * vertex: `order` (nodes), `parent` (at the end the dominators), `semi`, and `links`, two words that are needed at the
 * same time: first the next edge to look at and the head of the list (of an entry: the entry before), then the ancestor in
 * the forest and the label. `state`: chunks so far, vertex of the gate or NONE, first vertex behind those below it.
 */

function link(links: usize, vertex: u32): usize {
  return links + ((<usize>vertex) << 3);
}

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
  semi: usize,
  links: usize,
  chunks: usize,
  state: usize,
): u32 {
  let used = get(state, 0);
  let gateVertex = get(state, 1);
  let gateEnd = get(state, 2);
  let limit = chunksUntilEnd(chunks);
  set(order, count, start);
  set(number, start, count);
  set(parent, count, 0);
  set(semi, count, 0);
  store<u32>(link(links, count), NONE, 4);
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
        set(semi, count, candidate);
        store<u32>(link(links, count), NONE, 4);
        const from = get(firstEdge, to);
        const until = get(firstEdge, to + 1);
        // A leaf is done as soon as it is found.
        if (from < until) {
          store<u32>(link(links, vertex), edge);
          if (candidate === floor) {
            store<u32>(link(links, count), entry, 4);
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
        if (vertex < get(semi, visited)) set(semi, visited, vertex);
      } else if (visited > floor) {
        if (visited === vertex || get(semi, visited) === floor) continue;
        if (visited < entry) {
          if (visited > gateVertex && visited < gateEnd) return BROKEN;
          set(semi, visited, floor);
          continue;
        }
        const at = link(links, visited);
        const head = load<u32>(at, 4);
        if (head === NONE) {
          store<u32>(at, vertex | SINGLE, 4);
          continue;
        }
        if ((head & SINGLE) === 0 && (head & 7) < 7) {
          set(chunks, head + 1, vertex);
          store<u32>(at, head + 1, 4);
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
          store<u32>(at, chunk + 2, 4);
        } else {
          set(chunks, chunk, head);
          set(chunks, chunk + 1, vertex);
          store<u32>(at, chunk + 1, 4);
        }
      } else if (visited < floor) {
        // Out of what is below the gate, so around all that is not the root.
        set(semi, visited, 0);
      }
    } else {
      if (vertex === gateVertex) {
        floor = 0;
        gateEnd = count;
        entry = vertex;
      }
      if (vertex === first) break;
      if (vertex === entry) entry = load<u32>(link(links, vertex), 4);
      vertex = get(parent, vertex);
      edge = load<u32>(link(links, vertex));
      end = get(firstEdge, get(order, vertex) + 1);
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
  count: u32,
  number: usize,
  order: usize,
  parent: usize,
  semi: usize,
  links: usize,
  chunks: usize,
  state: usize,
): void {
  const gateVertex = get(state, 1);
  const gateEnd = get(state, 2);
  for (let w = count - 1; w > 0; w--) {
    const floor = w > gateVertex && w < gateEnd ? gateVertex : 0;
    const own = link(links, w);
    let least = get(semi, w);
    let head = load<u32>(own, 4);
    if (least > floor) {
      if (head !== NONE && (head & SINGLE) !== 0) {
        const s = evaluate(head & ~SINGLE, w, links);
        if (s < least) least = s;
      } else {
        while (head !== NONE && least > floor) {
          const chunk = head & ~7;
          for (let i = head; i > chunk; i--) {
            const s = evaluate(get(chunks, i), w, links);
            if (s < least) least = s;
          }
          head = get(chunks, chunk);
        }
      }
      set(semi, w, least);
    }
    store<u32>(own, get(parent, w));
    store<u32>(own, least, 4);
  }
  for (let w: u32 = 1; w < count; w++) {
    const s = get(semi, w);
    let v = get(parent, w);
    while (v > s) v = get(parent, v);
    set(parent, w, v);
    set(number, get(order, w), get(order, v));
  }
  set(number, get(order, 0), get(order, 0));
}

/** How many chunks fit between their beginning and the end of the memory; no more than a head can number. */
function chunksUntilEnd(chunks: usize): u32 {
  const room = ((<u64>memory.size()) << 16) - <u64>chunks;
  return <u32>(room / CHUNK_BYTES);
}

function evaluate(v: u32, w: u32, links: usize): u32 {
  const at = link(links, v);
  return load<u32>(at) <= w ? load<u32>(at, 4) : compress(v, w, links);
}

/**
 * The least semidominator on the forest path above `v` as far as vertex `w`, compressing that path. On the way up each
 * ancestor is turned into the way back, so that no stack is needed.
 */
function compress(v: u32, w: u32, links: usize): u32 {
  let below = NONE;
  let at = link(links, v);
  let above = load<u32>(at);
  while (above > w) {
    store<u32>(at, below);
    below = v;
    v = above;
    at = link(links, v);
    above = load<u32>(at);
  }
  let least = load<u32>(at, 4);
  while (below !== NONE) {
    at = link(links, below);
    const next = load<u32>(at);
    const own = load<u32>(at, 4);
    if (least < own) store<u32>(at, least, 4);
    else least = own;
    store<u32>(at, above);
    below = next;
  }
  return least;
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
