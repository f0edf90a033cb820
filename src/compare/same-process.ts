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
  const from = leastOfNewest(younger, watermark);
  const names = new Map<number, string>();
  for (const [id, name] of lastingNames(older, from, watermark)) names.set(id, name);
  let seen = 0;
  let known = 0;
  for (const [id, name] of lastingNames(younger, from, watermark)) {
    seen++;
    if (names.get(id) === name) known++;
  }
  const share = seen === 0 ? 0 : known / seen;
  return { isSameProcess: share >= SAME_PROCESS_SHARE, share };
}

/** The least id of the newest part of the lasting nodes up to an id. */
function leastOfNewest(snapshot: Snapshot, upTo: number): number {
  const { nodeId } = snapshot;
  const ids = nodeId.slice();
  let count = 0;
  for (const node of lastingNodes(snapshot, 0, upTo)) ids[count++] = nodeId[node]!;
  return ids.subarray(0, count).sort()[count - Math.ceil(count / NEWEST_PART)] ?? 0;
}

function* lastingNames(
  snapshot: Snapshot,
  from: number,
  upTo: number,
): Generator<[id: number, name: string]> {
  const { nodeId, nodeName, nodeType, nodeTypes } = snapshot;
  for (const node of lastingNodes(snapshot, from, upTo))
    yield [nodeId[node]!, `${nodeTypes[nodeType[node]!]} ${snapshot.string(nodeName[node]!)}`];
}

function* lastingNodes(
  { nodeCount, nodeId, nodeType, nodeTypes }: Snapshot,
  from: number,
  upTo: number,
): Generator<number> {
  const lasting = nodeTypes.map((type) => LASTING_TYPES.has(type));
  for (let node = 0; node < nodeCount; node++) {
    const id = nodeId[node]!;
    if (id >= from && id <= upTo && lasting[nodeType[node]!]) yield node;
  }
}
