import type { Snapshot } from '../ingest/snapshot.ts';
import type { Workspace } from '../kernels/workspace.ts';
import { bitsFor, hasBit, setBit } from './bits.ts';

/**
 * An ephemeron is one entry of a WeakMap. V8 draws it as two `internal` edges of the same name, key → value and
 * table → value; the name says which is which, and is the only mark that they have.
 */
export interface EphemeronName {
  /** Names that differ only in the leading number belong to the same pair. */
  readonly pair: string;
  readonly tableId: number;
}

const NAME = /^\d+( \/ part of key \(.*? @\d+\) -> value \(.*? @\d+\) pair in WeakMap \(table @(\d+)\))$/s;

/** An edge of an ephemeron, and the name that it bears. */
export interface EphemeronEdge {
  readonly edge: number;
  readonly source: number;
  readonly name: EphemeronName;
}

/** Names of ephemeron edges by string index. */
export function ephemeronNames(snapshot: Snapshot): Map<number, EphemeronName> {
  const names = new Map<number, EphemeronName>();
  for (const index of snapshot.stringsContaining(' pair in WeakMap (table @')) {
    const match = NAME.exec(snapshot.string(index));
    if (match !== null) names.set(index, { pair: match[1]!, tableId: Number(match[2]) });
  }
  return names;
}

/** The same without names that span lines: DevTools does not recognise them. */
export function devtoolsEphemerons(snapshot: Snapshot): Map<number, EphemeronName> {
  const names = ephemeronNames(snapshot);
  for (const [index, { pair }] of names) if (/[\n\r\u2028\u2029]/.test(pair)) names.delete(index);
  return names;
}

/** Every internal edge that bears one of these names, in edge order. */
export function ephemeronEdges(
  snapshot: Snapshot,
  names: ReadonlyMap<number, EphemeronName>,
): EphemeronEdge[] {
  const internal = snapshot.edgeTypes.indexOf('internal');
  if (names.size === 0 || internal < 0) return [];
  const { workspace } = snapshot;
  const found =
    workspace === undefined
      ? named(snapshot, internal, names)
      : namedByKernel(snapshot, workspace, internal, names);
  return found.map(([edge, source]) => ({ edge, source, name: names.get(snapshot.edgeNameOrIndex[edge]!)! }));
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
  const columns = [snapshot.firstEdge, snapshot.edgeType, snapshot.edgeNameOrIndex];
  const [firstEdge, edgeType, edgeName] = columns.map((column) => column.byteOffset) as [
    number,
    number,
    number,
  ];
  const search = (room: number): EdgeAndSource[] | number =>
    workspace.scratch(() => {
      const isWanted = setOf(names, bitsFor(snapshot.stringCount, workspace));
      const found = workspace.arena.uint32(2 * room);
      const addresses = [isWanted.byteOffset, found.byteOffset] as const;
      const count =
        workspace.kernels.edgesNamed(
          snapshot.nodeCount,
          firstEdge,
          edgeType,
          edgeName,
          type,
          ...addresses,
          room,
        ) >>> 0;
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
