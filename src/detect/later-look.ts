import { dominatedBelow } from '../graph/dominated-below.ts';
import { TEXT_TYPES } from '../objects/text.ts';
import type { HeapObjectId, NodeOrdinal } from '../shared/ids.ts';
import type { Evidence } from './evidence.ts';
import type { Finding } from './finding.ts';

/** A holder that still has this share of its population, and no longer grows, is full. */
const FULL_SHARE = 0.5;

/**
 * Did a later heap of the same process show that what grew has a bound? The holder is still there and about as full as
 * before, though the later look did not find it growing. A program that lets go of everything when it ends leaves the
 * holder empty or takes it away: that says nothing.
 *
 * @param finding of the earlier heap, by growth
 */
export function isBoundedLater(finding: Finding, earlier: Evidence, later: Evidence): boolean {
  if (finding.evidence !== 'growth' || finding.accumulationPoint === undefined) return false;
  const holder = holderOf(earlier, finding, finding.accumulationPoint);
  const same = later.graph.nodeWithId(earlier.graph.idOf(holder));
  if (same === undefined || !later.graph.isReachable(same)) return false;
  const accused = new Set(finding.objects.map((node) => earlier.graph.idOf(node)));
  const newest = earlier.generations.watermarks.at(-1) ?? 0;
  const isOfIt = (id: HeapObjectId): boolean => accused.has(id) || id > newest;
  const isAlike: IsAlike = isText(earlier, finding.representative)
    ? (look, node) => isText(look, node) && !isPartOf(look, look.graph.immediateDominatorOf(node))
    : ({ classes }, node) => classes.nameOf(node) === finding.className;
  const before = finding.objects.filter((node) => isAlike(earlier, node)).length;
  const population = dominatedBelow(later.graph, same, (node) => {
    return isOfIt(later.graph.idOf(node)) && isAlike(later, node);
  });
  return before > 0 && population.length >= FULL_SHARE * before;
}

/** Is a node of one of the looks of the kind that grew? */
type IsAlike = (look: Evidence, node: NodeOrdinal) => boolean;

/**
 * V8 puts a text that was built of pieces together when it is first read: it is of another class then, and has no pieces, which
 * therefore do not count.
 */
function isText({ graph }: Evidence, node: NodeOrdinal): boolean {
  return TEXT_TYPES.has(graph.typeOf(node));
}

/** Are texts below it its pieces? V8 also spells out numbers, in a text of its own for each snapshot. */
function isPartOf(look: Evidence, node: NodeOrdinal): boolean {
  return isText(look, node) || look.graph.typeOf(node) === 'number';
}

/**
 * What keeps all that grew: the object that dominates it, which for the entries of a cache that a Map and a list both lead to is
 * the cache; the accumulation point where only a root does. Tables are made anew when a collection grows: the collection
 * itself is the lasting holder.
 */
function holderOf({ graph }: Evidence, finding: Finding, accumulationPoint: NodeOrdinal): NodeOrdinal {
  if (finding.collection !== undefined) return finding.collection;
  let above = graph.immediateDominatorOf(finding.representative);
  while (finding.leaking.has(above)) above = graph.immediateDominatorOf(above);
  const holder = graph.typeOf(above) === 'synthetic' ? accumulationPoint : above;
  return graph.typeOf(holder) === 'array' ? graph.immediateDominatorOf(holder) : holder;
}
