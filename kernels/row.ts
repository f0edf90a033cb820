/**
 * One row of a table of numbers, digit by digit: what all kernels of rows do where their own way does not suffice.
 *
 * Such a kernel takes rows while they are complete, valid and followed by a comma, and returns where the first row begins
 * that is not. The plain reader (`src/ingest/number-table.ts`) takes that row, and says what is wrong with it if anything
 * is. The byte at `end` is overwritten, so that no number runs beyond it; of the bytes behind it a few are read, and do not
 * count.
 *
 * `state` holds 32-bit words, shared with `src/ingest/fast-rows.ts`, and from word 32 on one row of 64-bit fields.
 */
const ROW: usize = 128;

export const COMMA: u32 = 44;
/** Node 20 and 22 write a line break before the comma that ends a row. */
export const LINE_BREAK_AND_COMMA: u32 = 0x2c0a;

export function word(state: usize, index: u32): u32 {
  return load<u32>(state + (index << 2));
}

export function field(state: usize, index: u32): u64 {
  return load<u64>(state + ROW + ((<usize>index) << 3));
}

/** Sets fields `index` and `index + 1` to the 32-bit numbers of the lower two lanes. */
export function storeFields(state: usize, index: u32, numbers: v128): void {
  v128.store(state + ROW + ((<usize>index) << 3), i64x2.extend_low_i32x4_u(numbers));
}

/** Reads the row at `at` into the state; returns where the next one begins, or 0. */
export function readRow(at: usize, state: usize, width: u32): usize {
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
    if (load<u16>(at) === LINE_BREAK_AND_COMMA) at++;
    if (load<u8>(at) !== COMMA) return 0;
    at++;
    store<u64>(state + ROW + ((<usize>f) << 3), value);
  }
  return at;
}

/** Passes over numbers and the comma after each; returns what follows, or 0. */
export function skipNumbers(at: usize, numbers: u32): usize {
  for (; numbers > 0; numbers--) {
    const start = at;
    while (<u32>load<u8>(at) - 48 <= 9) at++;
    if (at === start || !isProper(start, at)) return 0;
    if (load<u16>(at) === LINE_BREAK_AND_COMMA) at++;
    if (load<u8>(at) !== COMMA) return 0;
    at++;
  }
  return at;
}

/** Do the digits from `start` to `end` make a number that is exact, and without a needless zero? */
function isProper(start: usize, end: usize): bool {
  const digits = end - start;
  return digits === 1 || (digits <= 15 && load<u8>(start) !== 48);
}
