import { commasOf, endsOf, faultsOf, numbersOf, pairOf } from './number-pairs';
import { COMMA, field, LINE_BREAK_AND_COMMA, readRow, storeFields, word } from './row';

/**
 * Rows of locations, four words each at `words`. Where there are four fields, they are read two by two; where they are too
 * long for that, the row is read digit by digit.
 *
 * Words: 0 rows so far, 1 rows there is room for, 2 width, 3–6 fields node, script, line, column; 7 words, 8 node width, 9
 * node count.
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
    let next = width === 4 ? readPairs(at, state) : 0;
    if (next === 0) next = readRow(at, state, width);
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

/** As `readRow` does with four numbers of up to eight digits that end within 32 bytes; otherwise 0. */
function readPairs(at: usize, state: usize): usize {
  const head = v128.load(at);
  const more = v128.load(at, 16);
  let ends = endsOf(head) | (endsOf(more) << 16);
  const commas = commasOf(head) | (commasOf(more) << 16);
  const wrong: u32 = ctz(ends ^ commas);
  const first: u32 = ctz(ends);
  ends &= ends - 1;
  const second: u32 = ctz(ends);
  ends &= ends - 1;
  const third: u32 = ctz(ends);
  const fourth: u32 = ctz(ends & (ends - 1));
  if (wrong < fourth || second > 16 || fourth - second > 17) return 0;
  const pair = pairOf(first, second);
  const nextPair = pairOf(third - second - 1, fourth - second - 1);
  const numbers = numbersOf(head, pair);
  const nextNumbers = numbersOf(v128.load(at + second, 1), nextPair);
  if (v128.any_true(v128.or(faultsOf(numbers, pair), faultsOf(nextNumbers, nextPair)))) return 0;
  storeFields(state, 0, numbers);
  storeFields(state, 2, nextNumbers);
  const separator = <u32>load<u16>(at + fourth);
  if (separator === LINE_BREAK_AND_COMMA) return at + fourth + 2;
  return (separator & 0xff) === COMMA ? at + fourth + 1 : 0;
}
