import type { Snapshot } from '../ingest/snapshot.ts';
import { watermarkOf } from '../ingest/stable-ids.ts';

/** The share of the objects looked at that must be found again. */
const SAME_PROCESS_SHARE = 0.9;

/**
 * So many of the old objects are looked at, the newest of them. Start-up looks alike in every process of one Node,
 * ids included: two builds of one program agreed in up to 0.93 of all objects, but in 0.44 of the newest tenth. In one
 * process it is 1.00 (measured on Node 20, 22, 24 and 26).
 */
const NEWEST_PART = 10;

/** Types whose nodes keep id and name as long as they live. Strings change type when V8 flattens them. */
const LASTING_TYPES = new Set(['object', 'closure', 'regexp', 'array']);

/** How much of the younger snapshot's old objects the older one knows. */
export interface Overlap {
  readonly isSameProcess: boolean;
  /** The share of those looked at that the older one has, 0 to 1. */
  readonly share: number;
}

/**
 * Were two snapshots taken of one process?
 *
 * V8 gives every object an id once and never reuses it. What the younger snapshot shows below the highest id of
 * the older one was alive then, so in the same process it stands there too, under the same type and name.
 */
export function overlapOf(one: Snapshot, other: Snapshot): Overlap {
  const [older, younger] = watermarkOf(one) <= watermarkOf(other) ? [one, other] : [other, one];
  const watermark = watermarkOf(older);
  const names = lastingNames(older, watermark);
  const old = [...lastingNames(younger, watermark)].sort(([a], [b]) => b - a);
  const newest = old.slice(0, Math.ceil(old.length / NEWEST_PART));
  const known = newest.filter(([id, name]) => names.get(id) === name).length;
  const share = newest.length === 0 ? 0 : known / newest.length;
  return { isSameProcess: share >= SAME_PROCESS_SHARE, share };
}

function lastingNames(snapshot: Snapshot, upTo: number): Map<number, string> {
  const lasting = snapshot.nodeTypes.map((type) => LASTING_TYPES.has(type));
  const names = new Map<number, string>();
  for (let node = 0; node < snapshot.nodeCount; node += 1) {
    const id = snapshot.nodeId[node]!;
    const type = snapshot.nodeType[node]!;
    if (id <= upTo && lasting[type])
      names.set(id, `${snapshot.nodeTypes[type]} ${snapshot.string(snapshot.nodeName[node]!)}`);
  }
  return names;
}
