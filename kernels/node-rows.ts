import { set } from './memory';
import { commasOf, endsOf, faultsOf, numbersOf, pairOf } from './number-pairs';
import { COMMA, field, LINE_BREAK_AND_COMMA, readRow, skipNumbers, word } from './row';

/** How most rows of Node 20 and 22 go on after the sixth number: a comma, a zero, a line break and a comma. */
const ZERO_AND_LINE_BREAK: u32 = 0x2c0a_302c;

/**
 * Rows that begin with type, name, id, self size and edge count, and have one field more at least; the fields after these are
 * passed over. The first six numbers are read two by two; where they are too long for that, the row is read digit by digit.
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
  const typeCount = word(state, 8);
  const edgeCount = word(state, 10);
  let row = word(state, 0);
  let edges = word(state, 9);
  let maxName = word(state, 11);
  while (row < count) {
    while (row < count) {
      if (at >= end) break;
      const bytes = v128.load(at);
      const moreBytes = v128.load(at, 16);
      let ends = endsOf(bytes) | (endsOf(moreBytes) << 16);
      const commas = commasOf(bytes) | (commasOf(moreBytes) << 16);
      const wrong: u32 = ctz(ends ^ commas);
      const typeEnd: u32 = ctz(ends);
      ends &= ends - 1;
      const nameEnd: u32 = ctz(ends);
      if (nameEnd > 16) break;
      ends &= ends - 1;
      const idEnd: u32 = ctz(ends) - nameEnd - 1;
      ends &= ends - 1;
      const sizeEnd: u32 = ctz(ends);
      if (sizeEnd - nameEnd > 17) break;
      ends &= ends - 1;
      const moreEnd: u32 = ctz(ends) - sizeEnd - 1;
      const sixthEnd: u32 = ctz(ends & (ends - 1));
      if (sixthEnd - sizeEnd > 17) break;
      if (wrong < sixthEnd) break;
      const pair = pairOf(typeEnd, nameEnd);
      const typeAndName = numbersOf(bytes, pair);
      const idPair = pairOf(idEnd, sizeEnd - nameEnd - 1);
      const idAndSize = numbersOf(v128.load(at + nameEnd, 1), idPair);
      const morePair = pairOf(moreEnd, sixthEnd - sizeEnd - 1);
      const moreAndSixth = numbersOf(v128.load(at + sizeEnd, 1), morePair);
      const faults = v128.or(faultsOf(typeAndName, pair), faultsOf(idAndSize, idPair));
      if (v128.any_true(v128.or(faults, faultsOf(moreAndSixth, morePair)))) break;
      let next = at + sixthEnd;
      if (width === 7 && load<u32>(next) === ZERO_AND_LINE_BREAK) next += 4;
      else {
        if (load<u16>(next) === LINE_BREAK_AND_COMMA) next++;
        if (load<u8>(next) !== COMMA) break;
        next = skipNumbers(next + 1, width - 6);
        if (next === 0) break;
      }
      const type = <u32>i32x4.extract_lane(typeAndName, 0);
      if (type >= typeCount) break;
      const more = <u32>i32x4.extract_lane(moreAndSixth, 0);
      if (more > edgeCount - edges) break;
      const name = <u32>i32x4.extract_lane(typeAndName, 1);
      store<u8>(types + row, <u8>type);
      set(names, row, name);
      set(ids, row, <u32>i32x4.extract_lane(idAndSize, 0));
      set(sizes, row, <u32>i32x4.extract_lane(idAndSize, 1));
      maxName = max(maxName, name);
      edges += more;
      row++;
      set(firstEdges, row, edges);
      at = next;
    }
    if (row === count || at >= end) break;
    let next = readRow(at, state, 6);
    if (next === 0) break;
    next = skipNumbers(next, width - 6);
    if (next === 0) break;
    const type = field(state, 0);
    const name = field(state, 1);
    const id = field(state, 2);
    const size = field(state, 3);
    const more = field(state, 4);
    if (type >= typeCount || (name | id | size) >> 32 !== 0 || more > edgeCount - edges) break;
    store<u8>(types + row, <u8>type);
    set(names, row, <u32>name);
    set(ids, row, <u32>id);
    set(sizes, row, <u32>size);
    maxName = max(maxName, <u32>name);
    edges += <u32>more;
    row++;
    set(firstEdges, row, edges);
    at = next;
  }
  store<u32>(state, row);
  store<u32>(state + (9 << 2), edges);
  store<u32>(state + (11 << 2), maxName);
  return at;
}
