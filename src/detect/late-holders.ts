import type { HeapGraph } from '../graph/heap-graph.ts';
import { type NodeOrdinal, ROOT } from '../shared/ids.ts';
import type { Generations } from './generations.ts';
import { type GrowthGroup, isGrowing } from './growth-groups.ts';

/** How deep collections of collections are looked for. */
const HOLDER_LEVELS = 3;
/** Dominators looked at above a member for another one; chains link up within a few levels. */
const DOMINATOR_LEVELS = 12;

/**
 * Members of a growing group that hold the leak rather than belong to it: all came in the first generation, and the others
 * hang on them, several on one. A program that is marked while it starts makes its collections after the first mark, and
 * where these are of the class that piles up they are of its group:
 *
 *     tenants: Map ── Map ── Map      of these Maps the first two came once, and more and more hang on them
 *
 * A link of a chain has one other hanging on it: the first link of a list is its first victim, not its holder.
 */
export function lateHolders(
  graph: HeapGraph,
  generations: Generations,
  group: GrowthGroup,
): ReadonlySet<NodeOrdinal> {
  const holders = new Set<NodeOrdinal>();
  if (generations.count < 2 || !isGrowing(group)) return holders;
  const left = new Set(group.members);
  for (let level = 0; level < HOLDER_LEVELS; level += 1) {
    const outermost = [...left].filter((node) => memberAbove(graph, node, left) === undefined);
    if (outermost.some((node) => generations.bornIn(graph.idOf(node)) !== 1)) break;
    for (const node of outermost) left.delete(node);
    const next = [...left].filter((node) => memberAbove(graph, node, left) === undefined);
    if (next.length <= outermost.length) break;
    for (const node of outermost) holders.add(node);
  }
  return holders;
}

/** The closest of these nodes that dominates another. */
function memberAbove(
  graph: HeapGraph,
  node: NodeOrdinal,
  members: ReadonlySet<NodeOrdinal>,
): NodeOrdinal | undefined {
  let above = graph.immediateDominatorOf(node);
  for (let level = 0; level < DOMINATOR_LEVELS && above !== ROOT; level += 1) {
    if (members.has(above)) return above;
    above = graph.immediateDominatorOf(above);
  }
  return undefined;
}
