import { nextHash, placeLabels } from './labels';
import { get, set } from './memory';
import { endsOf, faultsOf, numbersOf, pairOf } from './number-pairs';
import { COMMA, field, LINE_BREAK_AND_COMMA, readRow, word } from './row';

/** A digit and the comma behind it, at least. */
const DIGIT_AND_COMMA: u32 = 0x2c30;
/** What follows the sixteen bytes ends a number too, or is found to be none. */
const END_OF_BYTES: u32 = 1 << 16;

/**
 * Rows of exactly type, name or index, and target: two thirds of every snapshot. Types have one digit. Name and target are
 * read together; where they are too long for that, the row is read digit by digit.
 *
 * Words: 0 rows so far, 1 row count; 2 types there are, 3 and 4 inverse and rotation for division by the
 * node width; 5 node count, 6 node whose edges are being read; 7–9 columns target, first edge,
 * first label; 10–13 what `kernels/labels.ts` needs.
 */
export function edgeRows(at: usize, end: usize, state: usize): usize {
  store<u8>(end, 0);
  const typeCount = word(state, 2);
  const inverse = word(state, 3);
  const rotation = word(state, 4);
  const nodeCount = word(state, 5);
  const targets = <usize>word(state, 7);
  const firstEdges = <usize>word(state, 8);
  const firstLabels = <usize>word(state, 9);
  const labels = <usize>word(state, 10);
  const places = <usize>word(state, 11);
  const labelTypes = <usize>word(state, 12);
  const labelNames = <usize>word(state, 13);
  const lastTarget = targets + (word(state, 1) << 2);
  let target = targets + (word(state, 0) << 2);
  let node = word(state, 6);
  let nodeEnd = get(firstEdges, node + 1);
  let nodeTarget = targets + (nodeEnd << 2);
  const label = get(labels, 0) + word(state, 0) - get(firstEdges, node);
  let labelType = labelTypes + label;
  let labelName = labelNames + (label << 2);
  let hash = get(labels, 1);
  while (target !== lastTarget) {
    while (target === nodeTarget) {
      const length = nodeEnd - get(firstEdges, node);
      set(firstLabels, node, placeLabels(length, hash, labels, places, labelTypes, labelNames));
      nodeEnd = get(firstEdges, ++node + 1);
      nodeTarget = targets + (nodeEnd << 2);
      labelType = labelTypes + get(labels, 0);
      labelName = labelNames + (get(labels, 0) << 2);
      hash = 0;
    }
    while (target !== nodeTarget) {
      if (at >= end) break;
      const type = <u32>load<u16>(at) - DIGIT_AND_COMMA;
      if (type >= typeCount) break;
      const bytes = v128.load(at, 2);
      const ends = endsOf(bytes);
      const nameEnd: u32 = ctz(ends);
      const offsetEnd: u32 = ctz((ends & (ends - 1)) | END_OF_BYTES);
      const pair = pairOf(nameEnd, offsetEnd);
      if (load<u8>(at + nameEnd, 2) !== COMMA) break;
      let next = at + offsetEnd + 3;
      const separator = <u32>load<u16>(at + offsetEnd, 2);
      if (separator === LINE_BREAK_AND_COMMA) next++;
      else if ((separator & 0xff) !== COMMA) break;
      const numbers = numbersOf(bytes, pair);
      if (v128.any_true(faultsOf(numbers, pair))) break;
      const name = <u32>i32x4.extract_lane(numbers, 0);
      const offset = <u32>i32x4.extract_lane(numbers, 1);
      const to = rotr(offset * inverse, rotation);
      if (to >= nodeCount) break;

      store<u8>(labelType++, <u8>type);
      store<u32>(labelName, name);
      store<u32>(target, to);
      labelName += 4;
      target += 4;
      hash = nextHash(hash, type, name);
      at = next;
    }
    if (target === nodeTarget) continue;
    const next = at < end ? readRow(at, state, 3) : 0;
    if (next === 0) break;
    const type = field(state, 0);
    const name = field(state, 1);
    const offset = field(state, 2);
    if (type >= typeCount || (name | offset) >> 32 !== 0) break;
    const to = rotr(<u32>offset * inverse, rotation);
    if (to >= nodeCount) break;
    store<u8>(labelType++, <u8>type);
    store<u32>(labelName, <u32>name);
    store<u32>(target, to);
    labelName += 4;
    target += 4;
    hash = nextHash(hash, <u32>type, <u32>name);
    at = next;
  }
  store<u32>(state, (target - targets) >>> 2);
  store<u32>(state + (6 << 2), node);
  set(labels, 1, hash);
  return at;
}
