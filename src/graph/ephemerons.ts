import type { Snapshot } from '../ingest/snapshot.ts';
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

/** Every edge that belongs to an ephemeron, in edge order. */
export function ephemeronEdges(snapshot: Snapshot): EphemeronEdge[] {
  const names = ephemeronNames(snapshot);
  const internal = snapshot.edgeTypes.indexOf('internal');
  const found: EphemeronEdge[] = [];
  if (names.size === 0 || internal < 0) return found;
  const isEphemeron = bitsFor(snapshot.stringCount);
  for (const index of names.keys()) setBit(isEphemeron, index);
  const { edgeType, edgeNameOrIndex, firstEdge } = snapshot;
  for (let edge = 0, source = 0; edge < snapshot.edgeCount; edge++) {
    if (edgeType[edge] !== internal || !hasBit(isEphemeron, edgeNameOrIndex[edge]!)) continue;
    while (firstEdge[source + 1]! <= edge) source++;
    found.push({ edge, source, name: names.get(edgeNameOrIndex[edge]!)! });
  }
  return found;
}
