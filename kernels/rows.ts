import { nextHash, placeLabels } from './labels';
import { get, set } from './memory';

/**
 * The inner loops of `src/ingest/number-table.ts`: whole rows of well-formed numbers straight into the columns.
 *
 * A kernel takes rows while they are complete, valid and followed by a comma, and returns where the first row begins
 * that is not. The plain reader takes that row, and says what is wrong with it if anything is. The byte at `end` is
 * overwritten, so that no number runs beyond it.
 *
 * `state` holds 32-bit words, shared with `src/ingest/fast-rows.ts`, and from word 32 on one row of 64-bit fields.
 */
const ROW: usize = 128;

/** What `digit` says of them. */
const COMMA: u32 = -4;
const LINE_BREAK: u32 = -38;
const DIGIT_AND_COMMA: u32 = 0x2c30;
/** How Node 20 and 22 end most rows of nodes: two zeroes and a line break. */
const TWO_ZEROES: u32 = 0x0a30_2c30;
/** Numbers of so many digits always fit into 32 bits. */
const SAFE_DIGITS: usize = 9;

function word(state: usize, index: u32): u32 {
  return load<u32>(state + (index << 2));
}

function field(state: usize, index: u32): u64 {
  return load<u64>(state + ROW + ((<usize>index) << 3));
}

/** Reads one row at `at` into the state; returns where the next one begins, or 0. */
function readRow(at: usize, state: usize, width: u32): usize {
  for (let f: u32 = 0; f < width; f++) {
    let digit = <u32>load<u8>(at) - 48;
    if (digit > 9) return 0;
    const start = at;
    let value: u64 = digit;
    for (;;) {
      digit = <u32>load<u8>(++at) - 48;
      if (digit > 9) break;
      value = value * 10 + digit;
    }
    if (!isProper(start, at)) return 0;
    // Node 20 and 22 write a line break before the comma.
    if (digit + 48 === 10) at++;
    if (load<u8>(at) !== 44) return 0;
    at++;
    store<u64>(state + ROW + ((<usize>f) << 3), value);
  }
  return at;
}

/**
 * Rows that begin with type, name, id, self size and edge count; the fields after these are passed over.
 *
 * Words: 0 rows so far, 1 row count, 2 width; 3–7 columns type, name, id, size, first edge; 8 types there are, 9 edges so
 * far, 10 edge count, 11 greatest name so far.
 */
export function nodeRows(at: usize, end: usize, state: usize): usize {
  store<u8>(end, 0);
  const count = word(state, 1);
  const width = word(state, 2);
  const types = <usize>word(state, 3);
  const names = <usize>word(state, 4);
  const ids = <usize>word(state, 5);
  const sizes = <usize>word(state, 6);
  const firstEdges = <usize>word(state, 7);
  const typeCount = <u64>word(state, 8);
  const edgeCount = <u64>word(state, 10);
  let row = word(state, 0);
  let edges = <u64>word(state, 9);
  let maxName = word(state, 11);
  let p: usize = 0;
  while (row < count && at < end) {
    const typeStart = at;
    let type: u64 = <u32>load<u8>(typeStart) - 48;
    if (type > 9) break;
    p = typeStart + 1;
    for (;;) {
      const digit = <u32>load<u8>(p) - 48;
      if (digit > 9) break;
      type = type * 10 + digit;
      p++;
    }
    if (load<u8>(p) !== 44 || !isProper(typeStart, p)) break;

    const nameStart = p + 1;
    let name: u64 = <u32>load<u8>(nameStart) - 48;
    if (name > 9) break;
    p = nameStart + 1;
    for (;;) {
      const digit = <u32>load<u8>(p) - 48;
      if (digit > 9) break;
      name = name * 10 + digit;
      p++;
    }
    if (load<u8>(p) !== 44 || !isProper(nameStart, p)) break;

    const idStart = p + 1;
    let id: u64 = <u32>load<u8>(idStart) - 48;
    if (id > 9) break;
    p = idStart + 1;
    for (;;) {
      const digit = <u32>load<u8>(p) - 48;
      if (digit > 9) break;
      id = id * 10 + digit;
      p++;
    }
    if (load<u8>(p) !== 44 || !isProper(idStart, p)) break;

    const sizeStart = p + 1;
    let size: u64 = <u32>load<u8>(sizeStart) - 48;
    if (size > 9) break;
    p = sizeStart + 1;
    for (;;) {
      const digit = <u32>load<u8>(p) - 48;
      if (digit > 9) break;
      size = size * 10 + digit;
      p++;
    }
    if (load<u8>(p) !== 44 || !isProper(sizeStart, p)) break;

    const moreStart = p + 1;
    let more: u64 = <u32>load<u8>(moreStart) - 48;
    if (more > 9) break;
    p = moreStart + 1;
    for (;;) {
      const digit = <u32>load<u8>(p) - 48;
      if (digit > 9) break;
      more = more * 10 + digit;
      p++;
    }
    if (load<u8>(p) !== 44 || !isProper(moreStart, p)) break;

    p = restOfRow(p + 1, width - 5);
    if (p === 0) break;
    if (type >= typeCount || (name | id | size) >> 32 !== 0 || edges + more > edgeCount) break;
    store<u8>(types + row, <u8>type);
    set(names, row, <u32>name);
    set(ids, row, <u32>id);
    set(sizes, row, <u32>size);
    if (<u32>name > maxName) maxName = <u32>name;
    edges += more;
    row++;
    set(firstEdges, row, <u32>edges);
    at = p;
  }
  store<u32>(state, row);
  store<u32>(state + (9 << 2), <u32>edges);
  store<u32>(state + (11 << 2), maxName);
  return at;
}

/** Passes over numbers, which mostly are 0, and the comma after each; returns what follows, or 0. */
function restOfRow(at: usize, numbers: u32): usize {
  if (numbers === 2 && load<u32>(at) === TWO_ZEROES && load<u8>(at, 4) === 44) return at + 5;
  for (; numbers > 0; numbers--) {
    const start = at;
    while (<u32>load<u8>(at) - 48 <= 9) at++;
    if (at === start || !isProper(start, at)) return 0;
    // Node 20 and 22 write a line break before the comma.
    if (load<u8>(at) === 10) at++;
    if (load<u8>(at) !== 44) return 0;
    at++;
  }
  return at;
}

/**
 * Rows of exactly type, name or index, and target: two thirds of every snapshot. Numbers below a thousand million are all
 * that is taken, and digits by threes, because that is fastest.
 *
 * Words: 0 rows so far, 1 row count; 2 types there are, 3 node width, 4 node count; 5 node whose edges are being read;
 * 6–8 columns target, first edge, first label; 9–12 what `kernels/labels.ts` needs.
 */
export function edgeRows(at: usize, end: usize, state: usize): usize {
  store<u8>(end, 0);
  const count = word(state, 1);
  const typeCount = word(state, 2);
  const nodeWidth = <u64>word(state, 3);
  const nodeCount = <u64>word(state, 4);
  const targets = <usize>word(state, 6);
  const firstEdges = <usize>word(state, 7);
  const firstLabels = <usize>word(state, 8);
  const labels = <usize>word(state, 9);
  const places = <usize>word(state, 10);
  const labelTypes = <usize>word(state, 11);
  const labelNames = <usize>word(state, 12);
  const inverse = ((<u64>1) << 34) / nodeWidth + 1;
  let row = word(state, 0);
  let node = word(state, 5);
  let nodeEnd = get(firstEdges, node + 1);
  let label = get(labels, 0) + row - get(firstEdges, node);
  let hash = get(labels, 1);
  while (row < count && at < end) {
    // Edge types have one digit. It and the comma at once.
    const type = <u32>load<u16>(at) - DIGIT_AND_COMMA;
    if (type >= typeCount) break;

    const nameStart = at + 2;
    let name: u32 = digit(nameStart);
    let next = digit(nameStart, 1);
    if (name > 9 || (name === 0 && next <= 9)) break;
    let p = nameStart + 1;
    while (next <= 9) {
      name = name * 10 + next;
      next = digit(p, 1);
      if (next > 9) {
        p++;
        break;
      }
      name = name * 10 + next;
      next = digit(p, 2);
      if (next > 9) {
        p += 2;
        break;
      }
      name = name * 10 + next;
      next = digit(p, 3);
      p += 3;
    }
    if (next !== COMMA || p - nameStart > SAFE_DIGITS) break;

    const offsetStart = p + 1;
    let offset: u32 = digit(offsetStart);
    next = digit(offsetStart, 1);
    if (offset > 9 || (offset === 0 && next <= 9)) break;
    p = offsetStart + 1;
    while (next <= 9) {
      offset = offset * 10 + next;
      next = digit(p, 1);
      if (next > 9) {
        p++;
        break;
      }
      offset = offset * 10 + next;
      next = digit(p, 2);
      if (next > 9) {
        p += 2;
        break;
      }
      offset = offset * 10 + next;
      next = digit(p, 3);
      p += 3;
    }
    if (p - offsetStart > SAFE_DIGITS) break;
    // Node 20 and 22 write a line break before the comma.
    if (next === LINE_BREAK) next = digit(++p);
    if (next !== COMMA) break;

    // Exact where there is no remainder; anything else fails the test.
    const to = (<u64>offset * inverse) >> 34;
    if (to * nodeWidth !== offset || to >= nodeCount) break;
    while (row === nodeEnd) {
      set(
        firstLabels,
        node,
        placeLabels(row - get(firstEdges, node), hash, labels, places, labelTypes, labelNames),
      );
      nodeEnd = get(firstEdges, ++node + 1);
      label = get(labels, 0);
      hash = 0;
    }
    store<u8>(labelTypes + label, <u8>type);
    set(labelNames, label, <u32>name);
    label++;
    hash = nextHash(hash, type, <u32>name);
    set(targets, row, <u32>to);
    row++;
    at = p + 1;
  }
  store<u32>(state, row);
  store<u32>(state + (5 << 2), node);
  set(labels, 1, hash);
  return at;
}

/**
 * Rows of locations, four words each at `words`. Words: 0 rows so far, 1 rows there is room for, 2 width, 3–6 fields node,
 * script, line, column; 7 words, 8 node width, 9 node count.
 */
export function locationRows(at: usize, end: usize, state: usize): usize {
  store<u8>(end, 0);
  const room = word(state, 1);
  const width = word(state, 2);
  const nodeField = word(state, 3);
  const scriptField = word(state, 4);
  const lineField = word(state, 5);
  const columnField = word(state, 6);
  const words = <usize>word(state, 7);
  const nodeWidth = <u64>word(state, 8);
  const nodeCount = <u64>word(state, 9);
  let row = word(state, 0);
  while (row < room && at < end) {
    const next = readRow(at, state, width);
    if (next === 0) break;
    const offset = field(state, nodeField);
    const script = field(state, scriptField);
    const line = field(state, lineField);
    const column = field(state, columnField);
    const node = offset / nodeWidth;
    if (node * nodeWidth !== offset || node >= nodeCount || (script | line | column) >> 32 !== 0) break;
    const to = words + ((<usize>row) << 4);
    store<u32>(to, <u32>node);
    store<u32>(to, <u32>script, 4);
    store<u32>(to, <u32>line, 8);
    store<u32>(to, <u32>column, 12);
    row++;
    at = next;
  }
  store<u32>(state, row);
  return at;
}

/** A digit's value, or something above 9. */
function digit(at: usize, offset: usize = 0): u32 {
  return <u32>load<u8>(at + offset) - 48;
}

/** Do the digits from `start` to `end` make a number that is exact, and without a needless zero? */
function isProper(start: usize, end: usize): bool {
  const digits = end - start;
  return digits === 1 || (digits <= 15 && load<u8>(start) !== 48);
}
