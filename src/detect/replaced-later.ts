import { dominatedBelow } from '../graph/dominated-below.ts';
import type { HeapGraph } from '../graph/heap-graph.ts';
import type { NodeOrdinal } from '../shared/ids.ts';
import type { Evidence } from './evidence.ts';
import type { Finding } from './finding.ts';

/** Of the population before, this share must still be there: a holder that was emptied says nothing. */
const FULL_SHARE = 0.5;
/** A collection that was replaced as a whole is looked for by what holds it, so far up. */
const REPLACED_LEVELS = 3;

/**
 * Did a later heap of the same process show that the holder replaces its members: that it gained, since the earlier heap, less
 * than half of what was born below it? Any later look can show that, also where the program has let go of everything by its end.
 *
 * @param finding of the earlier heap, by growth
 */
export function isReplacedLater(finding: Finding, earlier: Evidence, later: Evidence): boolean {
  const holder = lastingHolder(finding, earlier.graph, later.graph);
  if (holder === undefined) return false;
  const then = earlier.graph.nodeWithId(later.graph.idOf(holder))!;
  const before = membersBelow(earlier, then, finding.className).length;
  const watermark = earlier.generations.watermarks.at(-1)!;
  const members = membersBelow(later, holder, finding.className);
  const born = members.filter((node) => later.graph.idOf(node) > watermark).length;
  return born >= 2 && members.length >= FULL_SHARE * before && members.length - before < born / 2;
}

/**
 * What held the leak, in the later heap; undefined where it is gone. Tables are made anew when a collection grows: the
 * collection itself lasts. Where that was replaced as a whole, what holds it does.
 */
function lastingHolder(
  { evidence, accumulationPoint, collection }: Finding,
  earlier: HeapGraph,
  later: HeapGraph,
): NodeOrdinal | undefined {
  if (evidence !== 'growth' || accumulationPoint === undefined) return undefined;
  const point = collection ?? accumulationPoint;
  let holder = earlier.typeOf(point) === 'array' ? earlier.immediateDominatorOf(point) : point;
  for (let level = 0; level <= REPLACED_LEVELS && earlier.typeOf(holder) !== 'synthetic'; level += 1) {
    const same = later.nodeWithId(earlier.idOf(holder));
    if (same !== undefined && later.isReachable(same)) return same;
    holder = earlier.immediateDominatorOf(holder);
  }
  return undefined;
}

function membersBelow({ graph, classes }: Evidence, holder: NodeOrdinal, className: string): NodeOrdinal[] {
  return dominatedBelow(graph, holder, (node) => classes.nameOf(node) === className);
}
