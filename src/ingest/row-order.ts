/** Bits of the keys that one pass sorts by. */
const DIGIT_BITS = 11;
const DIGITS = 1 << DIGIT_BITS;

/**
 * The rows of a table in the order of one of their words, equal ones in the order of the table; undefined where they lie in
 * that order already. `words` has `width` words a row.
 *
 * Least significant digit first (Knuth, "The Art of Computer Programming", volume 3, 5.2.5): a counting sort for each
 * eleven bits. O(rows).
 */
export function rowsInOrder(words: Uint32Array, width: number, word: number): Uint32Array | undefined {
  const count = words.length / width;
  let greatest = 0;
  let isOrdered = true;
  for (let at = word; at < words.length; at += width) {
    const key = words[at]!;
    if (key < greatest) isOrdered = false;
    else greatest = key;
  }
  if (isOrdered) return undefined;
  let rows = new Uint32Array(count);
  for (let row = 0; row < count; row++) rows[row] = row;
  let sorted = new Uint32Array(count);
  for (let shift = 0; shift < 32 && greatest >>> shift > 0; shift += DIGIT_BITS) {
    const placeOf = new Uint32Array(DIGITS + 1);
    for (let at = word; at < words.length; at += width) {
      placeOf[((words[at]! >>> shift) & (DIGITS - 1)) + 1]!++;
    }
    for (let digit = 0; digit < DIGITS; digit++) placeOf[digit + 1]! += placeOf[digit]!;
    for (let at = 0; at < count; at++) {
      const row = rows[at]!;
      sorted[placeOf[(words[row * width + word]! >>> shift) & (DIGITS - 1)]!++] = row;
    }
    [rows, sorted] = [sorted, rows];
  }
  return rows;
}
