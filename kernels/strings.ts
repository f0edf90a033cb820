import { get, set } from './memory';

const QUOTE: u32 = 34;
const BACKSLASH: u32 = 92;
const COMMA: u32 = 44;

/**
 * The inner loop of `src/ingest/string-table.ts`: whole strings of plain ASCII without escapes, each followed by a comma
 * and white space, copied to the table. Begins at a quote, and returns where the first string begins that is something
 * else or incomplete. The byte at `end` is overwritten, so that no string runs beyond it.
 *
 * Words of `state`: 0 strings so far, 1 bytes so far, 2 strings there is room for, 3 bytes there is room for, 4 starts,
 * 5 bytes.
 */
export function plainStrings(at: usize, end: usize, state: usize): usize {
  store<u8>(end, 0);
  const room = get(state, 2);
  const bytes = <usize>get(state, 5);
  const starts = <usize>get(state, 4);
  let count = get(state, 0);
  let length = get(state, 1);
  if (<u64>length + <u64>(end - at) > <u64>get(state, 3)) return at;
  while (count < room && load<u8>(at) === QUOTE) {
    let from = at + 1;
    let to = bytes + length;
    for (;;) {
      const byte = <u32>load<u8>(from);
      if (byte === QUOTE || byte === BACKSLASH || byte - 32 >= 96) break;
      store<u8>(to++, <u8>byte);
      from++;
    }
    if (load<u8>(from) !== QUOTE || load<u8>(from, 1) !== COMMA || from + 1 >= end) break;
    from += 2;
    while (<u32>load<u8>(from) === 10 || <u32>load<u8>(from) === 32 || <u32>load<u8>(from) === 13) from++;
    set(starts, count++, length);
    length = <u32>(to - bytes);
    at = from;
  }
  set(state, 0, count);
  set(state, 1, length);
  return at;
}
