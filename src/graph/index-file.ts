import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { Locations } from '../ingest/locations.ts';
import type { Snapshot } from '../ingest/snapshot.ts';
import { type HeapColumns, snapshotOf } from '../ingest/snapshot-of.ts';
import { StringTable } from '../ingest/string-table.ts';
import { InputError } from '../shared/errors.ts';
import { buildHeapGraph } from './build-heap-graph.ts';
import type { EdgeRules, GraphTables, HeapGraph } from './heap-graph.ts';
import { CALL_BYTES, type Column, type ColumnKind, type ColumnPlace, StoredColumn } from './stored-column.ts';
import { PAGED_COLUMNS, type PagedColumns, StoredGraph } from './stored-graph.ts';

/**
 * An analysed heap on disk, so that the next command on the same snapshot starts at once.
 *
 * Columns and tables as they lie in memory, each read when it is first asked for. Begins with a line of JSON that says
 * where each of them is, which snapshot it belongs to, and which rules the tables follow. A change of the format changes
 * `FORMAT`; an index of another format, another byte order or another snapshot is as good as none.
 */
const FORMAT = 'leakscan index 3';

const COLUMNS = [
  'nodeType',
  'nodeName',
  'nodeId',
  'selfSize',
  'firstEdge',
  'edgeTo',
  'firstLabel',
  'labelType',
  'labelName',
] as const satisfies readonly (keyof Snapshot)[];

/** Tables that cost more to compute than to read. */
export const STORED_TABLES = [
  'strong',
  'selfSize',
  'distance',
  'dominator',
  'retainedSize',
  'firstRetainer',
  'retainerEdge',
  'firstDominated',
  'dominated',
] as const satisfies readonly (keyof GraphTables)[];

export type StoredTables = Partial<Pick<GraphTables, (typeof STORED_TABLES)[number]>>;

interface Section extends ColumnPlace {
  readonly name: string;
}

interface Head {
  readonly format: string;
  readonly littleEndian: boolean;
  readonly identity: string;
  readonly rules: EdgeRules;
  readonly nodeCount: number;
  readonly edgeCount: number;
  readonly nodeTypes: readonly string[];
  readonly edgeTypes: readonly string[];
  readonly extraNativeBytes: number;
  readonly sections: readonly Section[];
  /** Bytes of the whole index. */
  readonly size: number;
}

/** Room for the line of JSON; sections begin behind it. */
const HEAD_BYTES = 8192;

/** The section of what is kept beside the tables. */
const SUMMARY = 'summary';

/** A heap from an index. */
export interface IndexedHeap {
  readonly graph: HeapGraph;
  /** What was kept with the tables, as JSON gives it back; undefined where it does not follow the same rules as the graph. */
  summary(): unknown;
}

/** Where the index of a snapshot file lies: beside it. */
export function indexFileOf(snapshotFile: string): string {
  return `${snapshotFile}.leakscan-index`;
}

/**
 * Writes the index of a graph that was built from this file, with the tables of the graph's rules and a `summary` that takes
 * long to make, which is kept as JSON. What stood there is replaced at the end, at once. Throws `InputError` when it cannot
 * be written.
 */
export function writeIndex(snapshotFile: string, graph: HeapGraph, summary: unknown): void {
  const file = indexFileOf(snapshotFile);
  const unfinished = `${file}.${process.pid}`;
  try {
    const kept: Column = new TextEncoder().encode(JSON.stringify(summary));
    const columns = [...columnsOf(graph), [SUMMARY, kept] as const];
    const descriptor = openSync(unfinished, 'w', 0o600);
    try {
      const { sections, size } = placed(columns);
      const head = JSON.stringify(headOf(snapshotFile, graph, sections, size));
      if (head.length > HEAD_BYTES) throw new Error('the snapshot has too many types');
      writeAt(descriptor, Buffer.from(head.padEnd(HEAD_BYTES)), 0);
      for (const [at, section] of sections.entries()) writeAt(descriptor, columns[at]![1], section.offset);
    } finally {
      closeSync(descriptor);
    }
    renameSync(unfinished, file);
  } catch (error) {
    rmSync(unfinished, { force: true });
    const why = (error as Error).message;
    throw new InputError(
      `${file} cannot be written: ${why}.`,
      'Leave out --index, or make the folder writable.',
      {
        cause: error,
      },
    );
  }
}

/**
 * The heap from the index of a snapshot file, in milliseconds. Undefined when there is no index, or it does not belong
 * to the file as it is now. Tables of other rules than those of the index are computed as ever.
 */
export function openIndex(snapshotFile: string, rules: EdgeRules = 'leakscan'): IndexedHeap | undefined {
  const opened = openHead(indexFileOf(snapshotFile));
  if (opened === undefined) return undefined;
  const { head, descriptor } = opened;
  if (head.identity !== identityOf(snapshotFile)) {
    closeSync(descriptor);
    return undefined;
  }
  const stored = new Map(head.sections.map((place) => [place.name, new StoredColumn(descriptor, place)]));
  const read = (name: string): Column => stored.get(name)!.whole;
  const columns = {
    nodeCount: head.nodeCount,
    edgeCount: head.edgeCount,
    nodeTypes: head.nodeTypes,
    edgeTypes: head.edgeTypes,
    extraNativeBytes: head.extraNativeBytes,
  };
  for (const name of COLUMNS) defineLazily(columns, name, () => read(name));
  defineLazily(
    columns,
    'strings',
    () => new StringTable(read('stringBytes') as Uint8Array, read('stringStarts') as Uint32Array),
  );
  defineLazily(columns, 'locations', () => new Locations(read('locations') as Uint32Array));
  const snapshot = snapshotOf(columns as HeapColumns);
  if (rules !== head.rules) return { graph: buildHeapGraph(snapshot, rules), summary: () => undefined };
  const tables: StoredTables = {};
  for (const name of STORED_TABLES) defineLazily(tables, name, () => read(`tables.${name}`));
  const paged = Object.fromEntries(PAGED_COLUMNS.map((name) => [name, stored.get(name)!])) as PagedColumns;
  return {
    graph: new StoredGraph(snapshot, rules, tables, paged),
    summary: () => JSON.parse(new TextDecoder().decode(read(SUMMARY))),
  };
}

function columnsOf({ snapshot, tables }: HeapGraph): [name: string, column: Column][] {
  const { strings, locations } = snapshot as Snapshot & HeapColumns;
  return [
    ...COLUMNS.map((name): [string, Column] => [name, snapshot[name]]),
    ['stringBytes', strings.bytes],
    ['stringStarts', strings.starts],
    ['locations', locations.inNodeOrder],
    ...STORED_TABLES.map((name): [string, Column] => [`tables.${name}`, tables[name]]),
  ];
}

function placed(columns: readonly (readonly [string, Column])[]): { sections: Section[]; size: number } {
  let size = HEAD_BYTES;
  const sections = columns.map(([name, column]): Section => {
    const section = {
      name,
      kind: column.constructor.name as ColumnKind,
      offset: size,
      length: column.length,
    };
    size += Math.ceil(column.byteLength / 8) * 8;
    return section;
  });
  return { sections, size };
}

function headOf(snapshotFile: string, graph: HeapGraph, sections: readonly Section[], size: number): Head {
  const { nodeCount, edgeCount, nodeTypes, edgeTypes, extraNativeBytes } = graph.snapshot;
  return {
    format: FORMAT,
    littleEndian: isLittleEndian(),
    identity: identityOf(snapshotFile),
    rules: graph.rules,
    ...{ nodeCount, edgeCount, nodeTypes, edgeTypes, extraNativeBytes },
    sections,
    size,
  };
}

function openHead(file: string): { head: Head; descriptor: number } | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch {
    return undefined;
  }
  try {
    const bytes = Buffer.alloc(HEAD_BYTES);
    readSync(descriptor, bytes, 0, HEAD_BYTES, 0);
    const head = JSON.parse(bytes.toString()) as Head;
    const isWhole = fstatSync(descriptor).size >= head.size - 8;
    if (head.format === FORMAT && head.littleEndian === isLittleEndian() && isWhole)
      return { head, descriptor };
  } catch {
    // No index of ours: to be replaced by the next one.
  }
  closeSync(descriptor);
  return undefined;
}

/** Length, time of change, and a hash over pieces from all over the file: reading all of it is what the index avoids. */
function identityOf(file: string): string {
  const { size, mtimeMs } = statSync(file);
  const hash = createHash('sha256').update(`${size} ${mtimeMs}`);
  const descriptor = openSync(file, 'r');
  try {
    const piece = Buffer.alloc(1 << 16);
    const pieces = 16;
    for (let i = 0; i < pieces; i++) {
      const position = Math.floor((Math.max(0, size - piece.length) * i) / (pieces - 1));
      hash.update(piece.subarray(0, readSync(descriptor, piece, 0, piece.length, position)));
    }
  } finally {
    closeSync(descriptor);
  }
  return hash.digest('hex');
}

function writeAt(descriptor: number, column: Column, position: number): void {
  const bytes = new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(descriptor, bytes, done, Math.min(CALL_BYTES, bytes.length - done), position + done);
  }
}

/** A property that is computed when it is first read, and an ordinary one from then on. */
function defineLazily(target: object, name: string, compute: () => unknown): void {
  const get = (): unknown => {
    const value = compute();
    Object.defineProperty(target, name, { value, enumerable: true });
    return value;
  };
  Object.defineProperty(target, name, { get, enumerable: true, configurable: true });
}

function isLittleEndian(): boolean {
  return new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;
}
