import { get, set } from './memory';

const QUOTE: u32 = 34;
const BACKSLASH: u32 = 92;
const COMMA: u32 = 44;
const SMALL_U: u32 = 117;

/** The same byte eight times, and the highest bit of each. */
const ONES: u64 = u64.MAX_VALUE / 255;
const HIGH: u64 = ONES * 128;

/**
 * The inner loop of `src/ingest/string-table.ts`: whole strings of plain ASCII, each followed by a comma
 * and white space, copied to the table, escapes and all. Begins at a quote, and returns where the first string begins that is something
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
      const eight = load<u64>(from);
      if (isPlain(eight)) {
        store<u64>(to, eight);
        to += 8;
        from += 8;
        continue;
      }
      const byte = <u32>load<u8>(from);
      if (byte === BACKSLASH) {
        const length = escapeLength(from);
        if (length === 0) break;
        store<u16>(to, load<u16>(from));
        if (length > 2) store<u32>(to, load<u32>(from, 2), 2);
        to += length;
        from += length;
        continue;
      }
      if (byte === QUOTE || byte - 32 >= 96) break;
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

/** Are all eight bytes ASCII, and none of them a quote, a backslash or a control character? */
function isPlain(eight: u64): bool {
  const quotes = eight ^ (ONES * QUOTE);
  const backslashes = eight ^ (ONES * BACKSLASH);
  return ((eight | (eight - ONES * 32) | (quotes - ONES) | (backslashes - ONES)) & HIGH) === 0;
}

/** Bytes of the escape whose backslash stands there, or 0 if it is none. */
function escapeLength(at: usize): usize {
  const kind = <u32>load<u8>(at, 1);
  if (kind !== SMALL_U) return isSimpleEscape(kind) ? 2 : 0;
  for (let digit: usize = 2; digit < 6; digit++) if (!isHexDigit(<u32>load<u8>(at + digit))) return 0;
  return 6;
}

/** One of `"\\/bfnrt`. */
function isSimpleEscape(byte: u32): bool {
  switch (byte) {
    case 34:
    case 92:
    case 47:
    case 98:
    case 102:
    case 110:
    case 114:
    case 116:
      return true;
    default:
      return false;
  }
}

function isHexDigit(byte: u32): bool {
  return byte - 48 <= 9 || (byte | 32) - 97 <= 5;
}
