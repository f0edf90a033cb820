import type { HeapGraph } from '../graph/heap-graph.ts';
import type { NodeClasses } from '../objects/node-class.ts';
import type { NodeOrdinal } from '../shared/ids.ts';
import type { Generations } from './generations.ts';
import type { GrowthGroup } from './growth-groups.ts';
import type { StoreSizes } from './swelling-stores.ts';

/** How many objects from before the first mark hung below each holder of a growing group. */
export interface Census {
  /** By holder and class, see `censusKey`. */
  readonly elders: ReadonlyMap<string, number>;
  /** Sizes of the stores that may be swelling, see `swelling-stores.ts`. */
  readonly stores: StoreSizes;
  /** Generations the heap had seen. */
  readonly generations: number;
}

/**
 * Counts, below each holder of a growing group, the objects of the group's class that are older than the first mark.
 *
 * A ring that was full before the first mark shows the birth curve of a leak: each round replaces k old members.
 * What tells it apart is that the old members vanish at the rate at which the new ones come; so a later heap is
 * asked for the same numbers again, see `isReplacement`.
 */
export function census(
  graph: HeapGraph,
  classes: NodeClasses,
  generations: Generations,
  groups: readonly GrowthGroup[],
  stores: StoreSizes,
): Census {
  const counts = new Map<string, number>();
  for (const group of groups) {
    const key = censusKey(graph, classes, group);
    if (key !== undefined) counts.set(key, countElders(graph, generations, group));
  }
  return { elders: counts, stores, generations: generations.count };
}

/** Has the group's holder lost, since the earlier heap, at least half as many old members as it gained new ones? */
export function isReplacement(
  graph: HeapGraph,
  classes: NodeClasses,
  generations: Generations,
  group: GrowthGroup,
  earlier: Census,
): boolean {
  const key = censusKey(graph, classes, group);
  const before = key === undefined ? undefined : earlier.elders.get(key);
  if (before === undefined || before === 0) return false;
  const lost = before - countElders(graph, generations, group);
  const gained = group.births.slice(earlier.generations).reduce((sum, count) => sum + count, 0);
  return lost >= 2 && lost >= gained / 2;
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

function countElders(graph: HeapGraph, generations: Generations, group: GrowthGroup): number {
  return group.members.filter((node) => generations.bornIn(graph.idOf(node)) === 0).length;
}
