import type { HeapGraph } from '../graph/heap-graph.ts';
import type { ClassRank } from '../objects/node-class.ts';
import type { EdgeOrdinal, NodeOrdinal } from '../shared/ids.ts';
import { isReplacement } from './census.ts';
import type { Evidence } from './evidence.ts';
import { type GrowthGroup, isGrowing } from './growth-groups.ts';

/** A growing group at the top of its tree, with what grows below it. */
export interface Growth {
  readonly top: GrowthGroup;
  /** Growing groups below the top one, in order of the tree. */
  readonly below: readonly GrowthGroup[];
  /** The top one and every group below it, growing or not. */
  readonly all: readonly GrowthGroup[];
}

/** Growing groups that hang below no other growing group. */
export function growths(groups: readonly GrowthGroup[]): Growth[] {
  const topOf = new Map<GrowthGroup, GrowthGroup>();
  const all = new Map<GrowthGroup, GrowthGroup[]>();
  for (const group of groups) {
    const inherited = group.parent === undefined ? undefined : topOf.get(group.parent);
    const top = inherited ?? (isGrowing(group) ? group : undefined);
    if (top === undefined) continue;
    topOf.set(group, top);
    if (top === group) all.set(top, [group]);
    else all.get(top)!.push(group);
  }
  return [...all].map(([top, members]) => ({
    top,
    below: members.filter((group) => group !== top && isGrowing(group)),
    all: members,
  }));
}

/** Is something of the program's in it, or only V8's own machinery: code, maps, feedback? */
export function isOfProgram(evidence: Evidence, growth: Growth): boolean {
  return [growth.top, ...growth.below].some((group) => rankOf(evidence, group) !== 'engine');
}

/** Do nothing but these nodes, and the growth itself, refer to what grows? */
export function isHeldOnlyBy(
  { graph }: Evidence,
  growth: Growth,
  holders: ReadonlySet<NodeOrdinal>,
): boolean {
  const own = new Set(growth.all.flatMap((group) => group.members));
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

/** The group whose class tells the developer most: the program's own classes first, nearest the top, then the largest. */
export function principalOf(evidence: Evidence, growth: Growth): GrowthGroup {
  return [growth.top, ...growth.below].reduce((best, group) =>
    isBetter(evidence, group, best) ? group : best,
  );
}

function isBetter(evidence: Evidence, a: GrowthGroup, b: GrowthGroup): boolean {
  const rank = RANKS.indexOf(rankOf(evidence, a)) - RANKS.indexOf(rankOf(evidence, b));
  if (rank !== 0) return rank < 0;
  const depth = depthOf(a) - depthOf(b);
  if (depth !== 0) return depth < 0;
  return retainedOf(evidence.graph, a.members) > retainedOf(evidence.graph, b.members);
}

function depthOf(group: GrowthGroup): number {
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
 * the chain grows, and every run shows the same one.
 */
export function representativeOf(evidence: Evidence, group: GrowthGroup): NodeOrdinal {
  const { graph, generations } = evidence;
  const ages = group.members.map((node) => generations.bornIn(graph.idOf(node)));
  for (let generation = Math.min(2, generations.count); generation <= generations.count; generation += 1) {
    const born = group.members.filter((_, index) => ages[index] === generation);
    born.sort((a, b) => graph.distanceOf(a) - graph.distanceOf(b) || graph.idOf(a) - graph.idOf(b));
    if (born.length > 0) return born[born.length >>> 1]!;
  }
  return group.members[0]!;
}
