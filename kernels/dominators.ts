import { get, hasBit, set } from './memory';

const UNVISITED: u32 = 0xffff_ffff;
const NONE: u32 = 0xffff_ffff;

/**
 * Depth-first search and Semi-NCA as in `src/graph/dominator-tree.ts`, with the predecessors collected on the way:
 * every edge to a node that was visited before goes to the front of that vertex's list, so that the edges are walked
 * only once. Of each list entry the next entry and the source stand together.
 *
 * Arrays of 32-bit words, in part used twice. By node: `number`, filled with UNVISITED, at the end the dominators. By
 * vertex: `order` (nodes), `parent` (at the end the dominators), `semi`, and `links`, two words that are needed at the
 * same time: first the next edge to look at and the head of the list, then the ancestor in the forest and the label.
 */

function link(links: usize, vertex: u32): usize {
  return links + ((<usize>vertex) << 3);
}

/** Visits what is reachable from `start` and not visited yet, as a child of vertex 0. Returns the vertices so far. */
export function depthFirst(
  start: u32,
  count: u32,
  firstEdge: usize,
  edgeTo: usize,
  strong: usize,
  number: usize,
  order: usize,
  parent: usize,
  semi: usize,
  links: usize,
  list: usize,
  listLength: usize,
): u32 {
  let entries = load<u32>(listLength);
  set(order, count, start);
  set(number, start, count);
  set(parent, count, 0);
  set(semi, count, 0);
  store<u32>(link(links, count), NONE, 4);
  let vertex = count++;
  const first = vertex;
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
      if (visited === UNVISITED) {
        set(order, count, to);
        set(number, to, count);
        set(parent, count, vertex);
        set(semi, count, vertex);
        store<u32>(link(links, count), NONE, 4);
        const from = get(firstEdge, to);
        const until = get(firstEdge, to + 1);
        // A leaf is done as soon as it is found.
        if (from < until) {
          store<u32>(link(links, vertex), edge);
          vertex = count;
          edge = from;
          end = until;
        }
        count++;
      } else if (visited > vertex) {
        // From an ancestor: its number is a candidate by itself.
        if (vertex < get(semi, visited)) set(semi, visited, vertex);
      } else if (visited !== vertex && visited !== 0) {
        const entry = list + ((<usize>entries) << 3);
        const at = link(links, visited);
        store<u32>(entry, load<u32>(at, 4));
        store<u32>(entry, vertex, 4);
        store<u32>(at, entries++, 4);
      }
    } else {
      if (vertex === first) break;
      vertex = get(parent, vertex);
      edge = load<u32>(link(links, vertex));
      end = get(firstEdge, get(order, vertex) + 1);
    }
  }
  store<u32>(listLength, entries);
  return count;
}

/** Leaves the immediate dominators by vertex in `parent` and by node in `number`. */
export function semiNca(
  count: u32,
  number: usize,
  order: usize,
  parent: usize,
  semi: usize,
  links: usize,
  list: usize,
): void {
  for (let v: u32 = 0; v < count; v++) store<u32>(link(links, v), get(parent, v));
  for (let w = count - 1; w > 0; w--) {
    const own = link(links, w);
    let least = get(semi, w);
    for (let i = load<u32>(own, 4); i !== NONE && least > 0; ) {
      const entry = list + ((<usize>i) << 3);
      const v = load<u32>(entry, 4);
      i = load<u32>(entry);
      const at = link(links, v);
      const s = load<u32>(at) <= w ? load<u32>(at, 4) : compress(v, w, links);
      if (s < least) least = s;
    }
    set(semi, w, least);
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
