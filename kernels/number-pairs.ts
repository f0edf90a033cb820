/**
 * Two decimal numbers at once, out of sixteen bytes in which each is followed by a byte that is no digit.
 *
 * After Langdale and Lemire, "Parsing Gigabytes of JSON per Second" (2019): where the numbers end is found by comparing all
 * bytes together, so that no branch depends on how long they are; and then digits are joined to pairs, pairs to fours, and
 * fours to eights. A table says for each two ends where the digits go: those of the first number to the end of the lower
 * eight bytes, those of the second to the end of the upper eight.
 */

const MOST_DIGITS: u32 = 8;
const BYTES: u32 = 16;
/** For ends of up to 32, which is where `ctz` sees one when there is none, and 16. */
const TABLE_ROWS: i32 = 16 * 32 + 16 + 1;
/** Of no byte; gives a zero. */
const NOWHERE: u8 = 0xff;

/** By `pairOf`: where each of sixteen digits comes from. */
const SOURCES: usize = memory.data(TABLE_ROWS * 16, 16);
/** By `pairOf`: the least first and second number of so many digits. */
const LEAST: usize = memory.data(TABLE_ROWS * 8, 16);

/** Added to a digit, the first gives the second or more, and to any other byte less, as signed numbers. */
const BIAS: usize = memory.data<u32>([0x4646_4646, 0x4646_4646, 0x4646_4646, 0x4646_4646], 16);
const LEAST_DIGIT: usize = memory.data<u32>([0x7676_7676, 0x7676_7676, 0x7676_7676, 0x7676_7676], 16);
const COMMAS: usize = memory.data<u32>([0x2c2c_2c2c, 0x2c2c_2c2c, 0x2c2c_2c2c, 0x2c2c_2c2c], 16);
const LOW_BITS: usize = memory.data<u32>([0x0f0f_0f0f, 0x0f0f_0f0f, 0x0f0f_0f0f, 0x0f0f_0f0f], 16);
/** Ten times the lower byte and once the upper one, in the upper byte. */
const TENS: usize = memory.data<u32>([0x0a01_0a01, 0x0a01_0a01, 0x0a01_0a01, 0x0a01_0a01], 16);
const HUNDREDS: usize = memory.data<u16>([100, 1, 100, 1, 100, 1, 100, 1], 16);
const MYRIADS: usize = memory.data<u16>([10_000, 1, 10_000, 1, 10_000, 1, 10_000, 1], 16);

for (let row = 0; row < 2 * TABLE_ROWS; row++) store<i32>(LEAST + (row << 2), i32.MAX_VALUE);
for (let first: u32 = 1; first <= MOST_DIGITS; first++) {
  for (let second = first + 2; second <= first + 1 + MOST_DIGITS && second <= BYTES; second++) {
    const digits = second - first - 1;
    const pair = pairOf(first, second);
    store<u32>(LEAST + pair * 8, least(first));
    store<u32>(LEAST + pair * 8, least(digits), 4);
    for (let lane: u32 = 0; lane < 8; lane++) {
      const source = SOURCES + pair * 16 + lane;
      store<u8>(source, lane + first >= 8 ? <u8>(lane + first - 8) : NOWHERE);
      store<u8>(source, lane + digits >= 8 ? <u8>(lane + second - 8) : NOWHERE, 8);
    }
  }
}

/** The least number of so many digits that has no needless zero. */
function least(digits: u32): u32 {
  let number: u32 = digits === 1 ? 0 : 1;
  for (let more = digits; more > 1; more--) number *= 10;
  return number;
}

/** A bit for each of sixteen bytes that is no digit. */
export function endsOf(bytes: v128): u32 {
  return i8x16.bitmask(i8x16.lt_s(i8x16.add(bytes, v128.load(BIAS)), v128.load(LEAST_DIGIT)));
}

/** A bit for each of sixteen bytes that is a comma. */
export function commasOf(bytes: v128): u32 {
  return i8x16.bitmask(i8x16.eq(bytes, v128.load(COMMAS)));
}

/** Two numbers of which the first ends at `first`, and the second at `second`, 16 at most. */
export function pairOf(first: u32, second: u32): usize {
  return (first << 4) + second;
}

/** The first number in lane 0, the second in lane 1. Only valid where `faultsOf` finds nothing. */
export function numbersOf(bytes: v128, pair: usize): v128 {
  const digits = v128.and(i8x16.swizzle(bytes, v128.load(pair << 4, SOURCES)), v128.load(LOW_BITS));
  const pairs = i16x8.shr_u(i16x8.mul(digits, v128.load(TENS)), 8);
  const fours = i32x4.dot_i16x8_s(pairs, v128.load(HUNDREDS));
  return i32x4.dot_i16x8_s(i16x8.narrow_i32x4_u(fours, fours), v128.load(MYRIADS));
}

/** Lanes that are not zero where a number has a needless zero, or not one to eight digits. */
export function faultsOf(numbers: v128, pair: usize): v128 {
  return i32x4.gt_s(v128.load64_zero(pair << 3, LEAST), numbers);
}
