import { get, set } from './memory';

/** As in `src/ingest/label-rows.ts`. */
const SETS: u32 = 1 << 15;
const FACTOR: u32 = 0x9e37_79b1;

/** The hash of a row of labels with one label more. */
export function nextHash(hash: u32, type: u32, name: u32): u32 {
  return (hash ^ name ^ (type << 27)) * FACTOR;
}

/**
 * `LabelRows.place` of `src/ingest/label-rows.ts`: the row of `length` labels has been written behind the labels taken so
 * far, the first word at `labels`. Returns where it stands.
 */
export function placeLabels(
  length: u32,
  hash: u32,
  labels: usize,
  places: usize,
  types: usize,
  names: usize,
): u32 {
  const at = ((hash ^ (hash >>> 15)) & (SETS - 1)) * 2;
  const made = get(labels, 0);
  const first = get(places, at);
  if (first !== 0 && isSame(first - 1, made, length, types, names)) return first - 1;
  const second = get(places, at + 1);
  set(places, at + 1, first);
  if (second !== 0 && isSame(second - 1, made, length, types, names)) {
    set(places, at, second);
    return second - 1;
  }
  set(places, at, made + 1);
  set(labels, 0, made + length);
  return made;
}

/** How much of four labels counts, by how many are left. */
const MASKS: usize = memory.data<u32>(
  [0, 0, 0, 0, -1, 0, 0, 0, -1, -1, 0, 0, -1, -1, -1, 0, -1, -1, -1, -1],
  16,
);

/** Four labels at a time; what stands behind the last one is read, and does not count. */
function isSame(known: u32, made: u32, length: u32, types: usize, names: usize): bool {
  if (known + length > made) return false;
  let knownName = names + ((<usize>known) << 2);
  let madeName = names + ((<usize>made) << 2);
  let knownType = types + known;
  let madeType = types + made;
  let left = <i32>length;
  while (left > 4) {
    const different = v128.xor(v128.load(knownName), v128.load(madeName));
    if (v128.any_true(different)) return false;
    if (load<u32>(knownType) !== load<u32>(madeType)) return false;
    knownName += 16;
    madeName += 16;
    knownType += 4;
    madeType += 4;
    left -= 4;
  }
  const different = v128.and(
    v128.xor(v128.load(knownName), v128.load(madeName)),
    v128.load((<usize>left) << 4, MASKS),
  );
  if (v128.any_true(different)) return false;
  return ((load<u32>(knownType) ^ load<u32>(madeType)) & <u32>(((<u64>1) << (left << 3)) - 1)) === 0;
}
