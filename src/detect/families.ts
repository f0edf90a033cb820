import type { HeapGraph } from '../graph/heap-graph.ts';
import type { NodeClasses } from '../objects/node-class.ts';
import { birthCurve, type CurveShape } from './birth-curve.ts';
import type { Generations } from './generations.ts';
import { type GrowthGroup, isGrowing } from './growth-groups.ts';
import { heldInCommon } from './shared-holder-groups.ts';
import { onEqualHolders } from './sibling-groups.ts';
import { timersOfOneCallback } from './timer-groups.ts';
import { treesAmong } from './tree-groups.ts';

/** What fills up, or keeps the latest. */
const BOUNDED_SHAPES: ReadonlySet<CurveShape> = new Set(['warm-up', 'recent', 'tapering']);

/** Groups, with those that belong together put together. */
export interface WithFamilies {
  /** The groups; where those of a family grow together, their common group stands in their place. */
  readonly groups: readonly GrowthGroup[];
  /** The common groups of all families, growing or not, for the census. */
  readonly common: readonly GrowthGroup[];
}

/**
 * Puts groups together that are one leak at several places: on nodes of one tree, on equal holders in one collection, in one
 * collection beside other holders, or in the lists of timers of several durations. Each family has one birth curve and one census.
 */
export function withFamilies(
  graph: HeapGraph,
  classes: NodeClasses,
  generations: Generations,
  groups: readonly GrowthGroup[],
): WithFamilies {
  const childrenOf = listsBy(groups, (group) => group.parent);
  const common: GrowthGroup[] = [];
  const together: GrowthGroup[] = [];
  const alone = new Set(groups);
  const families = [
    ...treesAmong(graph, classes, generations, groups),
    ...onEqualHolders(graph, classes, groups),
    ...heldInCommon(graph, classes, generations, groups),
    ...timersOfOneCallback(graph, classes, groups),
  ];
  for (const { members, equals, ...place } of families) {
    const firstIndex = groups.length + common.length;
    const top = { ...merged(members, undefined, firstIndex, generations), ...place, members: equals };
    const tree: GrowthGroup[] = [{ ...top, stableDominator: place.siblings.collection }];
    const originals: GrowthGroup[][] = [[...members]];
    for (let at = 0; at < tree.length; at += 1) {
      const children = originals[at]!.flatMap((each) => childrenOf.get(each) ?? []);
      for (const alike of listsBy(children, ({ classKey }) => classKey).values()) {
        tree.push(merged(alike, tree[at], firstIndex + tree.length, generations));
        originals.push(alike);
      }
    }
    common.push(...tree);
    const isTold = tree.some((group) => isGrowing(group) && !isEngine(classes, group));
    if (members.length < 2 || !isTold || !members.every((member) => alone.has(member))) continue;
    if (hasOwnLeak(members, tree[0]!.curve.shape, generations)) continue;
    together.push(...tree);
    for (const original of originals.flat()) alone.delete(original);
  }
  return { groups: [...alone, ...together], common };
}

/**
 * Is the leak at some of these places alone, as in the one of six equal caches that has no limit? One group grows to the object,
 * and all together do not; or a few grow, and all others together are bounded.
 */
function hasOwnLeak(groups: readonly GrowthGroup[], together: CurveShape, generations: Generations): boolean {
  const growing = groups.filter(isGrowing);
  if (growing.length === 0 || growing.length === groups.length) return false;
  if (growing.length === 1 && growing[0]!.curve.shape === 'exact') return together !== 'exact';
  const others = groups.filter((group) => !isGrowing(group));
  const { shape } = merged(others, undefined, 0, generations).curve;
  return growing.length <= others.length && BOUNDED_SHAPES.has(shape);
}

function isEngine(classes: NodeClasses, group: GrowthGroup): boolean {
  return classes.rankOf(group.members[0]!) === 'engine';
}

function merged(
  equals: readonly GrowthGroup[],
  parent: GrowthGroup | undefined,
  index: number,
  generations: Generations,
): GrowthGroup {
  const births = equals[0]!.births.map((_, at) => equals.reduce((sum, group) => sum + group.births[at]!, 0));
  return {
    index,
    stableDominator: undefined,
    parent,
    classKey: equals[0]!.classKey,
    members: equals.flatMap(({ members }) => members).sort((a, b) => a - b),
    births,
    curve: birthCurve(births, generations.work, generations.unit),
  };
}

function listsBy<Key>(
  groups: readonly GrowthGroup[],
  keyOf: (group: GrowthGroup) => Key,
): Map<Key, GrowthGroup[]> {
  const lists = new Map<Key, GrowthGroup[]>();
  for (const group of groups) {
    const key = keyOf(group);
    const list = lists.get(key);
    if (list === undefined) lists.set(key, [group]);
    else list.push(group);
  }
  return lists;
}
