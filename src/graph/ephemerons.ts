import type { Snapshot } from '../ingest/snapshot.ts';
import type { HeapColumns } from '../ingest/snapshot-of.ts';
import type { Workspace } from '../kernels/workspace.ts';
import { bitsFor, hasBit, setBit } from './bits.ts';

/**
 * The edges of ephemerons, in edge order. An ephemeron is one entry of a WeakMap. V8 draws it as two `internal` edges of the
 * same name, key → value and table → value; the name says which is which, and is the only mark that they have.
 * Columns, because a WeakMap can have as many entries as the heap has nodes.
 */
export interface EphemeronEdges {
  readonly count: number;
  readonly edge: Uint32Array;
  readonly source: Uint32Array;
  /** The same number for both edges of a pair. */
  readonly pair: Uint32Array;
  /** Heap id of the WeakMap's table. */
  readonly tableId: Float64Array;
  /** Does the name have line breaks? DevTools does not recognise such. */
  readonly spansLines: Uint8Array;
}

/** The names of ephemeron edges. */
interface EphemeronNames {
  readonly count: number;
  /** Indices of the strings, ascending. */
  readonly string: Uint32Array;
  readonly pair: Uint32Array;
  readonly tableId: Float64Array;
  readonly spansLines: Uint8Array;
}

/** What follows the number in front is the same in both names of a pair. */
const NAME = /^\d+ \/ part of key \(.*? @\d+\) -> value \(.*? @\d+\) pair in WeakMap \(table @\d+\)$/s;
const LINE_BREAK = /[\n\r\u2028\u2029]/;

const known = new WeakMap<Snapshot, EphemeronEdges>();

export function ephemeronEdges(snapshot: Snapshot): EphemeronEdges {
  let edges = known.get(snapshot);
  if (edges === undefined) {
    edges = findEdges(snapshot, ephemeronNames(snapshot));
    known.set(snapshot, edges);
  }
  return edges;
}

function ephemeronNames(snapshot: Snapshot): EphemeronNames {
  const string = Uint32Array.from(snapshot.stringsContaining(' pair in WeakMap (table @'));
  const { length } = string;
  const pair = new Uint32Array(length).fill(UNREAD);
  const tableId = new Float64Array(length);
  const spansLines = new Uint8Array(length);
  const pairsRead = readByKernel(snapshot, string, pair, tableId);
  const pairs = new Map<string, number>();
  let count = 0;
  for (let at = 0; at < length; at++) {
    if (pair[at] === UNREAD) {
      const text = snapshot.string(string[at]!);
      if (!NAME.test(text)) continue;
      const common = text.slice(text.indexOf(' '));
      pair[count] = pairs.get(common) ?? pairsRead + pairs.size;
      pairs.set(common, pair[count]!);
      tableId[count] = Number(text.slice(text.lastIndexOf('@') + 1, -1));
      spansLines[count] = LINE_BREAK.test(common) ? 1 : 0;
    } else if (pair[at] === NO_NAME) continue;
    else {
      pair[count] = pair[at]!;
      tableId[count] = tableId[at]!;
    }
    string[count++] = string[at]!;
  }
  return { count, string, pair, tableId, spansLines };
}

/** As in `kernels/ephemerons.ts`. */
const NO_NAME = 0xffff_ffff;
const UNREAD = 0xffff_fffe;
const WORDS = Buffer.from(' / part of key () -> value () pair in WeakMap (table @');

/** Fills in what a kernel can read: the pairs, NO_NAME or UNREAD. Returns how many pairs it found. */
function readByKernel(
  { strings, workspace }: Snapshot & Partial<HeapColumns>,
  string: Uint32Array,
  pair: Uint32Array,
  tableId: Float64Array,
): number {
  const count = string.length;
  if (workspace === undefined || strings === undefined || !strings.isInArena || count === 0) return 0;
  const { arena, kernels, scratch } = workspace;
  return scratch(() => {
    const words = arena.bytes(WORDS.length);
    words.set(WORDS);
    const candidates = arena.uint32(count);
    candidates.set(string);
    const tableIds = arena.float64(count);
    const places = arena.uint32(2 << Math.ceil(Math.log2(count + 1))).fill(0);
    const [commons, hashes] = [arena.uint32(count), arena.uint32(count)];
    const table = [strings.bytes.byteOffset, strings.starts.byteOffset, words.byteOffset] as const;
    const pairs = kernels.ephemeronNames(
      candidates.byteOffset,
      count,
      ...table,
      tableIds.byteOffset,
      places.byteOffset,
      places.length - 1,
      commons.byteOffset,
      hashes.byteOffset,
    );
    pair.set(candidates);
    tableId.set(tableIds);
    return pairs >>> 0;
  });
}

function findEdges(snapshot: Snapshot, names: EphemeronNames): EphemeronEdges {
  const { workspace } = snapshot;
  const isName = bitsFor(snapshot.stringCount);
  for (let rank = 0; rank < names.count; rank++) setBit(isName, names.string[rank]!);
  const { edge, source, string } =
    workspace === undefined
      ? edgesNamed(snapshot, isName)
      : namedByKernel(snapshot, workspace, isName, 2 * names.count);
  const count = edge.length;
  const pair = new Uint32Array(count);
  const tableId = new Float64Array(count);
  const spansLines = new Uint8Array(count);
  for (let at = 0; at < count; at++) {
    const name = rankOf(string[at]!, names);
    pair[at] = names.pair[name]!;
    tableId[at] = names.tableId[name]!;
    spansLines[at] = names.spansLines[name]!;
  }
  return { count, edge, source, pair, tableId, spansLines };
}

/** Internal edges of certain names, in edge order. */
interface NamedEdges {
  readonly edge: Uint32Array;
  readonly source: Uint32Array;
  readonly string: Uint32Array;
}

function edgesNamed(snapshot: Snapshot, isName: Uint8Array): NamedEdges {
  const { nodeCount, firstEdge, firstLabel, labelType, labelName } = snapshot;
  const internal = snapshot.edgeTypes.indexOf('internal');
  const [edge, source, string]: [number[], number[], number[]] = [[], [], []];
  for (let node = 0; node < nodeCount; node++) {
    let label = firstLabel[node]!;
    for (let row = firstEdge[node]!; row < firstEdge[node + 1]!; row++, label++) {
      if (labelType[label] !== internal || !hasBit(isName, labelName[label]!)) continue;
      edge.push(row);
      source.push(node);
      string.push(labelName[label]!);
    }
  }
  return { edge: Uint32Array.from(edge), source: Uint32Array.from(source), string: Uint32Array.from(string) };
}

function namedByKernel(
  snapshot: Snapshot,
  workspace: Workspace,
  isName: Uint8Array,
  room: number,
): NamedEdges {
  const { nodeCount, firstEdge, firstLabel, labelType, labelName } = snapshot;
  const { arena, kernels, scratch } = workspace;
  const found = scratch(() => {
    const names = arena.bytes(isName.length);
    names.set(isName);
    const before = arena.uint32(labelType.length + 1);
    const lists = [arena.uint32(room), arena.uint32(room), arena.uint32(room)];
    const [edge, source, string] = lists.map((list) => list.byteOffset) as [number, number, number];
    const labels = [labelType.length, labelType.byteOffset, labelName.byteOffset] as const;
    const count =
      kernels.edgesNamed(
        nodeCount,
        firstEdge.byteOffset,
        firstLabel.byteOffset,
        ...labels,
        snapshot.edgeTypes.indexOf('internal'),
        names.byteOffset,
        before.byteOffset,
        ...[edge, source, string],
        room,
      ) >>> 0;
    return count > room ? count : lists.map((list) => list.slice(0, count));
  });
  if (typeof found === 'number') return namedByKernel(snapshot, workspace, isName, found);
  const [edge, source, string] = found as [Uint32Array, Uint32Array, Uint32Array];
  return { edge, source, string };
}

/** Which of the names a string is. */
function rankOf(string: number, { count, string: strings }: EphemeronNames): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (strings[middle]! < string) low = middle + 1;
    else high = middle;
  }
  return low;
}
