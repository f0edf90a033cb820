import type { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { Arena } from '../kernels/arena.ts';
import { Workspace } from '../kernels/workspace.ts';
import { formatBytes } from '../shared/bytes.ts';
import { InputError } from '../shared/errors.ts';
import { type ByteSource, bytesOf, PIECE_BYTES } from './bytes-of.ts';
import { damaged, type Fail, foreign } from './damage.ts';
import { BYTES_AHEAD } from './fast-rows.ts';
import {
  AnyValue,
  CLOSE_BRACE,
  COLON,
  COMMA,
  isWhitespace,
  OPEN_BRACE,
  QUOTE,
  type ValueReader,
} from './json-tokens.ts';
import { LocationColumns } from './location-columns.ts';
import { readLayout, type SnapshotLayout } from './meta.ts';
import { NumberTable } from './number-table.ts';
import type { Snapshot } from './snapshot.ts';
import { SnapshotColumns } from './snapshot-columns.ts';
import { StringArray } from './string-table.ts';

export interface ReadOptions {
  /** Called now and then with the bytes read so far and, where known, the bytes there are. */
  readonly onProgress?: (bytesRead: number, totalBytes: number | undefined) => void;
  /** `plain` reads without WebAssembly, `kernels` with it even where that does not pay. The result is the same. */
  readonly engine?: 'plain' | 'kernels';
  /** Bytes of memory that may be taken; what the machine or the container has to give when left out. */
  readonly memoryBytes?: number;
}

/**
 * Reads a heap snapshot of any Node line into columns.
 *
 * `input` is a file (plain, gzip, zstd or brotli), `-` for standard input, or a stream. The bytes pass once
 * through a reused buffer; memory grows with the tables, not with the text.
 * Throws `InputError` naming section and byte for whatever is damaged or is no snapshot: never a part of one.
 */
export async function readSnapshot(input: string | Readable, options: ReadOptions = {}): Promise<Snapshot> {
  const source = bytesOf(input);
  const document = new SnapshotDocument(source, options);
  let pieces = 0;
  for await (const piece of source.pieces(() => document.buffer)) {
    document.push(piece);
    options.onProgress?.(document.bytesRead, source.size);
    if (++pieces % PIECES_AT_A_TIME === 0) await setImmediate();
  }
  return document.end();
}

/** Enough for the head, and little more: what comes with it is copied to where the kernels can read it. */
const FIRST_PIECE_BYTES = 1 << 12;
/** After so many pieces, a few hundredths of a second, signals and timers get their turn. */
const PIECES_AT_A_TIME = 32;

/** Bytes that the machine or the container can give, or no limit where Node does not tell. */
function availableMemory(): number {
  const { availableMemory } = process as { availableMemory?: () => number };
  return availableMemory?.() ?? Number.POSITIVE_INFINITY;
}

/** What may come next in the outermost object. */
const OBJECT = 0;
const FIRST_KEY = 1;
const KEY = 2;
const COLON_AFTER_KEY = 3;
const VALUE = 4;
const SEPARATOR = 5;
const NOTHING = 6;

/** Below this, kernels save less than they cost to set up. */
const FEW_EDGES = 50_000;
/** Bytes of memory that a node and an edge take, the analysis included. */
const NODE_BYTES = 48;
const EDGE_BYTES = 9;
/** Bytes of an arena that they take at most while they are read. */
const NODE_COLUMN_BYTES = 21;
const EDGE_COLUMN_BYTES = 9;
const MAX_ARENA_BYTES = 0xfff0_0000;

const MAX_KEY_BYTES = 256;
const MAX_HEAD_BYTES = 1 << 24;

/** The outermost object of the file: gives each section to its reader, and refuses what does not fit. */
class SnapshotDocument {
  bytesRead = 0;
  /** Where the next piece is best put. */
  buffer: Uint8Array = new Uint8Array(FIRST_PIECE_BYTES);
  readonly #source: ByteSource;
  readonly #options: ReadOptions;
  readonly #fail: Fail = (what, at) => {
    throw damaged(this.#source.name, this.#section, this.bytesRead + at, what);
  };
  readonly #seen = new Set<string>();
  #expected = OBJECT;
  #section = '';
  #reader: ValueReader | undefined;
  #head: AnyValue | undefined;
  #layout: SnapshotLayout | undefined;
  #columns: SnapshotColumns | undefined;
  #locations: LocationColumns | undefined;
  #strings: StringArray | undefined;

  constructor(source: ByteSource, options: ReadOptions) {
    this.#source = source;
    this.#options = options;
  }

  /** Takes the next bytes. Kernels see them only where the arena is, so that is where they go. */
  push(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      const { buffer } = this;
      const length = Math.min(buffer.length, bytes.length - at);
      const piece = buffer.subarray(0, length);
      if (bytes.byteOffset !== buffer.byteOffset || bytes.buffer !== buffer.buffer) {
        piece.set(bytes.subarray(at, at + length));
      }
      at += this.#read(piece);
    }
  }

  /** Returns how many bytes it took: not all when the place for them has changed meanwhile. */
  #read(bytes: Uint8Array): number {
    const { buffer } = this;
    let at = 0;
    while (at < bytes.length && this.buffer === buffer) {
      at = this.#reader === undefined ? this.#structure(bytes, at) : this.#value(this.#reader, bytes, at);
    }
    this.bytesRead += at;
    return at;
  }

  /** The snapshot, once every byte was pushed. */
  end(): Snapshot {
    const file = this.#source.name;
    if (this.bytesRead === 0) throw foreign(file, 'it is empty');
    if (this.#expected !== NOTHING) this.#fail(this.#reader?.progress ?? 'the text ends too early', 0);
    this.#section = '';
    for (const section of ['nodes', 'edges', 'strings']) {
      if (!this.#seen.has(section)) this.#fail(`there is no section "${section}"`, 0);
    }
    const problem = this.#columns!.finish(this.#strings!.table, this.#locations);
    if (typeof problem !== 'string') return problem;
    return this.#fail(problem, 0);
  }

  /** One byte between the sections. */
  #structure(bytes: Uint8Array, at: number): number {
    const byte = bytes[at]!;
    if (isWhitespace(byte)) return at + 1;
    if (this.#expected === VALUE) {
      this.#reader = this.#readerOf(this.#section, at);
      return at;
    }
    if (this.#expected === OBJECT) {
      if (byte !== OPEN_BRACE) throw foreign(this.#source.name, 'it does not begin with {');
      this.#expected = FIRST_KEY;
    } else if (byte === QUOTE && (this.#expected === KEY || this.#expected === FIRST_KEY)) {
      this.#reader = new AnyValue(this.#fail, MAX_KEY_BYTES);
      return at;
    } else if (byte === COLON && this.#expected === COLON_AFTER_KEY) this.#expected = VALUE;
    else if (byte === COMMA && this.#expected === SEPARATOR) this.#expected = KEY;
    else if (byte === CLOSE_BRACE && (this.#expected === SEPARATOR || this.#expected === FIRST_KEY)) {
      this.#expected = NOTHING;
    } else if (this.#expected === NOTHING) this.#fail('something follows the end of the snapshot', at);
    else this.#fail('the sections are not separated as JSON demands', at);
    return at + 1;
  }

  #value(reader: ValueReader, bytes: Uint8Array, start: number): number {
    const at = reader.feed(bytes, start, bytes.length);
    if (!reader.done) return at;
    this.#reader = undefined;
    if (this.#expected === VALUE) {
      if (reader === this.#head) this.#layout = readLayout(this.#source.name, this.#head.text);
      if (this.#section === 'nodes' || this.#section === 'edges') this.#checkRows(at);
      if (this.#section === 'locations') this.#locations?.end();
      if (this.#section === 'strings') this.#strings!.end();
      this.#expected = SEPARATOR;
    } else {
      this.#beginSection((reader as AnyValue).text, at);
      this.#expected = COLON_AFTER_KEY;
    }
    return at;
  }

  #beginSection(quoted: string, at: number): void {
    try {
      this.#section = JSON.parse(quoted) as string;
    } catch {
      this.#fail('the name of a section is not a JSON string', at);
    }
    if (this.#seen.has(this.#section)) this.#fail('the section comes twice', at);
    if (this.#seen.size === 0 && this.#section !== 'snapshot') {
      throw foreign(this.#source.name, `it begins with "${this.#section}" instead of "snapshot"`);
    }
    this.#seen.add(this.#section);
  }

  #readerOf(section: string, at: number): ValueReader {
    if (section === 'snapshot') {
      this.#head = new AnyValue(this.#fail, MAX_HEAD_BYTES);
      return this.#head;
    }
    const layout = this.#layout!;
    const columns = this.#columnsFor(layout, at);
    if (section === 'nodes')
      return new NumberTable(columns.nodeRow, columns.addNode, this.#fail, columns.takeNodes);
    if (section === 'edges') {
      if (!this.#seen.has('nodes')) this.#fail('the section comes before "nodes"', at);
      const { row, add, takeRows } = this.#allocated(() => columns.edges);
      return new NumberTable(row, add, this.#fail, takeRows);
    }
    if (section === 'locations' && layout.location !== undefined) {
      this.#locations = new LocationColumns(layout, columns.workspace);
      const { row, add, takeRows } = this.#locations;
      // A script compiled with an offset may begin before its first line or column.
      return new NumberTable(row, add, this.#fail, takeRows, true);
    }
    if (section === 'strings') {
      this.#strings = new StringArray(this.#bytesLeft(at), this.#fail, columns.workspace);
      return this.#strings;
    }
    return new AnyValue(this.#fail);
  }

  #columnsFor(layout: SnapshotLayout, at: number): SnapshotColumns {
    if (this.#columns !== undefined) return this.#columns;
    const { nodeCount, edgeCount } = layout;
    const leastBytes = 2 * (nodeCount * layout.node.width + edgeCount * layout.edge.width);
    if (this.#source.size !== undefined && leastBytes > this.#source.size) {
      this.#fail(`${nodeCount} nodes and ${edgeCount} edges are announced, more than fit into the file`, at);
    }
    const needed = nodeCount * NODE_BYTES + edgeCount * EDGE_BYTES;
    const available = this.#options.memoryBytes ?? availableMemory();
    if (needed > available) {
      throw new InputError(
        `${this.#source.name} needs about ${formatBytes(needed)} of memory for its ${nodeCount} nodes and ${edgeCount} edges, but only ${formatBytes(available)} are to be had.`,
        'Analyse it on a machine with more memory, or give the container more.',
      );
    }
    this.#columns = this.#allocated(() => {
      const workspace = this.#workspaceFor(layout);
      if (workspace !== undefined) {
        this.buffer = workspace.arena.bytes(PIECE_BYTES + BYTES_AHEAD).subarray(0, PIECE_BYTES);
      }
      return new SnapshotColumns(layout, workspace);
    });
    return this.#columns;
  }

  #allocated<T>(allocate: () => T): T {
    try {
      return allocate();
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      const { nodeCount, edgeCount } = this.#layout!;
      throw new InputError(
        `${this.#source.name} announces ${nodeCount} nodes and ${edgeCount} edges, more than this machine can hold.`,
        'Analyse it on a machine with more memory.',
        { cause: error },
      );
    }
  }

  /** Undefined where plain arrays serve as well: small heaps, or such as need more than an arena has. */
  #workspaceFor({ nodeCount, edgeCount }: SnapshotLayout): Workspace | undefined {
    const pays = this.#options.engine === 'kernels' || edgeCount > FEW_EDGES;
    if (this.#options.engine === 'plain' || !pays) return undefined;
    const needed = nodeCount * NODE_COLUMN_BYTES + edgeCount * EDGE_COLUMN_BYTES;
    if (needed > MAX_ARENA_BYTES) return undefined;
    return Workspace.over(new Arena());
  }

  #checkRows(at: number): void {
    const columns = this.#columns!;
    const problem = this.#section === 'nodes' ? columns.missingNodes() : columns.edges.end();
    if (problem !== undefined) this.#fail(problem, at);
  }

  #bytesLeft(at: number): number {
    return this.#source.size === undefined ? 0 : this.#source.size - this.bytesRead - at;
  }
}
