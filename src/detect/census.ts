import type { HeapGraph } from '../graph/heap-graph.ts';
import type { NodeClasses } from '../objects/node-class.ts';
import type { NodeOrdinal } from '../shared/ids.ts';
import type { Generations } from './generations.ts';
import type { GrowthGroup } from './growth-groups.ts';
import type { StoreSizes } from './swelling-stores.ts';

/** How many objects of a class hung below each holder of a growing group, young and old. */
export interface Census {
  /** By holder and class, see `censusKey`. */
  readonly populations: ReadonlyMap<string, number>;
  /** Sizes of the stores that may be swelling, see `swelling-stores.ts`. */
  readonly stores: StoreSizes;
  /** Highest heap id at the last mark that the heap had seen. */
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
  generations: Generations,
  groups: readonly GrowthGroup[],
  stores: StoreSizes,
): Census {
  const populations = new Map<string, number>();
  for (const group of groups) {
    const key = censusKey(graph, classes, group);
    if (key !== undefined) populations.set(key, populationOf(graph, classes, group));
  }
  return { populations, stores, watermark: generations.watermarks.at(-1) ?? 0 };
}

/** Has the holder's population grown, since the earlier heap, by less than half of what was born below it? */
export function isReplacement(
  graph: HeapGraph,
  classes: NodeClasses,
  group: GrowthGroup,
  earlier: Census,
): boolean {
  const key = censusKey(graph, classes, group);
  const before = key === undefined ? undefined : earlier.populations.get(key);
  if (before === undefined) return false;
  const gained = group.members.filter((node) => graph.idOf(node) > earlier.watermark).length;
  return gained >= 2 && populationOf(graph, classes, group) - before < gained / 2;
}

/** A group that does not grow has no older equals among its members. */
function populationOf(graph: HeapGraph, classes: NodeClasses, group: GrowthGroup): number {
  let children = 0;
  for (const node of graph.dominatedBy(group.stableDominator!))
    if (classes.keyOf(node as NodeOrdinal) === group.classKey) children += 1;
  return Math.max(children, group.members.length);
}

/** Holder and class by what stays the same between two heaps of one process; undefined below another group. */
function censusKey(graph: HeapGraph, classes: NodeClasses, group: GrowthGroup): string | undefined {
  if (group.stableDominator === undefined) return undefined;
  return `${holderId(graph, group.stableDominator)} ${className(graph, classes, group)}`;
}

/** Tables are made anew when a collection grows: the collection itself is the lasting holder. */
function holderId(graph: HeapGraph, holder: NodeOrdinal): number {
  return graph.typeOf(holder) === 'array'
    ? graph.idOf(graph.immediateDominatorOf(holder))
    : graph.idOf(holder);
}

function className(graph: HeapGraph, classes: NodeClasses, group: GrowthGroup): string {
  const member = group.members[0]!;
  return `${graph.typeOf(member)} ${classes.nameOf(member)}`;
}
