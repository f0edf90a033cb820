import { get, hasBit, set } from './memory';

const UNVISITED: u32 = 0xffff_ffff;
const NONE: u32 = 0xffff_ffff;

/**
 * Depth-first search and Semi-NCA as in `src/graph/dominator-tree.ts`, with the predecessors collected on the way:
 * every edge to a node that was visited before goes to the front of that vertex's list, so that the edges are walked
 * only once. Of each list entry `next` and `source` stand together.
 *
 * Arrays of 32-bit words, one an entry and in part used twice: `number` by node, filled with UNVISITED, at the end the
 * dominators; by vertex `order` (nodes), `parent` (at the end the dominators), `ancestor` (first the next edge to
 * look at), `semi`, and `label` (first the heads of the lists, filled with NONE); `list` has two words an entry.
 */

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
  next: usize,
  semi: usize,
  heads: usize,
  list: usize,
  listLength: usize,
): u32 {
  let entries = load<u32>(listLength);
  set(order, count, start);
  set(number, start, count);
  set(parent, count, 0);
  set(semi, count, 0);
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
        set(next, vertex, edge);
        set(order, count, to);
        set(number, to, count);
        set(parent, count, vertex);
        set(semi, count, vertex);
        vertex = count++;
        edge = get(firstEdge, to);
        end = get(firstEdge, to + 1);
      } else if (visited > vertex) {
        // From an ancestor: its number is a candidate by itself.
        if (vertex < get(semi, visited)) set(semi, visited, vertex);
      } else if (visited !== vertex && get(semi, visited) !== 0) {
        const entry = list + ((<usize>entries) << 3);
        store<u32>(entry, get(heads, visited));
        store<u32>(entry + 4, vertex);
        set(heads, visited, entries++);
      }
    } else {
      if (vertex === first) break;
      vertex = get(parent, vertex);
      edge = get(next, vertex);
      end = get(firstEdge, get(order, vertex) + 1);
    }
  }
  store<u32>(listLength, entries);
  return count;
}

/** Leaves the immediate dominators by vertex in `parent` and by node in `number`. `path` has room for every vertex. */
export function semiNca(
  count: u32,
  number: usize,
  order: usize,
  parent: usize,
  ancestor: usize,
  semi: usize,
  label: usize,
  list: usize,
  path: usize,
): void {
  memory.copy(ancestor, parent, (<usize>count) << 2);
  for (let w = count - 1; w > 0; w--) {
    let least = get(semi, w);
    for (let i = get(label, w); i !== NONE && least > 0; ) {
      const entry = list + ((<usize>i) << 3);
      const v = load<u32>(entry + 4);
      i = load<u32>(entry);
      const s = evaluate(v, w, ancestor, label, path);
      if (s < least) least = s;
    }
    set(semi, w, least);
    set(label, w, least);
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

/** The least semidominator on the forest path above `v` as far as vertex `w`, compressing that path. */
function evaluate(v: u32, w: u32, ancestor: usize, label: usize, path: usize): u32 {
  let top = v;
  let above = get(ancestor, top);
  if (above <= w) return get(label, top);
  let depth: u32 = 0;
  do {
    set(path, depth++, top);
    top = above;
    above = get(ancestor, top);
  } while (above > w);
  let least = get(label, top);
  while (depth > 0) {
    const u = get(path, --depth);
    const own = get(label, u);
    if (least < own) set(label, u, least);
    else least = own;
    set(ancestor, u, above);
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
