import type { HeapGraph } from '../graph/heap-graph.ts';
import { watermarkOf } from '../ingest/stable-ids.ts';
import type { NodeClasses } from '../objects/node-class.ts';
import { callbackKey, callbackOf } from '../objects/timers.ts';
import type { NodeOrdinal } from '../shared/ids.ts';
import { carriersOf, type GrowthGroup } from './growth-groups.ts';
import type { StoreSizes } from './swelling-stores.ts';

/** How many objects of a class hung below each holder of a growing group, young and old. */
export interface Census {
  /** By holder and class, see `censusKey`. */
  readonly populations: ReadonlyMap<string, number>;
  /** Sizes of the stores that may be swelling, see `swelling-stores.ts`. */
  readonly stores: StoreSizes;
  /** Highest heap id in the heap: what has a greater one came later. */
  readonly watermark: number;
}

/**
 * Counts, below each holder of a growing group, the objects of the group's class.
 *
 * A ring that was full before the first mark shows the birth curve of a leak: each round replaces k old members.
 * What tells it apart is that its population stays; so a later heap is asked for the same numbers again, see
 * `isReplacement`.
 */
export function census(
  graph: HeapGraph,
  classes: NodeClasses,
  groups: readonly GrowthGroup[],
  stores: StoreSizes,
): Census {
  const populations = new Map<string, number>();
  for (const group of groups) {
    const key = censusKey(graph, classes, group);
    if (key !== undefined) populations.set(key, populationOf(graph, classes, group));
  }
  return { populations, stores, watermark: watermarkOf(graph.snapshot) };
}

/** Has the holder's population grown, since the earlier heap, by less than half of what was born below it? */
export function isReplacement(
  graph: HeapGraph,
  classes: NodeClasses,
  group: GrowthGroup,
  earlier: Census,
): boolean {
  const counted = countedFor(graph, group);
  const key = censusKey(graph, classes, counted);
  const before = key === undefined ? undefined : earlier.populations.get(key);
  if (before === undefined) return false;
  const gained = group.members.filter((node) => graph.idOf(node) > earlier.watermark).length;
  return gained >= 2 && populationOf(graph, classes, counted) - before < gained / 2;
}

/** Members that are carried are as many as their carriers, and those hang on one holder. */
function countedFor(graph: HeapGraph, group: GrowthGroup): GrowthGroup {
  const isCarried = holderOfGroup(graph, group) === undefined && carriersOf(graph, group).length > 0;
  return isCarried ? group.parent! : group;
}

/**
 * A group below one stable holder that does not grow has no older equals among its members; all others have every equal that
 * hangs there.
 */
function populationOf(graph: HeapGraph, classes: NodeClasses, group: GrowthGroup): number {
  const holder = group.siblings === undefined ? holderOfGroup(graph, group) : undefined;
  if (holder === undefined) return group.members.length;
  const alike = childrenOf(graph, classes, holder);
  const sketch = classes.sketchOf(group.members[0]!);
  const callback = callbackKey(graph, classes, group.members[0]!);
  const children = (alike.get(sketch) ?? []).filter(
    (node) =>
      classes.keyOf(node) === group.classKey &&
      (callback === undefined || callbackKey(graph, classes, node) === callback),
  );
  return Math.max(children.length, group.members.length);
}

type Children = ReadonlyMap<number, readonly NodeOrdinal[]>;

/** By holder: many groups hang on one, most of all on the root. */
const childrenBySketch = new WeakMap<NodeClasses, Map<NodeOrdinal, Children>>();

/** What a node dominates immediately, by the sketch of its class. Gathered once for each heap. */
function childrenOf(graph: HeapGraph, classes: NodeClasses, holder: NodeOrdinal): Children {
  const gathered = childrenBySketch.get(classes) ?? new Map<NodeOrdinal, Children>();
  childrenBySketch.set(classes, gathered);
  const known = gathered.get(holder);
  if (known !== undefined) return known;
  const children = new Map<number, NodeOrdinal[]>();
  for (const dominated of graph.dominatedBy(holder)) {
    const node = dominated as NodeOrdinal;
    const sketch = classes.sketchOf(node);
    const alike = children.get(sketch);
    if (alike === undefined) children.set(sketch, [node]);
    else alike.push(node);
  }
  gathered.set(holder, children);
  return children;
}

/**
 * Holder and class by what stays the same between two heaps of one process. What hangs on many holders goes by the classes
 * on the way to it from the one above them.
 */
function censusKey(graph: HeapGraph, classes: NodeClasses, group: GrowthGroup): string | undefined {
  const wordsOf = (node: NodeOrdinal): string => `${graph.typeOf(node)} ${classes.nameOf(node)}`;
  const own = `${wordsOf(group.members[0]!)}${callbackWords(graph, group.members[0]!)}`;
  if (group.siblings !== undefined) {
    const { collection, way } = group.siblings;
    return [graph.idOf(collection), ...way.map(wordsOf), own].join(' / ');
  }
  const holder = holderOfGroup(graph, group);
  if (holder !== undefined) return `${holderId(graph, holder)} ${own}`;
  const way = [own];
  let above = group;
  while (above.parent !== undefined) {
    above = above.parent;
    way.unshift(wordsOf(above.members[0]!));
  }
  return above.stableDominator === undefined
    ? undefined
    : [holderId(graph, above.stableDominator), ...way].join(' / ');
}

/** What a timer calls, as it is called in every heap of one process; empty for all other nodes. */
function callbackWords(graph: HeapGraph, node: NodeOrdinal): string {
  const callback = graph.nameOf(node) === 'Timeout' ? callbackOf(graph, node) : undefined;
  if (callback === undefined) return '';
  const { scriptId, line, column } = graph.snapshot.position(callback) ?? {};
  return ` of ${graph.nameOf(callback)} ${scriptId}:${line}:${column}`;
}

/** What a group hangs on: a stable node, or the one object that came after the first mark and holds all members. */
export function holderOfGroup(graph: HeapGraph, group: GrowthGroup): NodeOrdinal | undefined {
  if (group.stableDominator !== undefined) return group.stableDominator;
  const holder = graph.immediateDominatorOf(group.members[0]!);
  return group.members.every((node) => graph.immediateDominatorOf(node) === holder) ? holder : undefined;
}

/** Tables are made anew when a collection grows: the collection itself is the lasting holder. */
function holderId(graph: HeapGraph, holder: NodeOrdinal): number {
  return graph.typeOf(holder) === 'array'
    ? graph.idOf(graph.immediateDominatorOf(holder))
    : graph.idOf(holder);
}
