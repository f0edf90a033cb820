import type { Snapshot } from '../ingest/snapshot.ts';
import type { Workspace } from '../kernels/workspace.ts';
import { bitsFor, hasBit, setBit } from './bits.ts';

/**
 * An ephemeron is one entry of a WeakMap. V8 draws it as two `internal` edges of the same name, key → value and
 * table → value; the name says which is which, and is the only mark that they have.
 */
export interface EphemeronEdge {
  readonly edge: number;
  readonly source: number;
  /** The same number for both edges of a pair. */
  readonly pair: number;
  /** Heap id of the WeakMap's table. */
  readonly tableId: number;
  /** Does the name have line breaks? DevTools does not recognise such. */
  readonly spansLines: boolean;
}

type EphemeronName = Omit<EphemeronEdge, 'edge' | 'source'>;

/** What follows the number in front is the same in both names of a pair. */
const NAME = /^\d+( \/ part of key \(.*? @\d+\) -> value \(.*? @\d+\) pair in WeakMap \(table @(\d+)\))$/s;
const LINE_BREAK = /[\n\r\u2028\u2029]/;

const known = new WeakMap<Snapshot, readonly EphemeronEdge[]>();

/** Every edge that belongs to an ephemeron, in edge order. */
export function ephemeronEdges(snapshot: Snapshot): readonly EphemeronEdge[] {
  let edges = known.get(snapshot);
  if (edges === undefined) {
    edges = findEdges(snapshot, ephemeronNames(snapshot));
    known.set(snapshot, edges);
  }
  return edges;
}

/** Names of ephemeron edges by string index. */
function ephemeronNames(snapshot: Snapshot): Map<number, EphemeronName> {
  const names = new Map<number, EphemeronName>();
  const pairs = new Map<string, number>();
  for (const index of snapshot.stringsContaining(' pair in WeakMap (table @')) {
    const match = NAME.exec(snapshot.string(index));
    if (match === null) continue;
    const part = match[1]!;
    const pair = pairs.get(part) ?? pairs.size;
    pairs.set(part, pair);
    names.set(index, { pair, tableId: Number(match[2]), spansLines: LINE_BREAK.test(part) });
  }
  return names;
}

function findEdges(snapshot: Snapshot, names: ReadonlyMap<number, EphemeronName>): EphemeronEdge[] {
  const internal = snapshot.edgeTypes.indexOf('internal');
  if (names.size === 0 || internal < 0) return [];
  const { workspace } = snapshot;
  const found =
    workspace === undefined
      ? named(snapshot, internal, names)
      : namedByKernel(snapshot, workspace, internal, names);
  return found.map(([edge, source]) => {
    const { pair, tableId, spansLines } = names.get(snapshot.edgeNameOrIndex[edge]!)!;
    return { edge, source, pair, tableId, spansLines };
  });
}

type EdgeAndSource = readonly [edge: number, source: number];

function named(snapshot: Snapshot, type: number, names: ReadonlyMap<number, unknown>): EdgeAndSource[] {
  const isWanted = setOf(names, bitsFor(snapshot.stringCount));
  const { edgeType, edgeNameOrIndex, firstEdge } = snapshot;
  const found: EdgeAndSource[] = [];
  for (let edge = 0, source = 0; edge < snapshot.edgeCount; edge++) {
    if (edgeType[edge] !== type || !hasBit(isWanted, edgeNameOrIndex[edge]!)) continue;
    while (firstEdge[source + 1]! <= edge) source++;
    found.push([edge, source]);
  }
  return found;
}

function namedByKernel(
  snapshot: Snapshot,
  workspace: Workspace,
  type: number,
  names: ReadonlyMap<number, unknown>,
): EdgeAndSource[] {
  const { nodeCount, firstEdge, edgeType, edgeNameOrIndex } = snapshot;
  const columns = [firstEdge.byteOffset, edgeType.byteOffset, edgeNameOrIndex.byteOffset] as const;
  const search = (room: number): EdgeAndSource[] | number =>
    workspace.scratch(() => {
      const isWanted = setOf(names, bitsFor(snapshot.stringCount, workspace));
      const found = workspace.arena.uint32(2 * room);
      const sets = [isWanted.byteOffset, found.byteOffset] as const;
      const count = workspace.kernels.edgesNamed(nodeCount, ...columns, type, ...sets, room) >>> 0;
      if (count > room) return count;
      return Array.from({ length: count }, (_, at): EdgeAndSource => [found[2 * at]!, found[2 * at + 1]!]);
    });
  const found = search(2 * names.size);
  return typeof found === 'number' ? (search(found) as EdgeAndSource[]) : found;
}

function setOf(names: ReadonlyMap<number, unknown>, bits: Uint8Array): Uint8Array {
  for (const index of names.keys()) setBit(bits, index);
  return bits;
}
