import type { Arena } from '../kernels/arena.ts';

/** Rows that a kernel took from the bytes of an arena. */
export interface RowsTaken {
  /** Index after the last row taken. */
  readonly at: number;
  readonly rows: number;
}

type Kernel = (at: number, end: number, state: number) => number;

/** So many bytes a kernel looks ahead. */
export const BYTES_AHEAD = 64;
/** Words of a kernel's state, and after them one row of 64-bit fields. */
const WORDS = 32;
const MAX_WIDTH = 16;

/**
 * Hands bytes to a kernel of `kernels/node-rows.ts` and its like, which takes well-formed rows many times faster than plain JavaScript
 * and leaves the rest alone. `words` are the words of the kernel's state; the first counts the rows.
 */
export class FastRows {
  readonly words: Uint32Array;
  readonly #kernel: Kernel;

  constructor(arena: Arena, kernel: Kernel, words: readonly number[]) {
    this.words = arena.uint32(WORDS + 2 * MAX_WIDTH).subarray(0, WORDS);
    this.words.set(words);
    this.#kernel = kernel;
  }

  /**
   * Takes nothing from ordinary memory, in which the first bytes of a file lie. In the arena there are to be
   * `BYTES_AHEAD` more bytes at `end`, of which the first is overwritten.
   */
  take(bytes: Uint8Array, at: number, end: number): RowsTaken {
    if (!(bytes.buffer instanceof SharedArrayBuffer)) return { at, rows: 0 };
    const before = this.words[0]!;
    const base = bytes.byteOffset;
    const next = this.#kernel(base + at, base + end, this.words.byteOffset) >>> 0;
    return { at: next - base, rows: this.words[0]! - before };
  }
}

/** Can a kernel read rows of so many fields? */
export function isFastWidth(width: number): boolean {
  return width <= MAX_WIDTH;
}
