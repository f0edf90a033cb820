import type { Fail } from './damage.ts';

/** Bytes of the JSON grammar. */
export const QUOTE = 0x22;
export const BACKSLASH = 0x5c;
export const COMMA = 0x2c;
export const COLON = 0x3a;
export const OPEN_BRACKET = 0x5b;
export const CLOSE_BRACKET = 0x5d;
export const OPEN_BRACE = 0x7b;
export const CLOSE_BRACE = 0x7d;
export const DIGIT_0 = 0x30;
export const DIGIT_9 = 0x39;

export function isWhitespace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

export function isHexDigit(byte: number): boolean {
  return (
    (byte >= DIGIT_0 && byte <= DIGIT_9) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66)
  );
}

/** May the byte follow a backslash inside a JSON string (besides `u`)? */
export function isSimpleEscape(byte: number): boolean {
  return '"\\/bfnrt'.includes(String.fromCharCode(byte));
}

/**
 * Reads one JSON value from bytes that arrive in pieces of any length.
 * Keeps its own state, so a piece may end anywhere, even inside a number or an escape.
 */
export interface ValueReader {
  /** True once the value is complete; `feed` is not called again. */
  readonly done: boolean;
  /** What is missing, for the message when the bytes end before the value does. */
  readonly progress: string;
  /** Consumes bytes from `at` up to `end` or to the end of the value; returns the index after the last one. */
  feed(bytes: Uint8Array, at: number, end: number): number;
}

/**
 * Passes over one value of any kind, and hands over its text if somebody wants it: nested, with strings;
 * only the brackets and string ends are checked.
 */
export class AnyValue implements ValueReader {
  done = false;
  readonly progress = 'the value has no end';
  readonly #fail: Fail;
  readonly #maxTextBytes: number;
  #text: Uint8Array[] = [];
  #textBytes = 0;
  /** Closing brackets still to come, innermost last. */
  #open: number[] = [];
  #inString = false;
  #escaped = false;
  #inScalar = false;

  /** Keeps the text when `maxTextBytes` is positive, and fails when the text is longer. */
  constructor(fail: Fail, maxTextBytes = 0) {
    this.#fail = fail;
    this.#maxTextBytes = maxTextBytes;
  }

  /** The text of the value, once `done`. */
  get text(): string {
    return Buffer.concat(this.#text).toString('utf8');
  }

  feed(bytes: Uint8Array, at: number, end: number): number {
    const stop = this.#skip(bytes, at, end);
    if (this.#maxTextBytes > 0) {
      this.#textBytes += stop - at;
      if (this.#textBytes > this.#maxTextBytes) this.#fail('the value is too long', at);
      this.#text.push(bytes.slice(at, stop));
    }
    return stop;
  }

  #skip(bytes: Uint8Array, start: number, end: number): number {
    for (let at = start; at < end; at++) {
      const byte = bytes[at]!;
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (byte === BACKSLASH) this.#escaped = true;
        else if (byte === QUOTE) {
          this.#inString = false;
          if (this.#closed()) return at + 1;
        }
      } else if (byte === QUOTE) this.#inString = true;
      else if (byte === OPEN_BRACKET) this.#open.push(CLOSE_BRACKET);
      else if (byte === OPEN_BRACE) this.#open.push(CLOSE_BRACE);
      else if (byte === CLOSE_BRACKET || byte === CLOSE_BRACE) {
        if (this.#inScalar && this.#closed()) return at;
        if (this.#open.pop() !== byte) this.#fail('a bracket is closed that was not opened', at);
        if (this.#closed()) return at + 1;
      } else if (this.#open.length === 0) {
        const separator = byte === COMMA || isWhitespace(byte);
        if (separator && this.#inScalar && this.#closed()) return at;
        if (byte === COMMA) this.#fail('a value is missing', at);
        if (!separator) this.#inScalar = true;
      }
    }
    return end;
  }

  #closed(): boolean {
    if (this.#open.length === 0) this.done = true;
    return this.done;
  }
}
