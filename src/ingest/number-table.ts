import type { Fail } from './damage.ts';
import type { RowsTaken } from './fast-rows.ts';
import {
  CLOSE_BRACKET,
  COMMA,
  DIGIT_0,
  DIGIT_9,
  isWhitespace,
  OPEN_BRACKET,
  type ValueReader,
} from './json-tokens.ts';

/** Longest number accepted: below 2^53, so that every one is exact. */
const MAX_DIGITS = 15;
const SMALLEST_WITH_DIGITS = Array.from({ length: MAX_DIGITS + 1 }, (_, digits) =>
  digits < 2 ? 0 : 10 ** (digits - 1),
);

const MINUS = 0x2d;
const UINT32_VALUES = 2 ** 32;

/** What may come next. */
const ARRAY = 0;
const FIRST_NUMBER = 1;
const NUMBER = 2;
const SEPARATOR = 3;

/** Takes whole well-formed rows from `at` on, as many as there are before `end`. */
export type TakeRows = (bytes: Uint8Array, at: number, end: number) => RowsTaken;

/**
 * A flat JSON array of non-negative integers, cut into rows of `row.length` fields. Where negative ones are allowed
 * they are taken modulo 2^32, which is how older lines of V8 write them.
 *
 * Digits become numbers byte by byte, without any string in between. `store` is called with each complete
 * row in `row` and returns what is wrong with it, or undefined. `takeRows`, where there is one, may take well-formed
 * rows by itself; it stops before the first that is not, and `store` then says what is wrong.
 */
export class NumberTable implements ValueReader {
  done = false;
  /** Complete rows so far. */
  rows = 0;
  readonly #row: Float64Array;
  readonly #store: () => string | undefined;
  readonly #takeRows: TakeRows | undefined;
  readonly #fail: Fail;
  #expected: typeof ARRAY | typeof FIRST_NUMBER | typeof NUMBER | typeof SEPARATOR = ARRAY;
  #value = 0;
  #digits = 0;
  #field = 0;
  #isNegative = false;
  readonly #allowsNegative: boolean;

  constructor(
    row: Float64Array,
    store: () => string | undefined,
    fail: Fail,
    takeRows?: TakeRows,
    allowsNegative = false,
  ) {
    this.#row = row;
    this.#store = store;
    this.#takeRows = takeRows;
    this.#fail = fail;
    this.#allowsNegative = allowsNegative;
  }

  get progress(): string {
    return `the text ends after ${this.rows} complete rows`;
  }

  feed(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    if (this.#expected === ARRAY) {
      while (at < end && isWhitespace(bytes[at]!)) at++;
      if (at === end) return at;
      if (bytes[at++] !== OPEN_BRACKET) this.#fail('expected an array', at - 1);
      this.#expected = FIRST_NUMBER;
    }
    if (this.#takeRows === undefined) return this.#read(bytes, at, end, false);
    while (at < end && !this.done) {
      if (this.#isAtRow) {
        const taken = this.#takeRows(bytes, at, end);
        this.rows += taken.rows;
        at = taken.at;
        // Each row was taken with the comma behind it.
        if (taken.rows > 0) this.#expected = NUMBER;
      }
      at = this.#read(bytes, at, end, true);
    }
    return at;
  }

  /** Is the next byte the first of a row? */
  get #isAtRow(): boolean {
    return (
      this.#field === 0 &&
      this.#digits === 0 &&
      !this.#isNegative &&
      (this.#expected === NUMBER || this.#expected === FIRST_NUMBER)
    );
  }

  get #mayBeNegative(): boolean {
    return this.#allowsNegative && !this.#isNegative && this.#expected !== SEPARATOR;
  }

  /** Reads on, to the beginning of the next row if `oneRow`. */
  #read(bytes: Uint8Array, start: number, end: number, oneRow: boolean): number {
    let at = start;
    let value = this.#value;
    let digits = this.#digits;
    for (; at < end; at++) {
      const byte = bytes[at]!;
      if (byte >= DIGIT_0 && byte <= DIGIT_9) {
        if (digits === 0 && this.#expected === SEPARATOR) this.#fail('a comma is missing', at);
        value = value * 10 + (byte - DIGIT_0);
        digits++;
        continue;
      }
      if (digits > 0) {
        this.#number(value, digits, at);
        value = 0;
        digits = 0;
      }
      if (byte === MINUS && this.#mayBeNegative) {
        this.#isNegative = true;
      } else if (byte === COMMA) {
        if (this.#expected !== SEPARATOR) this.#fail('a number is missing', at);
        this.#expected = NUMBER;
        if (oneRow && this.#field === 0) {
          this.#value = 0;
          this.#digits = 0;
          return at + 1;
        }
      } else if (byte === CLOSE_BRACKET) {
        if (this.#expected === NUMBER || this.#isNegative) this.#fail('a number is missing', at);
        if (this.#field !== 0) this.#fail(`row ${this.rows} ends after ${this.#field} fields`, at);
        this.done = true;
        return at + 1;
      } else if (!isWhitespace(byte)) {
        this.#fail(`expected a non-negative integer, found ${printable(byte)}`, at);
      }
    }
    this.#value = value;
    this.#digits = digits;
    return at;
  }

  #number(value: number, digits: number, at: number): void {
    if (digits > MAX_DIGITS) this.#fail(`a number has ${digits} digits`, at);
    if (value < SMALLEST_WITH_DIGITS[digits]!) this.#fail('a number starts with a zero', at);
    this.#expected = SEPARATOR;
    this.#row[this.#field++] = this.#isNegative ? UINT32_VALUES - value : value;
    this.#isNegative = false;
    if (this.#field < this.#row.length) return;
    this.#field = 0;
    const problem = this.#store();
    if (problem !== undefined) this.#fail(`row ${this.rows}: ${problem}`, at);
    this.rows++;
  }
}

function printable(byte: number): string {
  return byte > 0x20 && byte < 0x7f
    ? `'${String.fromCharCode(byte)}'`
    : `byte 0x${byte.toString(16).padStart(2, '0')}`;
}
