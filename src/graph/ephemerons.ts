import type { Snapshot } from '../ingest/snapshot.ts';

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
  const candidates = snapshot.stringsContaining(' pair in WeakMap (table @');
  const names = {
    string: new Uint32Array(candidates.length),
    pair: new Uint32Array(candidates.length),
    tableId: new Float64Array(candidates.length),
    spansLines: new Uint8Array(candidates.length),
  };
  const pairs = new Map<string, number>();
  let count = 0;
  for (const index of candidates) {
    const text = snapshot.string(index);
    if (!NAME.test(text)) continue;
    const part = text.slice(text.indexOf(' '));
    const pair = pairs.get(part) ?? pairs.size;
    pairs.set(part, pair);
    names.string[count] = index;
    names.pair[count] = pair;
    names.tableId[count] = Number(text.slice(text.lastIndexOf('@') + 1, -1));
    names.spansLines[count] = LINE_BREAK.test(part) ? 1 : 0;
    count++;
  }
  return { count, ...names };
}

function findEdges(snapshot: Snapshot, names: EphemeronNames): EphemeronEdges {
  const { nodeCount, firstEdge, firstLabel, labelName } = snapshot;
  const before = labelsBefore(snapshot, names);
  const edge: number[] = [];
  const source: number[] = [];
  const name: number[] = [];
  for (let node = 0; names.count > 0 && node < nodeCount; node++) {
    const first = firstLabel[node]!;
    const length = firstEdge[node + 1]! - firstEdge[node]!;
    if (before[first] === before[first + length]) continue;
    for (let label = first; label < first + length; label++) {
      if (before[label] === before[label + 1]) continue;
      edge.push(firstEdge[node]! + label - first);
      source.push(node);
      name.push(rankOf(labelName[label]!, names));
    }
  }
  return {
    count: edge.length,
    edge: Uint32Array.from(edge),
    source: Uint32Array.from(source),
    pair: Uint32Array.from(name, (rank) => names.pair[rank]!),
    tableId: Float64Array.from(name, (rank) => names.tableId[rank]!),
    spansLines: Uint8Array.from(name, (rank) => names.spansLines[rank]!),
  };
}

/** For each label, and behind the last, how many labels of ephemerons come before it. */
function labelsBefore({ edgeTypes, labelType, labelName }: Snapshot, names: EphemeronNames): Uint32Array {
  const internal = edgeTypes.indexOf('internal');
  const before = new Uint32Array(labelType.length + 1);
  let count = 0;
  for (let label = 0; label < labelType.length; label++) {
    before[label] = count;
    if (labelType[label] === internal && rankOf(labelName[label]!, names) >= 0) count++;
  }
  before[labelType.length] = count;
  return before;
}

/** Which of the names a string is, or -1. */
function rankOf(string: number, { count, string: strings }: EphemeronNames): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (strings[middle]! < string) low = middle + 1;
    else high = middle;
  }
  return low < count && strings[low] === string ? low : -1;
}
