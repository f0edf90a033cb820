import type { Snapshot } from '../ingest/snapshot.ts';
import type { Workspace } from '../kernels/workspace.ts';
import { bitsFor, hasBit, setBit } from './bits.ts';
import { pageEntries, userRoots } from './devtools-roots.ts';
import { ephemeronEdges } from './ephemerons.ts';
import { nodesNamed } from './nodes-named.ts';

/** Distance of what is reachable from the root only, not from a user root. */
const SYSTEM_DISTANCE = 100_000_000;
/** Distance of what is never reached. */
const DEVTOOLS_UNREACHED = -5;

/** How far DevTools sees from where. */
export interface DevtoolsDistances {
  readonly distance: Int32Array;
  /** One bit for each node of the page: reachable from a page entry, not over weak edges. */
  readonly pageOwned: Uint8Array;
}

/**
 * Distances as DevTools counts them: breadth first from the user roots, which have 1, and then from the root, which has
 * `SYSTEM_DISTANCE`, or 0 when there is no user root.
 *
 * What the first search reaches is part of the page already, if the user roots are the page entries, as Node has them.
 */
export function devtoolsDistances(snapshot: Snapshot): DevtoolsDistances {
  const { nodeCount, workspace } = snapshot;
  const roots = userRoots(snapshot);
  const entries = pageEntries(snapshot);
  const distance = workspace?.arena.int32(nodeCount) ?? new Int32Array(nodeCount);
  distance.fill(DEVTOOLS_UNREACHED);
  const pageOwned = bitsFor(nodeCount, workspace);
  const filter = distanceFilter(snapshot);
  const search = (reached: Uint8Array, visitAll: Visitor): void => {
    const visitFrom = (nodes: readonly number[], first: number): void => {
      for (const node of nodes) {
        distance[node] = first;
        setBit(reached, node);
      }
      visitAll(nodes, distance, reached);
    };
    visitFrom(roots, 1);
    if (roots.every((node) => entries.includes(node))) {
      pageOwned.set(reached);
      for (const node of filteredTargets(snapshot, filter, pageOwned)) entries.push(node);
    }
    visitFrom([0], roots.length > 0 ? SYSTEM_DISTANCE : 0);
  };
  if (workspace === undefined) search(bitsFor(nodeCount), visitor(snapshot, filter));
  else
    workspace.scratch(() =>
      search(bitsFor(nodeCount, workspace), visitorByKernel(snapshot, workspace, filter)),
    );
  markFrom(entries, snapshot, pageOwned);
  return { distance, pageOwned };
}

/** Where the edges lead that the distances did not follow, out of the set. */
function filteredTargets(
  { edgeTo }: Snapshot,
  { never, pairEdges }: DistanceFilter,
  set: Uint8Array,
): number[] {
  const targets: number[] = [];
  for (const { edge, source } of [never, pairEdges]) {
    for (let at = 0; at < edge.length; at++) if (hasBit(set, source[at]!)) targets.push(edgeTo[edge[at]!]!);
  }
  return targets;
}

/** Adds to the set what is not in it, and what that reaches, not over weak edges. */
function markFrom(nodes: readonly number[], snapshot: Snapshot, set: Uint8Array): void {
  const { nodeCount, firstEdge, edgeTo, firstLabel, labelType, edgeTypes, workspace } = snapshot;
  const weak = edgeTypes.indexOf('weak');
  const fresh: number[] = [];
  for (const node of nodes) {
    if (hasBit(set, node)) continue;
    setBit(set, node);
    fresh.push(node);
  }
  if (fresh.length === 0) return;
  if (workspace !== undefined) {
    const { arena, kernels, scratch } = workspace;
    scratch(() => {
      const queue = arena.uint32(nodeCount);
      queue.set(fresh);
      const labels = [firstLabel.byteOffset, labelType.byteOffset] as const;
      const columns = [firstEdge.byteOffset, edgeTo.byteOffset, ...labels] as const;
      kernels.mark(...columns, weak, 0, set.byteOffset, queue.byteOffset, fresh.length, 0, 0);
    });
    return;
  }
  for (let node = fresh.pop(); node !== undefined; node = fresh.pop()) {
    let label = firstLabel[node]!;
    for (let edge = firstEdge[node]!, end = firstEdge[node + 1]!; edge < end; edge++) {
      const to = edgeTo[edge]!;
      if (labelType[label++] === weak || hasBit(set, to)) continue;
      setBit(set, to);
      fresh.push(to);
    }
  }
}

/** Edges, ascending, and where each comes from. */
interface EdgesAndSources {
  readonly edge: ArrayLike<number>;
  readonly source: ArrayLike<number>;
}

/** What the distances do not follow, or only sometimes. */
interface DistanceFilter {
  /** Edges that are never followed. */
  readonly never: EdgesAndSources;
  /** Edges of ephemerons: of each pair, the first to be looked at is not followed, and so in turn. */
  readonly pairEdges: EdgesAndSources & { readonly pair: Uint32Array };
}

/**
 * Never `sloppy_function_map` out of a native context, nor the keys in descriptor arrays, which maps share; and of the
 * two edges of an ephemeron not the first, so that the value gets the greater distance.
 */
function distanceFilter(snapshot: Snapshot): DistanceFilter {
  const edges = ephemeronEdges(snapshot);
  const never = neverFollowed(snapshot);
  const { edge, source, pair, spansLines } = edges;
  if (!spansLines.includes(1)) return { never, pairEdges: edges };
  const isKnown = (_: number, at: number): boolean => spansLines[at] === 0;
  const pairEdges = {
    edge: edge.filter(isKnown),
    source: source.filter(isKnown),
    pair: pair.filter(isKnown),
  };
  return { never, pairEdges };
}

function neverFollowed(snapshot: Snapshot): EdgesAndSources {
  const { firstEdge, firstLabel, labelType, labelName, edgeTypes } = snapshot;
  const contexts = nodesNamed(snapshot, 'hidden', 'system / NativeContext');
  const descriptors = nodesNamed(snapshot, 'array', '(map descriptors)');
  const sloppyMap = snapshot.findString('sloppy_function_map');
  const isIndexed = edgeTypes.map((type) => type === 'element' || type === 'hidden');
  const isKey = (index: number): boolean => index >= 2 && index % 3 === 1;
  const never = { edge: [] as number[], source: [] as number[] };
  const isContext = new Set(contexts);
  for (const node of [...contexts, ...descriptors].sort((a, b) => a - b)) {
    let label = firstLabel[node]!;
    for (let edge = firstEdge[node]!; edge < firstEdge[node + 1]!; edge++, label++) {
      const name = labelName[label]!;
      const isNever = isIndexed[labelType[label]!]
        ? !isContext.has(node) && isKey(name)
        : isContext.has(node)
          ? name === sloppyMap
          : isKey(Number.parseInt(snapshot.string(name), 10));
      if (!isNever) continue;
      never.edge.push(edge);
      never.source.push(node);
    }
  }
  return never;
}

/** Follows what is to be followed from nodes that have a distance and are in the set `reached`, breadth first. */
type Visitor = (start: readonly number[], distance: Int32Array, reached: Uint8Array) => void;

function visitor(snapshot: Snapshot, filter: DistanceFilter): Visitor {
  const { nodeCount, firstEdge, edgeTo, firstLabel, labelType, edgeTypes } = snapshot;
  const weak = edgeTypes.indexOf('weak');
  const never = new Set(Array.from(filter.never.edge));
  const { edge: pairEdge, pair } = filter.pairEdges;
  const pairOf = new Map(Array.from(pair, (number, at) => [pairEdge[at]!, number]));
  const open = new Set<number>();
  const isFollowed = (edge: number): boolean => {
    if (never.has(edge)) return false;
    const pair = pairOf.get(edge);
    if (pair === undefined || open.delete(pair)) return true;
    open.add(pair);
    return false;
  };
  return (start, distance, reached) => {
    const queue = new Uint32Array(nodeCount + start.length);
    queue.set(start);
    for (let head = 0, tail = start.length; head < tail; head++) {
      const node = queue[head]!;
      const next = distance[node]! + 1;
      let label = firstLabel[node]!;
      for (let edge = firstEdge[node]!, end = firstEdge[node + 1]!; edge < end; edge++) {
        const to = edgeTo[edge]!;
        if (labelType[label++] === weak || hasBit(reached, to) || !isFollowed(edge)) continue;
        setBit(reached, to);
        distance[to] = next;
        queue[tail++] = to;
      }
    }
  };
}

/** As in the kernel. */
const NO_PAIR = 0xffff_ffff;

function visitorByKernel(
  snapshot: Snapshot,
  { arena, kernels }: Workspace,
  { never, pairEdges }: DistanceFilter,
): Visitor {
  const { nodeCount, firstEdge, edgeTo, firstLabel, labelType, edgeTypes } = snapshot;
  const special = bitsFor(nodeCount, { arena });
  for (const { source } of [never, pairEdges]) {
    for (let at = 0; at < source.length; at++) setBit(special, source[at]!);
  }
  const count = never.edge.length + pairEdges.edge.length;
  const edges = arena.uint32(count);
  const pairs = arena.uint32(count);
  for (let at = 0, n = 0, p = 0; at < count; at++) {
    const isPair = n === never.edge.length || pairEdges.edge[p]! < never.edge[n]!;
    edges[at] = isPair ? pairEdges.edge[p]! : never.edge[n++]!;
    pairs[at] = isPair ? pairEdges.pair[p++]! : NO_PAIR;
  }
  const open = arena.bytes(pairEdges.pair.reduce((most, pair) => Math.max(most, pair + 1), 0)).fill(0);
  return (start, distance, reached) => {
    const queue = arena.uint32(nodeCount + start.length);
    queue.set(start);
    kernels.devtoolsBreadthFirst(
      firstEdge.byteOffset,
      edgeTo.byteOffset,
      firstLabel.byteOffset,
      labelType.byteOffset,
      edgeTypes.indexOf('weak'),
      special.byteOffset,
      edges.byteOffset,
      pairs.byteOffset,
      count,
      open.byteOffset,
      distance.byteOffset,
      reached.byteOffset,
      queue.byteOffset,
      start.length,
    );
  };
}
