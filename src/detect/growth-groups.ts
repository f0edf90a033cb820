import type { HeapGraph } from '../graph/heap-graph.ts';
import type { NodeClasses } from '../objects/node-class.ts';
import { type NodeOrdinal, ROOT } from '../shared/ids.ts';
import { type BirthCurve, birthCurve } from './birth-curve.ts';
import type { Generations } from './generations.ts';

/** Objects of one class that hang below one stable node, or below the members of one other group. */
export interface GrowthGroup {
  readonly index: number;
  /** The stable node that dominates the members, for groups at the top; undefined below another group. */
  readonly stableDominator: NodeOrdinal | undefined;
  /** The group whose members dominate these. */
  readonly parent: GrowthGroup | undefined;
  readonly classKey: number;
  /** Members in ordinal order, whenever born. */
  readonly members: readonly NodeOrdinal[];
  /** Members by generation of birth, from generation 1. */
  readonly births: readonly number[];
  readonly curve: BirthCurve;
}

/** How many levels up a class that comes again is taken for the next link of a chain rather than for a part. */
const CHAIN_LEVELS = 8;
const NO_GROUP = -1;

/**
 * Merges the dominator tree below everything that was born after the warm-up: equals below equals become
 * one group, as Eclipse MAT merges paths, so that a thousand leaked sessions are one row with a birth curve.
 *
 * A class that reappears a few levels below itself is the next link of a chain (a linked list, closures that
 * wrap each other) and joins its own group instead of starting another:
 *
 *     Map ── Session ── Array        top group [Session], below it [Array]
 *     head ── Link ── Link ── Link   one group [Link]
 *
 * Where a group below a stable node grows, the equals that hung there before the first mark belong to it as
 * well: they are the leak's first victims, and what grows inside them grows inside the leak.
 */
export function growthGroups(
  graph: HeapGraph,
  classes: NodeClasses,
  generations: Generations,
): GrowthGroup[] {
  const newborn = mergeBelow(graph, classes, generations, new Set());
  const growing = newborn.filter((group) => group.stableDominator !== undefined && isGrowing(group));
  const withElders = new Set(growing.map((group) => topKey(group.stableDominator!, group.classKey)));
  return withElders.size === 0 ? newborn : mergeBelow(graph, classes, generations, withElders);
}

/** Were members born and kept in every generation, at one rate? */
export function isGrowing(group: GrowthGroup): boolean {
  return group.curve.shape === 'exact' || group.curve.shape === 'steady';
}

/** One walk down the dominator tree; `withElders` names the groups that take in older equals. */
function mergeBelow(
  graph: HeapGraph,
  classes: NodeClasses,
  generations: Generations,
  withElders: ReadonlySet<string>,
): GrowthGroup[] {
  const drafts: Draft[] = [];
  const groupOf = new Int32Array(graph.nodeCount).fill(NO_GROUP);
  const byKey = new Map<string, number>();
  const stack: NodeOrdinal[] = [ROOT];
  while (stack.length > 0) {
    const dominator = stack.pop()!;
    const above = groupOf[dominator]!;
    for (const dominated of graph.dominatedBy(dominator)) {
      const node = dominated as NodeOrdinal;
      stack.push(node);
      const born = generations.bornIn(graph.idOf(node));
      const isNewborn = born >= 1 && born <= generations.count && hasStableId(graph, node);
      const classKey =
        above === NO_GROUP && !isNewborn && withElders.size === 0 ? NO_GROUP : classes.keyOf(node);
      if (above === NO_GROUP && !isNewborn && !withElders.has(topKey(dominator, classKey))) continue;
      const index = joinGroup(drafts, byKey, above, dominator, classKey);
      groupOf[node] = index;
      const draft = drafts[index]!;
      draft.members.push(node);
      if (isNewborn) draft.births[born - 1] = (draft.births[born - 1] ?? 0) + 1;
    }
  }
  return finish(drafts, generations);
}

function topKey(dominator: NodeOrdinal, classKey: number): string {
  return `n${dominator} ${classKey}`;
}

interface Draft {
  readonly stableDominator: NodeOrdinal | undefined;
  readonly parent: number;
  readonly classKey: number;
  readonly members: NodeOrdinal[];
  readonly births: number[];
}

function joinGroup(
  drafts: Draft[],
  byKey: Map<string, number>,
  above: number,
  dominator: NodeOrdinal,
  classKey: number,
): number {
  let ancestor = above;
  for (let level = 0; ancestor !== NO_GROUP && level < CHAIN_LEVELS; level += 1) {
    const draft = drafts[ancestor]!;
    if (draft.classKey === classKey) return ancestor;
    ancestor = draft.parent;
  }
  const key = above === NO_GROUP ? topKey(dominator, classKey) : `g${above} ${classKey}`;
  let index = byKey.get(key);
  if (index === undefined) {
    index = drafts.length;
    byKey.set(key, index);
    drafts.push({
      stableDominator: above === NO_GROUP ? dominator : undefined,
      parent: above,
      classKey,
      members: [],
      births: [],
    });
  }
  return index;
}

function finish(drafts: readonly Draft[], generations: Generations): GrowthGroup[] {
  const groups: GrowthGroup[] = [];
  for (const [index, draft] of drafts.entries()) {
    const births = Array.from(
      { length: generations.count },
      (_, generation) => draft.births[generation] ?? 0,
    );
    groups.push({
      index,
      stableDominator: draft.stableDominator,
      parent: draft.parent === NO_GROUP ? undefined : groups[draft.parent],
      classKey: draft.classKey,
      members: draft.members.sort((a, b) => a - b),
      births,
      curve: birthCurve(births, generations.work, generations.unit),
    });
  }
  return groups;
}

/** Embedder nodes (even ids) and number nodes get new ids in every snapshot, so their age is unknown. */
function hasStableId(graph: HeapGraph, node: NodeOrdinal): boolean {
  return graph.idOf(node) % 2 === 1 && graph.typeOf(node) !== 'number';
}
