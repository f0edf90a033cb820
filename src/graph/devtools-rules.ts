import type { Snapshot } from '../ingest/snapshot.ts';
import { bitsFor, hasBit, setBit } from './bits.ts';
import { ephemeronNames } from './ephemerons.ts';
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
  const { nodeCount, firstEdge, edgeTo, edgeType, edgeTypes } = snapshot;
  const weak = edgeTypes.indexOf('weak');
  const owned = bitsFor(nodeCount);
  const stack = new Uint32Array(nodeCount);
  let depth = 0;
  const visit = (node: number): void => {
    if (hasBit(owned, node)) return;
    setBit(owned, node);
    stack[depth++] = node;
  };
  for (let edge = firstEdge[0]!; edge < firstEdge[1]!; edge++) {
    const type = edgeTypes[edgeType[edge]!];
    const node = edgeTo[edge]!;
    if (type === 'shortcut' || (type === 'element' && isDocumentTrees(snapshot, node))) visit(node);
  }
  while (depth > 0) {
    const node = stack[--depth]!;
    for (let edge = firstEdge[node]!, end = firstEdge[node + 1]!; edge < end; edge++) {
      if (edgeType[edge] !== weak) visit(edgeTo[edge]!);
    }
  }
  return owned;
}

/**
 * The edges that count for dominators: not weak, not to itself, not from a WeakMap's table to a value; and unless from
 * the root, no shortcut and none from outside the page into it.
 */
export function essentialEdges(snapshot: Snapshot, owned: Uint8Array): StrongEdges {
  const { nodeCount, edgeCount, firstEdge, edgeTo, edgeType, edgeTypes, edgeNameOrIndex, nodeId } = snapshot;
  const weak = edgeTypes.indexOf('weak');
  const shortcut = edgeTypes.indexOf('shortcut');
  const internal = edgeTypes.indexOf('internal');
  const ephemerons = devtoolsEphemerons(snapshot);
  const isEphemeron = bitsFor(snapshot.stringCount);
  for (const name of ephemerons.keys()) setBit(isEphemeron, name);
  const strong = bitsFor(edgeCount);
  for (let node = 0; node < nodeCount; node++) {
    const outside = node !== 0 && !hasBit(owned, node);
    for (let edge = firstEdge[node]!, end = firstEdge[node + 1]!; edge < end; edge++) {
      const type = edgeType[edge]!;
      const to = edgeTo[edge]!;
      if (type === weak || to === node) continue;
      if (node !== 0 && type === shortcut) continue;
      if (outside && hasBit(owned, to)) continue;
      if (type === internal && hasBit(isEphemeron, edgeNameOrIndex[edge]!)) {
        if (ephemerons.get(edgeNameOrIndex[edge]!)!.tableId === nodeId[node]) continue;
      }
      strong[edge >>> 3]! |= 1 << (edge & 7);
    }
  }
  return { nodeCount, firstEdge, edgeTo, strong };
}

/** Nodes to which no essential edge leads, in ordinal order: DevTools hangs those that are unreachable under the root. */
export function orphans(edges: StrongEdges): number[] {
  const { nodeCount, firstEdge, edgeTo, strong } = edges;
  const retained = bitsFor(nodeCount);
  const edgeCount = firstEdge[nodeCount]!;
  for (let edge = 0; edge < edgeCount; edge++) if (hasBit(strong, edge)) setBit(retained, edgeTo[edge]!);
  const found: number[] = [];
  for (let node = 1; node < nodeCount; node++) if (!hasBit(retained, node)) found.push(node);
  return found;
}

const UNOWNED = 0xffff_ffff;
const MANY_OWNERS = 0xffff_fffe;

/**
 * Self sizes after the move: what is hidden, an array, or external string content gives its bytes to the only other
 * node that reaches it through such nodes. Synthetic owners take nothing. Without a user root nothing moves.
 */
export function movedSelfSizes(snapshot: Snapshot): Uint32Array | Float64Array {
  if (userRoots(snapshot).length === 0) return snapshot.selfSize;
  const owner = ownersOf(snapshot);
  const synthetic = snapshot.nodeTypes.indexOf('synthetic');
  const size = Float64Array.from(snapshot.selfSize);
  for (let node = 0; node < snapshot.nodeCount; node++) {
    const to = owner[node]!;
    if (to === node || to >= MANY_OWNERS || to === 0 || snapshot.nodeType[to] === synthetic) continue;
    size[to]! += size[node]!;
    size[node] = 0;
  }
  return size;
}

function ownersOf(snapshot: Snapshot): Uint32Array {
  const { nodeCount, nodeTypes, nodeType, nodeName, firstEdge, edgeTo, edgeType, edgeTypes } = snapshot;
  const hidden = nodeTypes.indexOf('hidden');
  const array = nodeTypes.indexOf('array');
  const native = nodeTypes.indexOf('native');
  const external = snapshot.findString('system / ExternalStringData');
  const weak = edgeTypes.indexOf('weak');
  const owner = new Uint32Array(nodeCount);
  const stack: number[] = [];
  const give = (from: number, to: number): void => {
    const known = owner[to]!;
    if (known === to || known === MANY_OWNERS || known === owner[from]) return;
    owner[to] = known === UNOWNED ? owner[from]! : MANY_OWNERS;
    stack.push(to);
  };
  const giveToTargets = (node: number): void => {
    for (let edge = firstEdge[node]!, end = firstEdge[node + 1]!; edge < end; edge++) {
      if (edgeType[edge] !== weak) give(node, edgeTo[edge]!);
    }
  };
  for (let node = 0; node < nodeCount; node++) {
    const type = nodeType[node];
    const ownable = type === hidden || type === array || (type === native && nodeName[node] === external);
    owner[node] = ownable ? UNOWNED : node;
  }
  for (let node = 0; node < nodeCount; node++) {
    if (owner[node] !== node) continue;
    giveToTargets(node);
    while (stack.length > 0) giveToTargets(stack.pop()!);
  }
  return owner;
}

/**
 * Distances as DevTools counts them: breadth first from the user roots, which have 1, and then from the root, which has
 * `SYSTEM_DISTANCE`, or 0 when there is no user root.
 */
export function devtoolsDistances(snapshot: Snapshot): Int32Array {
  const { nodeCount, firstEdge, edgeTo, edgeType, edgeTypes } = snapshot;
  const weak = edgeTypes.indexOf('weak');
  const isFollowed = distanceFilter(snapshot);
  const distance = new Int32Array(nodeCount).fill(DEVTOOLS_UNREACHED);
  const roots = userRoots(snapshot);
  const queue = new Uint32Array(nodeCount + roots.length);
  let head = 0;
  let tail = 0;
  const visitAll = (): void => {
    for (; head < tail; head++) {
      const node = queue[head]!;
      const next = distance[node]! + 1;
      for (let edge = firstEdge[node]!, end = firstEdge[node + 1]!; edge < end; edge++) {
        const to = edgeTo[edge]!;
        if (edgeType[edge] === weak || distance[to] !== DEVTOOLS_UNREACHED) continue;
        if (!isFollowed(node, edge)) continue;
        distance[to] = next;
        queue[tail++] = to;
      }
    }
  };
  for (const node of roots) {
    distance[node] = 1;
    queue[tail++] = node;
  }
  visitAll();
  distance[0] = roots.length > 0 ? SYSTEM_DISTANCE : 0;
  head = 0;
  tail = 1;
  queue[0] = 0;
  visitAll();
  return distance;
}

/**
 * Which edges to unreached nodes the distances follow. Not `sloppy_function_map` out of a native context, not the keys
 * of descriptor arrays (maps share them), and of the two edges of an ephemeron not the first, so that the value gets
 * the greater distance. Has a memory, and must be asked in breadth-first order.
 */
function distanceFilter(snapshot: Snapshot): (node: number, edge: number) => boolean {
  const { nodeTypes, nodeType, nodeName, edgeTypes, edgeType, edgeNameOrIndex } = snapshot;
  const hidden = nodeTypes.indexOf('hidden');
  const array = nodeTypes.indexOf('array');
  const internal = edgeTypes.indexOf('internal');
  const isIndexed = edgeTypes.map((type) => type === 'element' || type === 'hidden');
  const nativeContext = snapshot.findString('system / NativeContext');
  const sloppyMap = snapshot.findString('sloppy_function_map');
  const descriptors = snapshot.findString('(map descriptors)');
  const ephemerons = devtoolsEphemerons(snapshot);
  const isEphemeron = bitsFor(snapshot.stringCount);
  for (const name of ephemerons.keys()) setBit(isEphemeron, name);
  const open = new Set<string>();
  return (node, edge) => {
    const name = edgeNameOrIndex[edge]!;
    const named = !isIndexed[edgeType[edge]!];
    const type = nodeType[node];
    if (type === hidden && named && name === sloppyMap && nodeName[node] === nativeContext) return false;
    if (type === array && nodeName[node] === descriptors) {
      const index = named ? Number.parseInt(snapshot.string(name), 10) : name;
      return index < 2 || index % 3 !== 1;
    }
    if (edgeType[edge] !== internal || !hasBit(isEphemeron, name)) return true;
    const { pair } = ephemerons.get(name)!;
    if (open.delete(pair)) return true;
    open.add(pair);
    return false;
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
