import type { HeapGraph } from '../graph/heap-graph.ts';
import { wayInto } from '../objects/edge-words.ts';
import type { ClassRank } from '../objects/node-class.ts';
import { isTimersList } from '../objects/timers.ts';
import type { EdgeOrdinal, NodeOrdinal } from '../shared/ids.ts';
import { compareTexts, largestFirst } from '../shared/size-order.ts';
import { isReplacement } from './census.ts';
import type { Evidence } from './evidence.ts';
import { carriersOf, type GrowthGroup, isGrowing } from './growth-groups.ts';
import { kindOfOpen } from './kind-of-object.ts';

/** A growing group at the top of its tree, with what grows below it. */
export interface Growth {
  readonly top: GrowthGroup;
  /** Growing groups below the top one, in order of the tree. */
  readonly below: readonly GrowthGroup[];
  /** The top one and every group below it, growing or not. */
  readonly all: readonly GrowthGroup[];
  /** What is made anew again and again to hold the members of the top one; see `carriersOf`. */
  readonly carriers: readonly NodeOrdinal[];
}

/** Growing groups that hang below no other growing group. Of timers that is never the list in which Node.js keeps them. */
export function growths(graph: HeapGraph, groups: readonly GrowthGroup[]): Growth[] {
  const topOf = new Map<GrowthGroup, GrowthGroup>();
  const all = new Map<GrowthGroup, GrowthGroup[]>();
  for (const group of groups) {
    const inherited = group.parent === undefined ? undefined : topOf.get(group.parent);
    const grows = isGrowing(group) && !isTimersList(graph, group.members[0]!);
    const top = inherited ?? (grows ? group : undefined);
    if (top === undefined) continue;
    topOf.set(group, top);
    if (top === group) all.set(top, [group]);
    else all.get(top)!.push(group);
  }
  return [...all].map(([top, members]) => ({
    top,
    below: members.filter((group) => group !== top && isGrowing(group)),
    all: members,
    carriers: carriersOf(graph, top),
  }));
}

/** Is something of the program's in it, or only V8's own machinery: code, maps, feedback? */
export function isOfProgram(evidence: Evidence, growth: Growth): boolean {
  return [growth.top, ...growth.below].some((group) => rankOf(evidence, group) !== 'engine');
}

/** Everything that hangs in a growth, growing or not, and what carries it. */
export function membersOf({ all, carriers }: Growth): NodeOrdinal[] {
  return [...carriers, ...all.flatMap((group) => group.members)];
}

/** Do nothing but these nodes, and the growth itself, refer to what grows? */
export function isHeldOnlyBy(
  { graph }: Evidence,
  growth: Growth,
  holders: ReadonlySet<NodeOrdinal>,
): boolean {
  const own = new Set(membersOf(growth));
  const isHeld = (edge: number): boolean => {
    const holder = graph.edgeSource(edge as EdgeOrdinal);
    return holders.has(holder) || own.has(holder);
  };
  return growth.top.members.every((node) => graph.retainerEdges(node).every(isHeld));
}

export function isRing(evidence: Evidence, growth: Growth): boolean {
  const { graph, classes, earlier } = evidence;
  return earlier !== undefined && isReplacement(graph, classes, growth.top, earlier);
}

/** Class ranks, the most telling first. */
export const RANKS: readonly ClassRank[] = [
  'own-class',
  'core-class',
  'dependency-class',
  'own-function',
  'function',
  'plain',
  'text',
  'engine',
];

export function rankOf(evidence: Evidence, group: GrowthGroup): ClassRank {
  return evidence.classes.rankOf(group.members[0]!);
}

/**
 * How much the class of a group tells, less is more: its place among `RANKS`. Of Node's own classes those tell most that are
 * opened and closed, and least the native halves.
 */
export function rankIndex(evidence: Evidence, group: GrowthGroup): number {
  const { graph, classes, scripts } = evidence;
  const node = group.members[0]!;
  const rank = rankOf(evidence, group);
  const index = RANKS.indexOf(rank);
  if (rank !== 'core-class') return index;
  if (scripts.ownerOf(node) === 'unknown') return index + 0.5;
  return kindOfOpen(graph, classes, node) === undefined ? index + 0.25 : index;
}

/** What people call the class of a group. */
export function classNameOf({ classes }: Evidence, group: GrowthGroup): string {
  return classes.nameOf(group.members[0]!);
}

/** The group whose class tells the developer most: the program's own classes first, nearest the top, then the largest. */
export function principalOf(evidence: Evidence, growth: Growth): GrowthGroup {
  const groups = [growth.top, ...growth.below];
  const telling = leastBy(groups, (group) => rankIndex(evidence, group));
  return largestFirst(
    leastBy(telling, depthOf),
    (group) => retainedOf(evidence.graph, group.members),
    (a, b) => compareTexts(classNameOf(evidence, a), classNameOf(evidence, b)),
  )[0]!;
}

/** Those of which the number is the least. */
export function leastBy<T>(items: readonly T[], numberOf: (item: T) => number): T[] {
  const numbers = items.map(numberOf);
  const least = Math.min(...numbers);
  return items.filter((_, index) => numbers[index] === least);
}

/** How many groups there are above it. */
export function depthOf(group: GrowthGroup): number {
  let depth = 0;
  for (let above = group.parent; above !== undefined; above = above.parent) depth += 1;
  return depth;
}

/** Bytes that would go with all these nodes: the retained sizes of those that no other of them dominates. */
export function retainedOf(graph: HeapGraph, nodes: readonly NodeOrdinal[]): number {
  const members = new Set(nodes);
  let bytes = 0;
  for (const node of nodes)
    if (!isDominatedByOneOf(graph, node, members)) bytes += graph.retainedSizeOf(node);
  return bytes;
}

/** How far up a dominator of the same set is looked for: chains link up within a few levels. */
const DOMINATOR_LEVELS = 12;

function isDominatedByOneOf(graph: HeapGraph, node: NodeOrdinal, members: ReadonlySet<NodeOrdinal>): boolean {
  let above = graph.immediateDominatorOf(node);
  for (let level = 0; level < DOMINATOR_LEVELS && above !== 0; level += 1) {
    if (members.has(above)) return true;
    above = graph.immediateDominatorOf(above);
  }
  return false;
}

/**
 * A member from an early generation, half-way out among its equals: of a chain it is deep inside, so that the path shows how
 * the chain grows. Of those equally far out one that is held in the way that comes first in the order of the alphabet, so
 * that every run shows the same one.
 */
export function representativeOf(evidence: Evidence, group: GrowthGroup): NodeOrdinal {
  const { graph, generations } = evidence;
  const members = group.typical ?? group.members;
  const ages = members.map((node) => generations.bornIn(graph.idOf(node)));
  for (let generation = Math.min(2, generations.count); generation <= generations.count; generation += 1) {
    const born = members.filter((_, index) => ages[index] === generation);
    if (born.length === 0) continue;
    born.sort((a, b) => graph.distanceOf(a) - graph.distanceOf(b) || graph.idOf(a) - graph.idOf(b));
    const distance = graph.distanceOf(born[born.length >>> 1]!);
    return firstHeld(
      graph,
      born.filter((node) => graph.distanceOf(node) === distance),
    );
  }
  return members[0]!;
}

/** Equals whose ways of being held are compared; of more every so many-th. */
const MOST_COMPARED = 1000;
/** A way in which so small a share of the commonest are held may be missing in another run. */
const COMMON_SHARE = 0.25;

/** The middle one, by age, of the nodes that are held in the way that comes first in the order of the alphabet and is no exception. */
function firstHeld(graph: HeapGraph, nodes: readonly NodeOrdinal[]): NodeOrdinal {
  const step = Math.ceil(nodes.length / MOST_COMPARED);
  const byWay = new Map<string, { node: NodeOrdinal; slots: readonly number[] }[]>();
  for (const node of nodes.filter((_, index) => index % step === 0)) {
    const { words, slots } = wayInto(graph, node);
    const held = byWay.get(words);
    if (held === undefined) byWay.set(words, [{ node, slots }]);
    else held.push({ node, slots });
  }
  const most = Math.max(...[...byWay.values()].map((held) => held.length));
  const [, held] = [...byWay]
    .filter(([, { length }]) => length >= COMMON_SHARE * most)
    .sort(([a], [b]) => compareTexts(a, b))[0]!;
  held.sort((a, b) => compareSlots(a.slots, b.slots));
  return held[held.length >>> 1]!.node;
}

function compareSlots(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((slot, index) => slot !== b[index]);
  return at === -1 ? 0 : a[at]! - (b[at] ?? 0);
}
