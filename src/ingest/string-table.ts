import { isUtf8 } from 'node:buffer';
import type { Workspace } from '../kernels/workspace.ts';
import type { Fail } from './damage.ts';
import { FastRows } from './fast-rows.ts';
import {
  BACKSLASH,
  CLOSE_BRACKET,
  COMMA,
  isHexDigit,
  isSimpleEscape,
  isWhitespace,
  OPEN_BRACKET,
  QUOTE,
  type ValueReader,
} from './json-tokens.ts';

const SMALL_U = 0x75;
/** A text of so many bytes is hardly ever a part of others, so that to look for its bytes is fastest. */
const LONG_BYTES = 12;
const MAX_CACHED = 1 << 12;
/** `\\u0000`: bytes that one UTF-16 unit may take. */
const LONGEST_ESCAPE = 6;

/**
 * The strings of a snapshot as they stand in the file: one run of bytes, still escaped, and where each
 * string begins in it. Text is decoded when it is asked for, so that no limit of V8 on the length of a string
 * or the size of its heap matters.
 */
export class StringTable {
  readonly count: number;
  /** Contents of all strings, one after the other, without quotes. */
  readonly bytes: Uint8Array;
  /** Length count + 1: where each string begins in `bytes`. */
  readonly starts: Uint32Array;
  /** Do the bytes and the starts lie in the arena of the snapshot? */
  readonly isInArena: boolean;
  readonly #buffer: Buffer;
  #decoded = new Map<number, string>();
  #found = new Map<string, number>();
  /** Indices of the short strings that were looked for, by their length. */
  readonly #short = new Map<number, readonly number[]>();
  /** Indices of the strings with an escape in them. */
  #escaped: readonly number[] | undefined;

  constructor(bytes: Uint8Array, starts: Uint32Array, isInArena = false) {
    this.bytes = bytes;
    this.starts = starts;
    this.isInArena = isInArena;
    this.count = starts.length - 1;
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Text of a string; the empty string for an index that is not in the table. */
  text(index: number): string {
    const known = this.#decoded.get(index);
    if (known !== undefined) return known;
    if (!(index >= 0 && index < this.count)) return '';
    const escaped = this.#buffer.toString('utf8', this.starts[index], this.starts[index + 1]);
    const text = escaped.includes('\\') ? (JSON.parse(`"${escaped}"`) as string) : escaped;
    if (this.#decoded.size === MAX_CACHED) this.#decoded.clear();
    this.#decoded.set(index, text);
    return text;
  }

  /** Index of the first string with exactly this text, or -1. */
  indexOf(text: string): number {
    let index = this.#found.get(text);
    if (index === undefined) {
      index = this.#search(text);
      this.#found.set(text, index);
    }
    return index;
  }

  /** Indices of the strings that contain `text` and no escape inside it, ascending. */
  containing(text: string): number[] {
    const wanted = Buffer.from(text);
    const bytes = this.#buffer;
    const indices: number[] = [];
    for (let at = bytes.indexOf(wanted), index = 0; at >= 0; ) {
      index = this.#at(at, index);
      const end = this.starts[index + 1]!;
      const inside = at + wanted.length <= end;
      if (inside) indices.push(index);
      at = bytes.indexOf(wanted, inside ? end : at + 1);
    }
    return indices;
  }

  #search(text: string): number {
    const exact = JSON.stringify(text) === `"${text}"` ? this.#searchBytes(Buffer.from(text)) : -1;
    for (const index of this.#escapedStrings()) {
      if (exact >= 0 && index > exact) break;
      const length = this.starts[index + 1]! - this.starts[index]!;
      if (length > text.length && length <= text.length * LONGEST_ESCAPE && this.text(index) === text)
        return index;
    }
    return exact;
  }

  #searchBytes(wanted: Uint8Array): number {
    const { bytes, starts } = this;
    const length = wanted.length;
    if (length >= LONG_BYTES) {
      for (
        let at = this.#buffer.indexOf(wanted), index = 0;
        at >= 0;
        at = this.#buffer.indexOf(wanted, at + 1)
      ) {
        index = this.#at(at, index);
        // Of empty strings before it, which begin there as well, it is the last.
        if (starts[index] === at && starts[index + 1] === at + length) return index;
      }
      return -1;
    }
    for (const index of this.#ofLength(length)) {
      const start = starts[index]!;
      let same = 0;
      while (same < length && bytes[start + same] === wanted[same]) same++;
      if (same === length) return index;
    }
    return -1;
  }

  #ofLength(length: number): readonly number[] {
    const { starts } = this;
    let indices = this.#short.get(length);
    if (indices === undefined) {
      const found: number[] = [];
      for (let index = 0; index < this.count; index++)
        if (starts[index + 1]! - starts[index]! === length) found.push(index);
      indices = found;
      this.#short.set(length, indices);
    }
    return indices;
  }

  #escapedStrings(): readonly number[] {
    if (this.#escaped === undefined) this.#escaped = this.containing('\\');
    return this.#escaped;
  }

  /** The last string that begins at or before an offset, from string `low` on. Quick when it is not far from there. */
  #at(offset: number, low: number): number {
    let high = low;
    for (let step = 1; high < this.count - 1 && this.starts[high]! <= offset; step *= 2) {
      low = high;
      high = Math.min(high + step, this.count - 1);
    }
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** What may come next. */
const ARRAY = 0;
const FIRST_STRING = 1;
const STRING = 2;
const SEPARATOR = 3;
const BODY = 4;
const ESCAPE = 5;
const HEX = 6;

/** `"",`: no string takes less of the section. */
const LEAST_BYTES = 3;

/** Reads the array of strings into a `StringTable`, checking escapes and UTF-8. */
export class StringArray implements ValueReader {
  done = false;
  readonly #fail: Fail;
  #expected: number = ARRAY;
  #hexDigits = 0;
  #ascii = true;
  #bytes: Uint8Array;
  #length = 0;
  #starts: Uint32Array;
  #count = 0;

  readonly #workspace: Workspace | undefined;
  /** State of the kernel, while the strings go into the arena. */
  #fast: FastRows | undefined;

  /** `expectedBytes` is an upper estimate of the section's size, or 0; right or not, the result is the same. */
  constructor(expectedBytes: number, fail: Fail, workspace?: Workspace) {
    this.#fail = fail;
    const mostStrings = Math.ceil(expectedBytes / LEAST_BYTES) + 2;
    if (
      workspace === undefined ||
      expectedBytes === 0 ||
      !workspace.arena.hasRoom(expectedBytes + 4 * mostStrings)
    ) {
      this.#bytes = new Uint8Array(Math.max(expectedBytes, 1 << 12));
      this.#starts = new Uint32Array((this.#bytes.length >>> 5) + 16);
      return;
    }
    const { arena, kernels } = workspace;
    this.#workspace = workspace;
    this.#fast = new FastRows(arena, kernels.plainStrings, [0, 0, mostStrings - 2, expectedBytes]);
    this.#bytes = arena.bytes(expectedBytes);
    this.#starts = arena.uint32(mostStrings);
    this.#fast.words.set([this.#starts.byteOffset, this.#bytes.byteOffset], 4);
  }

  get progress(): string {
    return `the text ends after ${this.#count} complete strings`;
  }

  /** All strings are in: gives back what they did not need. */
  end(): void {
    this.#starts = this.#starts.subarray(0, this.#count + 1);
    this.#starts[this.#count] = this.#length;
    this.#bytes = this.#bytes.subarray(0, this.#length);
    if (this.#fast !== undefined)
      this.#workspace!.arena.release(this.#starts.byteOffset + this.#starts.byteLength);
  }

  /** The strings, after `end`. */
  get table(): StringTable {
    return new StringTable(this.#bytes, this.#starts, this.#fast !== undefined);
  }

  feed(bytes: Uint8Array, start: number, end: number): number {
    this.#reserve(end - start);
    for (let at = start; at < end; at++) {
      const byte = bytes[at]!;
      if (this.#expected === BODY) {
        at = this.#copyBody(bytes, at, end);
        continue;
      }
      if (this.#expected >= ESCAPE) this.#escape(byte, at);
      else if (byte === QUOTE && (this.#expected === STRING || this.#expected === FIRST_STRING)) {
        const next = this.#takePlain(bytes, at, end);
        if (next === at) this.#begin(at);
        else at = next - 1;
      } else if (byte === COMMA && this.#expected === SEPARATOR) this.#expected = STRING;
      else if (byte === CLOSE_BRACKET && (this.#expected === SEPARATOR || this.#expected === FIRST_STRING)) {
        this.done = true;
        return at + 1;
      } else if (byte === OPEN_BRACKET && this.#expected === ARRAY) this.#expected = FIRST_STRING;
      else if (!isWhitespace(byte)) this.#fail('expected an array of strings', at);
    }
    return end;
  }

  /** Lets the kernel take strings from the quote at `at` on; returns the index after them and what separates them. */
  #takePlain(bytes: Uint8Array, at: number, end: number): number {
    if (this.#fast === undefined) return at;
    const { words } = this.#fast;
    words[0] = this.#count;
    words[1] = this.#length;
    const next = this.#fast.take(bytes, at, end).at;
    this.#count = words[0]!;
    this.#length = words[1]!;
    if (next > at) this.#expected = STRING;
    return next;
  }

  /** Copies up to the closing quote or a backslash; returns the index of the last byte consumed. */
  #copyBody(bytes: Uint8Array, start: number, end: number): number {
    const copy = this.#bytes;
    let length = this.#length;
    let bits = 0;
    let at = start;
    for (; at < end; at++) {
      const byte = bytes[at]!;
      if (byte === QUOTE || byte === BACKSLASH) break;
      if (byte < 0x20) this.#fail('a control character stands inside a string', at);
      bits |= byte;
      copy[length++] = byte;
    }
    this.#length = length;
    if (bits >= 0x80) this.#ascii = false;
    if (at === end) return at;
    if (bytes[at] === QUOTE) this.#end(at);
    else {
      copy[this.#length++] = BACKSLASH;
      this.#expected = ESCAPE;
    }
    return at;
  }

  #escape(byte: number, at: number): void {
    this.#bytes[this.#length++] = byte;
    if (this.#expected === HEX) {
      if (!isHexDigit(byte)) this.#fail('an escape \\u is not followed by four hexadecimal digits', at);
      this.#hexDigits++;
      if (this.#hexDigits === 4) this.#expected = BODY;
    } else if (byte === SMALL_U) {
      this.#expected = HEX;
      this.#hexDigits = 0;
    } else if (isSimpleEscape(byte)) this.#expected = BODY;
    else this.#fail('a backslash is followed by a character that is no escape', at);
  }

  #begin(at: number): void {
    if (this.#count + 2 > this.#starts.length)
      this.#starts = grown(this.#starts, Uint32Array, this.#count * 2);
    if (this.#length > 0xffff_ffff) this.#fail('the strings take more than 4 GiB', at);
    this.#starts[this.#count] = this.#length;
    this.#ascii = true;
    this.#expected = BODY;
  }

  #end(at: number): void {
    if (!this.#ascii && !isUtf8(this.#bytes.subarray(this.#starts[this.#count]!, this.#length))) {
      this.#fail(`string ${this.#count} is not UTF-8`, at);
    }
    this.#count++;
    this.#expected = SEPARATOR;
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    this.#bytes = grown(this.#bytes, Uint8Array, Math.max(needed, this.#length * 1.5));
    this.#fast = undefined;
  }
}

function grown<T extends Uint8Array | Uint32Array>(
  array: T,
  type: new (length: number) => T,
  length: number,
): T {
  const larger = new type(Math.ceil(length));
  larger.set(array);
  return larger;
}
