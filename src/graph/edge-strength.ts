import type { Snapshot } from '../ingest/snapshot.ts';
import { bitsFor, clearBit, hasBit, setBit } from './bits.ts';
import { type EphemeronEdge, ephemeronEdges } from './ephemerons.ts';
import { isStringTable } from './gc-roots.ts';
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
  const { nodeCount, firstEdge, edgeTo } = snapshot;
  const strong = strongByKind(snapshot);
  clearEdgesOfStringTables(snapshot, strong);
  const edges: StrongEdges = { nodeCount, firstEdge, edgeTo, strong };
  const ephemerons = ephemeronEdges(snapshot);
  for (const { edge } of ephemerons) clearBit(strong, edge);
  openEphemerons(edges, keyEdges(snapshot, ephemerons));
  return edges;
}

/** All edges but those whose type or name says that they do not hold. */
function strongByKind(snapshot: Snapshot): Uint8Array {
  const { edgeCount, edgeTypes, edgeType, edgeNameOrIndex } = snapshot;
  const strong = bitsFor(edgeCount);
  const weak = edgeTypes.indexOf('weak');
  const shortcut = edgeTypes.indexOf('shortcut');
  const internal = edgeTypes.indexOf('internal');
  const toWrapper = snapshot.findString('native_to_javascript');
  for (let edge = 0; edge < edgeCount; edge++) {
    const type = edgeType[edge];
    if (type === weak || type === shortcut) continue;
    if (type === internal && edgeNameOrIndex[edge] === toWrapper) continue;
    strong[edge >>> 3]! |= 1 << (edge & 7);
  }
  return strong;
}

function clearEdgesOfStringTables(snapshot: Snapshot, strong: Uint8Array): void {
  const { firstEdge } = snapshot;
  for (let node = 0; node < snapshot.nodeCount; node++) {
    if (!isStringTable(snapshot, node)) continue;
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
function keyEdges(snapshot: Snapshot, ephemerons: readonly EphemeronEdge[]): KeyEdge[] {
  const { nodeId } = snapshot;
  const tables = new Map<number, number>();
  for (const { source, name } of ephemerons)
    if (nodeId[source] === name.tableId) tables.set(name.tableId, source);
  const edges: KeyEdge[] = [];
  for (const { edge, source, name } of ephemerons) {
    const table = tables.get(name.tableId);
    if (table !== undefined && table !== source) edges.push({ edge, key: source, table });
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
  const { nodeCount, firstEdge, edgeTo, strong } = edges;
  const marked = bitsFor(nodeCount);
  const stack = new Uint32Array(nodeCount);
  const pairsOf = pairsByNode(waiting);
  const isPartOfPair = bitsFor(nodeCount);
  for (const node of pairsOf.keys()) setBit(isPartOfPair, node);
  let depth = 0;
  const mark = (node: number): void => {
    if (hasBit(marked, node)) return;
    setBit(marked, node);
    stack[depth++] = node;
  };
  mark(0);
  while (depth > 0) {
    const node = stack[--depth]!;
    for (let edge = firstEdge[node]!; edge < firstEdge[node + 1]!; edge++) {
      if (hasBit(strong, edge)) mark(edgeTo[edge]!);
    }
    if (!hasBit(isPartOfPair, node)) continue;
    for (const pair of pairsOf.get(node)!) {
      if (hasBit(marked, pair.key) && hasBit(marked, pair.table)) mark(edgeTo[pair.edge]!);
    }
  }
  for (const pair of waiting) if (hasBit(marked, pair.table)) setBit(strong, pair.edge);
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
