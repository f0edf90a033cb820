import type { Snapshot } from '../ingest/snapshot.ts';
import { type EdgeOrdinal, type HeapObjectId, type NodeOrdinal, ROOT } from '../shared/ids.ts';
import { hasBit } from './bits.ts';
import { devtoolsDistances } from './devtools-distances.ts';
import { devtoolsDominators, essentialEdges } from './devtools-rules.ts';
import { distancesFromRoot } from './distances.ts';
import { type DominatedNodes, dominatedNodes } from './dominated-nodes.ts';
import { type Dominators, dominatorsOf } from './dominator-tree.ts';
import { strongByLeakscan } from './edge-strength.ts';
import { type EdgeRules, type GraphTables, type HeapGraph, UNREACHED_DISTANCE } from './heap-graph.ts';
import type { StoredTables } from './index-file.ts';
import { movedSelfSizes } from './owned-sizes.ts';
import { type Retainers, retainersOf } from './retainers.ts';
import type { StrongEdges } from './strong-edges.ts';
import { stronglyConnected } from './strongly-connected.ts';

/**
 * The graph of a snapshot. Nothing is computed yet: each table comes with the first question that needs it, unless it is
 * among those `stored` by an earlier run.
 */
export function buildHeapGraph(
  snapshot: Snapshot,
  rules: EdgeRules = 'leakscan',
  stored: StoredTables = {},
): HeapGraph {
  const usable = withRoom(snapshot);
  return new SnapshotGraph(usable, rulesFor(usable, rules), stored);
}

/** What the rules of that name decide about a snapshot. */
export function rulesFor(snapshot: Snapshot, rules: EdgeRules): HeapRules {
  return rules === 'leakscan' ? leakscanRules(snapshot) : devtoolsRules(snapshot);
}

/** Of Fibonacci hashing: the golden ratio as a part of 2^32. */
const HASH_FACTOR = 0x9e37_79b1;
/** Bytes that the tables of one graph take in the arena, with the work space for each in turn. */
const NODE_BYTES = 36;
const EDGE_BYTES = 5;

/** The snapshot, without its workspace if that cannot take the tables of one more graph. */
function withRoom(snapshot: Snapshot): Snapshot {
  const { workspace, nodeCount, edgeCount } = snapshot;
  const fits =
    workspace === undefined || workspace.arena.reserve(nodeCount * NODE_BYTES + edgeCount * EDGE_BYTES);
  return fits ? snapshot : Object.create(snapshot, { workspace: { value: undefined } });
}

/** Calls `compute` once, at the first question. */
function lazy<T>(compute: () => T): () => T {
  let value: T | undefined;
  return () => {
    value ??= compute();
    return value;
  };
}

/** What the rules decide about a snapshot. */
export interface HeapRules {
  readonly name: EdgeRules;
  strongEdges(): StrongEdges;
  selfSizes(): Uint32Array | Float64Array;
  distances(edges: () => StrongEdges): Int32Array;
  dominators(edges: StrongEdges, selfSize: Uint32Array | Float64Array): Dominators;
  /** Does everything hang in the dominator tree, or only what is reachable? */
  readonly unreachableInTree: boolean;
}

function leakscanRules(snapshot: Snapshot): HeapRules {
  return {
    name: 'leakscan',
    strongEdges: () => strongByLeakscan(snapshot),
    selfSizes: () => snapshot.selfSize,
    distances: (edges) => distancesFromRoot(edges()),
    dominators: (edges, selfSize) => dominatorsOf(edges, selfSize),
    unreachableInTree: false,
  };
}

function devtoolsRules(snapshot: Snapshot): HeapRules {
  const distances = lazy(() => devtoolsDistances(snapshot));
  return {
    name: 'devtools',
    strongEdges: () => essentialEdges(snapshot, distances().pageOwned),
    selfSizes: () => movedSelfSizes(snapshot),
    distances: () => distances().distance,
    dominators: (edges, selfSize) => devtoolsDominators(snapshot, edges, selfSize),
    unreachableInTree: true,
  };
}

class SnapshotTables implements GraphTables {
  readonly #snapshot: Snapshot;
  readonly #stored: StoredTables;
  readonly #edges: () => StrongEdges;
  readonly #selfSize: () => Uint32Array | Float64Array;
  readonly #distance: () => Int32Array;
  readonly #fromRoot: () => Int32Array;
  readonly #dominators: () => Dominators;
  readonly #retainers: () => Retainers;
  readonly #dominated: () => DominatedNodes;
  readonly #component: () => Uint32Array;

  constructor(snapshot: Snapshot, rules: HeapRules, stored: StoredTables) {
    this.#snapshot = snapshot;
    this.#stored = stored;
    this.#edges = lazy(() => {
      const { nodeCount, firstEdge, edgeTo } = snapshot;
      const { strong } = stored;
      return strong === undefined ? rules.strongEdges() : { nodeCount, firstEdge, edgeTo, strong };
    });
    this.#selfSize = lazy(() => stored.selfSize ?? rules.selfSizes());
    this.#distance = lazy(() => stored.distance ?? rules.distances(this.#edges));
    this.#fromRoot =
      rules.name === 'leakscan' ? this.#distance : lazy(() => distancesFromRoot(this.#edges()));
    this.#dominators = lazy(() => rules.dominators(this.#edges(), this.#selfSize()));
    this.#retainers = lazy(() => retainersOf(this.#edges()));
    this.#dominated = lazy(() =>
      dominatedNodes(this.dominator, rules.unreachableInTree ? undefined : this.#fromRoot()),
    );
    this.#component = lazy(() => stronglyConnected(this.#edges()));
  }

  isReachable(node: number): boolean {
    return this.#fromRoot()[node] !== UNREACHED_DISTANCE;
  }

  get firstEdge(): Uint32Array {
    return this.#snapshot.firstEdge;
  }
  get edgeTo(): Uint32Array {
    return this.#snapshot.edgeTo;
  }
  get strong(): Uint8Array {
    return this.#stored.strong ?? this.#edges().strong;
  }
  get selfSize(): Uint32Array | Float64Array {
    return this.#selfSize();
  }
  get firstRetainer(): Uint32Array {
    return this.#stored.firstRetainer ?? this.#retainers().firstRetainer;
  }
  get retainerEdge(): Uint32Array {
    return this.#stored.retainerEdge ?? this.#retainers().retainerEdge;
  }
  get distance(): Int32Array {
    return this.#distance();
  }
  get dominator(): Uint32Array {
    return this.#stored.dominator ?? this.#dominators().dominator;
  }
  get retainedSize(): Uint32Array | Float64Array {
    return this.#stored.retainedSize ?? this.#dominators().retainedSize;
  }
  get firstDominated(): Uint32Array {
    return this.#stored.firstDominated ?? this.#dominated().firstDominated;
  }
  get dominated(): Uint32Array {
    return this.#stored.dominated ?? this.#dominated().dominated;
  }
  get component(): Uint32Array {
    return this.#component();
  }
}

/** The graph over the columns of a snapshot. */
export class SnapshotGraph implements HeapGraph {
  readonly snapshot: Snapshot;
  readonly rules: EdgeRules;
  readonly tables: SnapshotTables;
  readonly #isIndexed: readonly boolean[];
  /** Whose edge was asked for last: the next question often is about another edge of it. */
  #lastSource = ROOT;
  readonly #nodeById = lazy(() => indexById(this.snapshot));

  constructor(snapshot: Snapshot, rules: HeapRules, stored: StoredTables) {
    this.snapshot = snapshot;
    this.rules = rules.name;
    this.tables = new SnapshotTables(snapshot, rules, stored);
    this.#isIndexed = snapshot.edgeTypes.map((type) => type === 'element' || type === 'hidden');
  }

  get nodeCount(): number {
    return this.snapshot.nodeCount;
  }
  get edgeCount(): number {
    return this.snapshot.edgeCount;
  }

  typeOf(node: NodeOrdinal): string {
    return this.snapshot.nodeTypes[this.snapshot.nodeType[node]!]!;
  }
  nameOf(node: NodeOrdinal): string {
    return this.snapshot.string(this.snapshot.nodeName[node]!);
  }
  nameIndexOf(node: NodeOrdinal): number {
    return this.snapshot.nodeName[node]!;
  }
  idOf(node: NodeOrdinal): HeapObjectId {
    return this.snapshot.nodeId[node] as HeapObjectId;
  }
  nodeWithId(id: HeapObjectId): NodeOrdinal | undefined {
    return this.#nodeById()(id);
  }
  selfSizeOf(node: NodeOrdinal): number {
    return this.tables.selfSize[node]!;
  }

  firstEdge(node: number): EdgeOrdinal {
    return this.snapshot.firstEdge[node] as EdgeOrdinal;
  }
  labelOf(edge: EdgeOrdinal): number {
    const source = this.edgeSource(edge);
    return this.snapshot.firstLabel[source]! + edge - this.snapshot.firstEdge[source]!;
  }
  edgeTypeOf(edge: EdgeOrdinal): string {
    return this.snapshot.edgeTypes[this.snapshot.labelType[this.labelOf(edge)]!]!;
  }
  edgeNameOf(edge: EdgeOrdinal): string | number {
    const label = this.labelOf(edge);
    const name = this.snapshot.labelName[label]!;
    return this.#isIndexed[this.snapshot.labelType[label]!] ? name : this.snapshot.string(name);
  }
  edgeTarget(edge: EdgeOrdinal): NodeOrdinal {
    return this.snapshot.edgeTo[edge] as NodeOrdinal;
  }
  edgeSource(edge: EdgeOrdinal): NodeOrdinal {
    const { firstEdge } = this.snapshot;
    const last = this.#lastSource;
    if (firstEdge[last]! <= edge && edge < firstEdge[last + 1]!) return last;
    let low = 0;
    let high = this.nodeCount - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (firstEdge[middle]! <= edge) low = middle;
      else high = middle - 1;
    }
    this.#lastSource = low as NodeOrdinal;
    return this.#lastSource;
  }
  isStrong(edge: EdgeOrdinal): boolean {
    return hasBit(this.tables.strong, edge);
  }
  follow(node: NodeOrdinal, name: string | number, type?: string): NodeOrdinal | undefined {
    const { snapshot } = this;
    const wanted = typeof name === 'number' ? name : snapshot.findString(name);
    if (wanted < 0) return undefined;
    const indexed = typeof name === 'number';
    let label = snapshot.firstLabel[node]!;
    for (let edge = snapshot.firstEdge[node]!; edge < snapshot.firstEdge[node + 1]!; edge++, label++) {
      const edgeType = snapshot.labelType[label]!;
      if (snapshot.labelName[label] !== wanted || this.#isIndexed[edgeType] !== indexed) continue;
      if (type === undefined || snapshot.edgeTypes[edgeType] === type)
        return snapshot.edgeTo[edge] as NodeOrdinal;
    }
    return undefined;
  }

  retainerEdges(node: NodeOrdinal): Uint32Array {
    const { firstRetainer, retainerEdge } = this.tables;
    return retainerEdge.subarray(firstRetainer[node]!, firstRetainer[node + 1]!);
  }
  dominatedBy(node: NodeOrdinal): Uint32Array {
    const { firstDominated, dominated } = this.tables;
    return dominated.subarray(firstDominated[node]!, firstDominated[node + 1]!);
  }

  isReachable(node: NodeOrdinal): boolean {
    return this.tables.isReachable(node);
  }
  distanceOf(node: NodeOrdinal): number {
    return this.tables.distance[node]!;
  }
  immediateDominatorOf(node: NodeOrdinal): NodeOrdinal {
    return this.tables.dominator[node] as NodeOrdinal;
  }
  retainedSizeOf(node: NodeOrdinal): number {
    return this.tables.retainedSize[node]!;
  }
  componentOf(node: NodeOrdinal): number {
    return this.tables.component[node]!;
  }
}

/** A hash table of the nodes by id, the next free place for what collides: a quarter of the memory of a Map. Of equal ids the first counts. */
function indexById({ nodeCount, nodeId }: Snapshot): (id: number) => NodeOrdinal | undefined {
  const bits = Math.ceil(Math.log2(1.5 * nodeCount + 1));
  /** Node ordinals plus one; 0 where the place is free. */
  const table = new Uint32Array(2 ** bits);
  const placeOf = (id: number): number => {
    let place = Math.imul(id, HASH_FACTOR) >>> (32 - bits);
    while (table[place] !== 0 && nodeId[table[place]! - 1] !== id) place = (place + 1) & (table.length - 1);
    return place;
  };
  for (let node = 0; node < nodeCount; node += 1) {
    const place = placeOf(nodeId[node]!);
    if (table[place] === 0) table[place] = node + 1;
  }
  return (id) => {
    const node = table[placeOf(id)]!;
    return node === 0 ? undefined : ((node - 1) as NodeOrdinal);
  };
}
