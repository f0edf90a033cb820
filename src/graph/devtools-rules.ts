import type { Snapshot } from '../ingest/snapshot.ts';
import type { Workspace } from '../kernels/workspace.ts';
import { bitsFor, clearBit, hasBit, setBit } from './bits.ts';
import { type Dominators, dominatorsOf } from './dominator-tree.ts';
import { strongBits } from './edge-bits.ts';
import { ephemeronEdges, ephemeronNames } from './ephemerons.ts';
import type { StrongEdges } from './strong-edges.ts';

/**
 * A heap as the Memory panel of Chrome DevTools sees it. `docs/engine.md` describes the rules one by one; every
 * function here is one of them.
 */

/** Distance of what is reachable from the root only, not from a user root. */
export const SYSTEM_DISTANCE = 100_000_000;
/** Distance of what is never reached. */
export const DEVTOOLS_UNREACHED = -5;

/** Targets of root edges that stand for the program rather than for the engine, once for each edge. */
export function userRoots(snapshot: Snapshot): number[] {
  const { firstEdge, edgeTo } = snapshot;
  const roots: number[] = [];
  for (let edge = firstEdge[0]!; edge < firstEdge[1]!; edge++) {
    const node = edgeTo[edge]!;
    if (typeOf(snapshot, node) !== 'synthetic' || isDocumentTrees(snapshot, node)) roots.push(node);
  }
  return roots;
}

/** One bit for each node reachable, not over weak edges, from what the root marks as the page. */
export function pageOwned(snapshot: Snapshot): Uint8Array {
  const { nodeCount, firstEdge, edgeTo, edgeType, edgeTypes, workspace } = snapshot;
  const weak = edgeTypes.indexOf('weak');
  const owned = bitsFor(nodeCount, workspace);
  const starts: number[] = [];
  for (let edge = firstEdge[0]!; edge < firstEdge[1]!; edge++) {
    const type = edgeTypes[edgeType[edge]!];
    const node = edgeTo[edge]!;
    const isEntry = type === 'shortcut' || (type === 'element' && isDocumentTrees(snapshot, node));
    if (!isEntry || hasBit(owned, node)) continue;
    setBit(owned, node);
    starts.push(node);
  }
  if (workspace !== undefined) {
    const { arena, kernels, scratch } = workspace;
    scratch(() => {
      const stack = arena.uint32(nodeCount);
      stack.set(starts);
      const columns = [firstEdge.byteOffset, edgeTo.byteOffset, edgeType.byteOffset] as const;
      kernels.mark(...columns, weak, 0, owned.byteOffset, stack.byteOffset, starts.length, 0, 0);
    });
    return owned;
  }
  const stack = new Uint32Array(nodeCount);
  stack.set(starts);
  for (let depth = starts.length; depth > 0; ) {
    const node = stack[--depth]!;
    for (let edge = firstEdge[node]!, end = firstEdge[node + 1]!; edge < end; edge++) {
      const to = edgeTo[edge]!;
      if (edgeType[edge] === weak || hasBit(owned, to)) continue;
      setBit(owned, to);
      stack[depth++] = to;
    }
  }
  return owned;
}

/**
 * The edges that count for dominators: not weak, not to itself, not from a WeakMap's table to a value; and unless from
 * the root, no shortcut and none from outside the page into it.
 */
export function essentialEdges(snapshot: Snapshot): StrongEdges {
  const { nodeCount, firstEdge, edgeTo, nodeId, workspace } = snapshot;
  const strong = strongBits(snapshot, {
    never: ['weak', 'shortcut'],
    neverFromRoot: ['weak'],
    loops: false,
    inside: pageOwned(snapshot),
  });
  for (const { edge, source, name } of ephemeronEdges(snapshot, devtoolsEphemerons(snapshot))) {
    if (nodeId[source] === name.tableId) clearBit(strong, edge);
  }
  return { nodeCount, firstEdge, edgeTo, strong, workspace };
}

/**
 * Every node hangs under the root: what the essential edges reach, the orphans with what they reach, and the members
 * of closed cliques each for itself.
 */
export function devtoolsDominators(edges: StrongEdges, selfSize: Uint32Array | Float64Array): Dominators {
  const { dominator, retainedSize } = dominatorsOf(edges, selfSize, true);
  let total = 0;
  for (const size of selfSize) total += size;
  retainedSize[0] = total;
  return { dominator, retainedSize };
}

const UNOWNED = 0xffff_ffff;
const MANY_OWNERS = 0xffff_fffe;

/**
 * Self sizes after the move: what is hidden, an array, or external string content gives its bytes to the only other
 * node that reaches it through such nodes. Synthetic owners take nothing. Without a user root nothing moves.
 */
export function movedSelfSizes(snapshot: Snapshot): Uint32Array | Float64Array {
  if (userRoots(snapshot).length === 0) return snapshot.selfSize;
  const { nodeCount, nodeType, selfSize, workspace } = snapshot;
  const synthetic = snapshot.nodeTypes.indexOf('synthetic');
  const moved = workspace?.arena.float64(nodeCount) ?? new Float64Array(nodeCount);
  moved.set(selfSize);
  const move = (owner: Uint32Array): void => {
    for (let node = 0; node < nodeCount; node++) {
      const to = owner[node]!;
      if (to === node || to >= MANY_OWNERS || to === 0 || nodeType[to] === synthetic) continue;
      moved[to]! += moved[node]!;
      moved[node] = 0;
    }
  };
  if (workspace === undefined) move(ownersOf(snapshot));
  else workspace.scratch(() => move(ownersByKernel(snapshot, workspace)));
  return moved;
}

/** Fills `owner` with who owns a node before anything is shared: every node itself, but nobody what can be owned. */
function selfOwners(snapshot: Snapshot, owner: Uint32Array, ownable: Uint8Array): void {
  const { nodeCount, nodeTypes, nodeType, nodeName } = snapshot;
  const hidden = nodeTypes.indexOf('hidden');
  const array = nodeTypes.indexOf('array');
  const native = nodeTypes.indexOf('native');
  const external = snapshot.findString('system / ExternalStringData');
  for (let node = 0; node < nodeCount; node++) {
    const type = nodeType[node];
    if (type === hidden || type === array || (type === native && nodeName[node] === external)) {
      owner[node] = UNOWNED;
      setBit(ownable, node);
    } else owner[node] = node;
  }
}

function ownersOf(snapshot: Snapshot): Uint32Array {
  const { nodeCount, firstEdge, edgeTo, edgeType } = snapshot;
  const weak = snapshot.edgeTypes.indexOf('weak');
  const owner = new Uint32Array(nodeCount);
  const ownable = bitsFor(nodeCount);
  selfOwners(snapshot, owner, ownable);
  const stack: number[] = [];
  const give = (from: number, to: number): void => {
    const known = owner[to]!;
    if (!hasBit(ownable, to) || known === MANY_OWNERS || known === owner[from]) return;
    owner[to] = known === UNOWNED ? owner[from]! : MANY_OWNERS;
    stack.push(to);
  };
  const giveToTargets = (node: number): void => {
    for (let edge = firstEdge[node]!, end = firstEdge[node + 1]!; edge < end; edge++) {
      if (edgeType[edge] !== weak) give(node, edgeTo[edge]!);
    }
  };
  for (let node = 0; node < nodeCount; node++) {
    if (hasBit(ownable, node)) continue;
    giveToTargets(node);
    while (stack.length > 0) giveToTargets(stack.pop()!);
  }
  return owner;
}

function ownersByKernel(snapshot: Snapshot, { arena, kernels }: Workspace): Uint32Array {
  const { nodeCount, firstEdge, edgeTo, edgeType } = snapshot;
  const owner = arena.uint32(nodeCount);
  const ownable = arena.bytes(nodeCount / 8 + 1).fill(0);
  selfOwners(snapshot, owner, ownable);
  const stack = arena.uint32(2 * nodeCount);
  const columns = [firstEdge.byteOffset, edgeTo.byteOffset, edgeType.byteOffset] as const;
  const weak = snapshot.edgeTypes.indexOf('weak');
  kernels.owners(nodeCount, ...columns, weak, ownable.byteOffset, owner.byteOffset, stack.byteOffset);
  return owner;
}

/**
 * Distances as DevTools counts them: breadth first from the user roots, which have 1, and then from the root, which has
 * `SYSTEM_DISTANCE`, or 0 when there is no user root.
 */
export function devtoolsDistances(snapshot: Snapshot): Int32Array {
  const { nodeCount, workspace } = snapshot;
  const roots = userRoots(snapshot);
  const distance = workspace?.arena.int32(nodeCount) ?? new Int32Array(nodeCount);
  distance.fill(DEVTOOLS_UNREACHED);
  const search = (visitAll: (start: readonly number[]) => void): void => {
    for (const node of roots) distance[node] = 1;
    visitAll(roots);
    distance[0] = roots.length > 0 ? SYSTEM_DISTANCE : 0;
    visitAll([0]);
  };
  const filter = distanceFilter(snapshot);
  if (workspace === undefined) search(visitor(snapshot, distance, filter));
  else workspace.scratch(() => search(visitorByKernel(snapshot, workspace, distance, filter)));
  return distance;
}

/** What the distances do not follow, or only sometimes. */
interface DistanceFilter {
  /** Edges that are never followed. */
  readonly never: readonly number[];
  /** Edges of ephemerons, ascending: of each pair, the first to be looked at is not followed, and so in turn. */
  readonly pairEdges: Uint32Array;
  /** Number of the pair that each of them belongs to. */
  readonly pairOf: Uint32Array;
}

/**
 * Never `sloppy_function_map` out of a native context, nor the keys in descriptor arrays, which maps share; and of the
 * two edges of an ephemeron not the first, so that the value gets the greater distance.
 */
function distanceFilter(snapshot: Snapshot): DistanceFilter {
  const ephemerons = ephemeronEdges(snapshot, devtoolsEphemerons(snapshot));
  const pairs = new Map<string, number>();
  const pairOf = Uint32Array.from(ephemerons, ({ name }) => {
    const known = pairs.get(name.pair) ?? pairs.size;
    pairs.set(name.pair, known);
    return known;
  });
  return {
    never: neverFollowed(snapshot),
    pairEdges: Uint32Array.from(ephemerons, ({ edge }) => edge),
    pairOf,
  };
}

function neverFollowed(snapshot: Snapshot): number[] {
  const { nodeCount, nodeTypes, nodeType, nodeName, edgeTypes, edgeType, edgeNameOrIndex, firstEdge } =
    snapshot;
  const hidden = nodeTypes.indexOf('hidden');
  const array = nodeTypes.indexOf('array');
  const nativeContext = snapshot.findString('system / NativeContext');
  const descriptors = snapshot.findString('(map descriptors)');
  const sloppyMap = snapshot.findString('sloppy_function_map');
  const isIndexed = edgeTypes.map((type) => type === 'element' || type === 'hidden');
  const isKey = (index: number): boolean => index >= 2 && index % 3 === 1;
  const never: number[] = [];
  for (let node = 0; node < nodeCount; node++) {
    const isContext = nodeType[node] === hidden && nodeName[node] === nativeContext;
    const isDescriptors = nodeType[node] === array && nodeName[node] === descriptors;
    if (!isContext && !isDescriptors) continue;
    for (let edge = firstEdge[node]!; edge < firstEdge[node + 1]!; edge++) {
      const name = edgeNameOrIndex[edge]!;
      if (isIndexed[edgeType[edge]!]) {
        if (isDescriptors && isKey(name)) never.push(edge);
      } else if (isContext ? name === sloppyMap : isKey(Number.parseInt(snapshot.string(name), 10)))
        never.push(edge);
    }
  }
  return never;
}

/** Follows what is to be followed from nodes that have a distance, breadth first. */
function visitor(
  snapshot: Snapshot,
  distance: Int32Array,
  filter: DistanceFilter,
): (start: readonly number[]) => void {
  const { nodeCount, firstEdge, edgeTo, edgeType, edgeTypes } = snapshot;
  const weak = edgeTypes.indexOf('weak');
  const never = new Set(filter.never);
  const pairOf = new Map(Array.from(filter.pairEdges, (edge, at) => [edge, filter.pairOf[at]!]));
  const open = new Set<number>();
  const isFollowed = (edge: number): boolean => {
    if (never.has(edge)) return false;
    const pair = pairOf.get(edge);
    if (pair === undefined || open.delete(pair)) return true;
    open.add(pair);
    return false;
  };
  return (start) => {
    const queue = new Uint32Array(nodeCount + start.length);
    queue.set(start);
    for (let head = 0, tail = start.length; head < tail; head++) {
      const node = queue[head]!;
      const next = distance[node]! + 1;
      for (let edge = firstEdge[node]!, end = firstEdge[node + 1]!; edge < end; edge++) {
        const to = edgeTo[edge]!;
        if (edgeType[edge] === weak || distance[to] !== DEVTOOLS_UNREACHED || !isFollowed(edge)) continue;
        distance[to] = next;
        queue[tail++] = to;
      }
    }
  };
}

function visitorByKernel(
  snapshot: Snapshot,
  { arena, kernels }: Workspace,
  distance: Int32Array,
  { never, pairEdges, pairOf }: DistanceFilter,
): (start: readonly number[]) => void {
  const { nodeCount, firstEdge, edgeTo, edgeType, edgeTypes } = snapshot;
  const plain = strongBits(snapshot, { never: ['weak'], neverFromRoot: ['weak'], loops: true });
  for (const edge of never) clearBit(plain, edge);
  for (const edge of pairEdges) clearBit(plain, edge);
  const edges = arena.uint32(pairEdges.length);
  edges.set(pairEdges);
  const pairs = arena.uint32(pairOf.length);
  pairs.set(pairOf);
  const open = arena.bytes(pairOf.length).fill(0);
  return (start) => {
    const queue = arena.uint32(nodeCount + start.length);
    queue.set(start);
    kernels.devtoolsBreadthFirst(
      firstEdge.byteOffset,
      edgeTo.byteOffset,
      edgeType.byteOffset,
      edgeTypes.indexOf('weak'),
      plain.byteOffset,
      edges.byteOffset,
      pairs.byteOffset,
      pairEdges.length,
      open.byteOffset,
      distance.byteOffset,
      DEVTOOLS_UNREACHED,
      queue.byteOffset,
      start.length,
    );
  };
}

/** DevTools does not recognise the names of ephemerons that span lines. */
function devtoolsEphemerons(snapshot: Snapshot): ReturnType<typeof ephemeronNames> {
  const names = ephemeronNames(snapshot);
  for (const [index, { pair }] of names) if (/[\n\r\u2028\u2029]/.test(pair)) names.delete(index);
  return names;
}

function typeOf(snapshot: Snapshot, node: number): string | undefined {
  return snapshot.nodeTypes[snapshot.nodeType[node]!];
}

function isDocumentTrees(snapshot: Snapshot, node: number): boolean {
  return (
    typeOf(snapshot, node) === 'synthetic' &&
    snapshot.string(snapshot.nodeName[node]!) === '(Document DOM trees)'
  );
}
