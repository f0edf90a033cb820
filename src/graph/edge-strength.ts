import type { Snapshot } from '../ingest/snapshot.ts';
import { clearBit, setBit } from './bits.ts';
import { strongBits } from './edge-bits.ts';
import { type EphemeronEdges, ephemeronEdges } from './ephemerons.ts';
import { stringTables } from './gc-roots.ts';
import { Marking } from './marking.ts';
import type { StrongEdges } from './strong-edges.ts';

/**
 * Which edges keep their target alive, by leakscan's rules: V8 draws some edges as if they were strong that are not.
 *
 * Never strong:
 * - `weak` edges;
 * - `shortcut` edges: they repeat what other edges say, and at the root they only mark the global object;
 * - `native_to_javascript` edges: drawn for weak wrappers too; whether the wrapper is held shows at `(Global handles)`;
 * - edges out of `(Internalized strings)` and `(External strings)`: weak tables;
 * - table → value of an ephemeron: see below.
 *
 * The value of an ephemeron is alive when its key *and* its WeakMap are. Its edge key → value is strong exactly when
 * the table is reachable, so that reachability is that of the garbage collector. In the dominator tree the key
 * therefore carries the value, although removing the table would free it as well.
 */
export function strongByLeakscan(snapshot: Snapshot): StrongEdges {
  const { nodeCount, firstEdge, edgeTo, workspace } = snapshot;
  const strong = strongBits(snapshot, {
    never: ['weak', 'shortcut'],
    neverFromRoot: ['weak', 'shortcut'],
    neverInternal: 'native_to_javascript',
    loops: true,
  });
  clearEdgesOfStringTables(snapshot, strong);
  const edges: StrongEdges = { nodeCount, firstEdge, edgeTo, strong, workspace };
  const ephemerons = ephemeronEdges(snapshot);
  for (const edge of ephemerons.edge) clearBit(strong, edge);
  openEphemerons(edges, keyEdges(snapshot, ephemerons));
  return edges;
}

function clearEdgesOfStringTables(snapshot: Snapshot, strong: Uint8Array): void {
  const { firstEdge } = snapshot;
  for (const node of stringTables(snapshot)) {
    for (let edge = firstEdge[node]!; edge < firstEdge[node + 1]!; edge++) clearBit(strong, edge);
  }
}

/** An edge key → value that waits for the table. */
interface KeyEdge {
  readonly edge: number;
  readonly key: number;
  readonly table: number;
}

/** The edges key → value, with the node of the table. An entry whose table is not in the snapshot never holds. */
function keyEdges(snapshot: Snapshot, ephemerons: EphemeronEdges): KeyEdge[] {
  const { nodeId } = snapshot;
  const tables = new Map<number, number>();
  const { count, edge, source, tableId } = ephemerons;
  for (let at = 0; at < count; at++) {
    if (nodeId[source[at]!] === tableId[at]) tables.set(tableId[at]!, source[at]!);
  }
  const edges: KeyEdge[] = [];
  for (let at = 0; at < count; at++) {
    const table = tables.get(tableId[at]!);
    if (table !== undefined && table !== source[at]) edges.push({ edge: edge[at]!, key: source[at]!, table });
  }
  return edges;
}

/**
 * Marks the edges key → value whose table is reachable.
 *
 * As a collector does it: mark from the root, let every pair wait until both its key and its table are marked, then
 * go on from the value.
 */
function openEphemerons(edges: StrongEdges, waiting: readonly KeyEdge[]): void {
  if (waiting.length === 0) return;
  const { edgeTo, strong } = edges;
  const pairsOf = pairsByNode(waiting);
  const marking = new Marking(edges, pairsOf.keys());
  for (let reached = marking.from([0]); reached.length > 0; ) {
    const values: number[] = [];
    for (const node of reached) {
      for (const pair of pairsOf.get(node)!) {
        if (marking.has(pair.key) && marking.has(pair.table)) values.push(edgeTo[pair.edge]!);
      }
    }
    reached = marking.from(values);
  }
  for (const pair of waiting) if (marking.has(pair.table)) setBit(strong, pair.edge);
}

function pairsByNode(waiting: readonly KeyEdge[]): Map<number, KeyEdge[]> {
  const pairs = new Map<number, KeyEdge[]>();
  for (const pair of waiting) {
    for (const node of [pair.key, pair.table]) {
      const known = pairs.get(node);
      if (known === undefined) pairs.set(node, [pair]);
      else known.push(pair);
    }
  }
  return pairs;
}
