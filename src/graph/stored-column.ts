import { readSync } from 'node:fs';
import { InputError } from '../shared/errors.ts';

export type Column = Uint8Array | Uint32Array | Int32Array | Float64Array;

/** By name, so that a file can say what a column is made of. */
export const COLUMN_KINDS = { Uint8Array, Uint32Array, Int32Array, Float64Array } as const;
export type ColumnKind = keyof typeof COLUMN_KINDS;

/** Where a column stands in its file. */
export interface ColumnPlace {
  readonly kind: ColumnKind;
  /** Bytes from the beginning of the file. */
  readonly offset: number;
  /** Elements. */
  readonly length: number;
}

/** Elements of a page, a power of two. */
const PAGE = 1 << 12;
/** Whoever wants elements from more pages than that wants them all. */
const MOST_PAGES = 512;
/** At most so many bytes in one system call. */
export const CALL_BYTES = 1 << 30;

/** A column in a file: read as a whole for loops over the heap, in pages for questions about single nodes. */
export class StoredColumn {
  readonly #descriptor: number;
  readonly #place: ColumnPlace;
  readonly #pages = new Map<number, Column>();
  #whole: Column | undefined;

  constructor(descriptor: number, place: ColumnPlace) {
    this.#descriptor = descriptor;
    this.#place = place;
  }

  /** All elements. @throws InputError when the file ends too early */
  get whole(): Column {
    this.#whole ??= this.#read(0, this.#place.length);
    return this.#whole;
  }

  /** One element, of an index that is in the column. @throws InputError when the file ends too early */
  at(index: number): number {
    if (this.#whole !== undefined) return this.#whole[index]!;
    const first = index - (index % PAGE);
    let page = this.#pages.get(first);
    if (page === undefined) {
      if (this.#pages.size === MOST_PAGES) return this.whole[index]!;
      page = this.#read(first, Math.min(first + PAGE, this.#place.length));
      this.#pages.set(first, page);
    }
    return page[index - first]!;
  }

  /** The elements from one index up to another. @throws InputError when the file ends too early */
  slice(from: number, to: number): Column {
    return this.#whole?.subarray(from, to) ?? this.#read(from, to);
  }

  #read(from: number, to: number): Column {
    const { kind, offset } = this.#place;
    const column = new COLUMN_KINDS[kind](to - from);
    const bytes = new Uint8Array(column.buffer);
    const start = offset + from * column.BYTES_PER_ELEMENT;
    for (let done = 0; done < bytes.length; ) {
      const length = Math.min(CALL_BYTES, bytes.length - done);
      const read = readSync(this.#descriptor, bytes, done, length, start + done);
      if (read === 0)
        throw new InputError('The index file ends too early.', 'Delete it and run the command again.');
      done += read;
    }
    return column;
  }
}
