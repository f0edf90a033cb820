import type { HeapGraph } from '../graph/heap-graph.ts';
import { edgesOf } from '../objects/edges.ts';
import type { EdgeOrdinal, HeapObjectId, NodeOrdinal } from '../shared/ids.ts';
import type { Evidence } from './evidence.ts';
import type { Finding } from './finding.ts';
import { entryEdge, holderPaths, isHeldByProgram, stepsInto } from './holder-paths.ts';
import { kindOfStep } from './kind-of-step.ts';

/** Size of a store at each look so far, by the heap id of its holder. */
export type StoreSizes = ReadonlyMap<HeapObjectId, readonly number[]>;

/** A store that its collection has replaced since the first mark. */
export interface ReplacedStore {
  readonly holder: NodeOrdinal;
  readonly store: NodeOrdinal;
  /** Its size at each look so far. */
  readonly bytes: readonly number[];
}

/** Smaller stores are no leak worth a longer run. */
const LEAST_BYTES = 1024;
/** A store that gained less than this between two looks, each at more rounds than all before, has stopped. */
const LEAST_GAIN = 1.4;
/** What such a collection holds, for people. */
export const VALUES = '(values that are no objects)';
/** Looks that must all have seen it gain. */
const PATIENT_LOOKS = 3;
/** Stores followed at most, largest first. */
const MOST_STORES = 50;

/** Nodes that stand for numbers, booleans, holes and the like. */
const VALUE_TYPES = new Set(['number', 'hidden', 'code', 'object shape']);
const SLOT_BYTES = 8;
/** A store with fewer references than one in so many slots is one of values. */
const SLOTS_PER_OBJECT = 16;

/** Collections of the program, with the edge to the store that grows with their content. */
const STORES: ReadonlyMap<string, string> = new Map([
  ['Array', 'elements'],
  ['Map', 'table'],
  ['Set', 'table'],
  ['Object', 'properties'],
]);

/**
 * The stores that old collections have replaced since the first mark, largest first. Numbers and booleans are no objects:
 * a list of them that leaks shows in nothing but the size of its store. So does a list of one object again and again.
 */
export function replacedStores({ graph, generations, earlier }: Evidence): ReplacedStore[] {
  const { selfSize } = graph.tables;
  const storeByHolder = new Map<NodeOrdinal, NodeOrdinal>();
  for (let ordinal = 0; ordinal < selfSize.length; ordinal += 1) {
    if (selfSize[ordinal]! < LEAST_BYTES) continue;
    const store = ordinal as NodeOrdinal;
    if (generations.bornIn(graph.idOf(store)) === 0 || graph.typeOf(store) !== 'array') continue;
    for (const edge of graph.retainerEdges(store)) {
      const holder = graph.edgeSource(edge as EdgeOrdinal);
      if (generations.bornIn(graph.idOf(holder)) > 0 || !graph.isReachable(holder)) continue;
      if (storeOf(graph, holder) === store) storeByHolder.set(holder, store);
    }
  }
  const bytesOf = ([, store]: readonly [NodeOrdinal, NodeOrdinal]) => selfSize[store]!;
  return [...storeByHolder]
    .sort((a, b) => bytesOf(b) - bytesOf(a) || graph.idOf(a[0]) - graph.idOf(b[0]))
    .slice(0, MOST_STORES)
    .map(([holder, store]) => {
      const before = earlier?.stores.get(graph.idOf(holder)) ?? [];
      return { holder, store, bytes: [...before, selfSize[store]!] };
    });
}

/** For the look at a later heap. */
export function storeSizes(graph: HeapGraph, stores: readonly ReplacedStore[]): StoreSizes {
  return new Map(stores.map(({ holder, bytes }) => [graph.idOf(holder), bytes]));
}

/**
 * Collections whose store went on growing from look to look though no objects pile up in them. Those that growth of
 * objects explains are left to it.
 */
export function swellingStores(
  evidence: Evidence,
  stores: readonly ReplacedStore[],
  explained: readonly Finding[],
): Finding[] {
  if (evidence.generations.unit === 'snapshots') return [];
  const { graph } = evidence;
  const taken = new Set(explained.flatMap(({ accumulationPoint }) => around(graph, accumulationPoint)));
  return stores.flatMap(({ holder, store, bytes }) => {
    if (taken.has(holder) || taken.has(store)) return [];
    const content = contentOf(graph, store);
    if (content.isOfObjects) return [];
    const isSwelling = bytes.every((size, look) => look === 0 || size >= LEAST_GAIN * bytes[look - 1]!);
    return isSwelling && isHeldByProgram(evidence, holder, content.repeated)
      ? [findingOf(evidence, holder, store, bytes, content.repeated)]
      : [];
  });
}

function storeOf(graph: HeapGraph, holder: NodeOrdinal): NodeOrdinal | undefined {
  if (graph.typeOf(holder) !== 'object') return undefined;
  const edge = STORES.get(graph.nameOf(holder));
  const store = edge === undefined ? undefined : graph.follow(holder, edge, 'internal');
  return store !== undefined && graph.typeOf(store) === 'array' ? store : undefined;
}

/** A holder with its store, or a store with its holder. */
function around(graph: HeapGraph, node: NodeOrdinal | undefined): NodeOrdinal[] {
  return node === undefined ? [] : [node, graph.immediateDominatorOf(node)];
}

/**
 * Does every 16th slot of the store, or more, refer to an object of its own? Then growth of objects tells whether it leaks. Where as
 * many refer to the same few, the one that is there most often is `repeated`.
 */
function contentOf(
  graph: HeapGraph,
  store: NodeOrdinal,
): { readonly isOfObjects: boolean; readonly repeated: NodeOrdinal | undefined } {
  const countOf = new Map<NodeOrdinal, number>();
  let references = 0;
  for (const edge of edgesOf(graph, store)) {
    const target = graph.edgeTarget(edge);
    if (VALUE_TYPES.has(graph.typeOf(target))) continue;
    references += 1;
    countOf.set(target, (countOf.get(target) ?? 0) + 1);
  }
  const areMany = (count: number): boolean =>
    count * SLOTS_PER_OBJECT * SLOT_BYTES >= graph.selfSizeOf(store);
  if (areMany(countOf.size)) return { isOfObjects: true, repeated: undefined };
  const mostOften = [...countOf].sort((a, b) => b[1] - a[1] || graph.idOf(a[0]) - graph.idOf(b[0]))[0];
  return { isOfObjects: false, repeated: areMany(references) ? mostOften![0] : undefined };
}

function findingOf(
  evidence: Evidence,
  holder: NodeOrdinal,
  store: NodeOrdinal,
  bytes: readonly number[],
  repeated: NodeOrdinal | undefined,
): Finding {
  const { graph, classes } = evidence;
  const leaking = new Set([store]);
  const path = holderPaths(evidence, store, leaking, 1)[0];
  const steps = path && stepsInto(evidence, path, leaking);
  const step = steps && kindOfStep(graph, classes, steps.hops[steps.entry]!);
  const grown = bytes.at(-1)! - bytes[0]!;
  const isPatient = bytes.length >= PATIENT_LOOKS;
  return {
    kind: step ?? 'collection-growth',
    also: step === undefined || step === 'collection-growth' ? [] : ['collection-growth'],
    confidence: isPatient ? 'likely' : 'possible',
    reason: `its store grew from look to look (${bytes.join(', ')} bytes) ${repeated === undefined ? 'though no objects pile up in it: numbers, or the like' : 'with the same few objects, again and again'}`,
    isOpen: !isPatient,
    className: repeated === undefined ? VALUES : classes.nameOf(repeated),
    objects: [store],
    births: [],
    perRound: 0,
    evidence: 'growth',
    representative: store,
    alsoKept: [],
    leaking,
    accumulationPoint: path === undefined ? holder : path.nodes[entryEdge(path, leaking)],
    ...(repeated === undefined ? {} : { repeated }),
    retainedBytes: graph.retainedSizeOf(store),
    bytesPerRound: evidence.generations.unit === 'rounds' ? grown / evidence.generations.totalWork : 0,
  };
}
