import type { HeapGraph } from '../graph/heap-graph.ts';
import { isContext } from '../objects/contexts.ts';
import { edgesOf } from '../objects/edges.ts';
import type { NodeClasses } from '../objects/node-class.ts';
import { isStore, ownerOf } from '../objects/stores.ts';
import type { EdgeOrdinal, NodeOrdinal } from '../shared/ids.ts';
import type { Generations } from './generations.ts';
import { type Family, FEWEST_HELD, type GrowthGroup, lastingDominator } from './growth-groups.ts';

/**
 * Groups of one class that one old collection holds, though some of their members are held by others as well and therefore hang
 * elsewhere in the dominator tree: a Map of all offers, of which the first dozen are in a list besides.
 *
 *     offers ──┬─ Offer            one group [Offer], below the Map
 *              └─ Offer ── shown   another one, below what leads to both Map and list
 */
export function heldInCommon(
  graph: HeapGraph,
  classes: NodeClasses,
  generations: Generations,
  groups: readonly GrowthGroup[],
): Family[] {
  const byHolder = new Map<string, { holder: NodeOrdinal; members: GrowthGroup[] }>();
  for (const group of groups) {
    if (!isOfObjects(classes, group) || lastingDominator(graph, group) === undefined) continue;
    for (const holder of holdersOfAll(graph, group)) {
      if (!isOldCollection(graph, classes, generations, holder, group.classKey)) continue;
      const key = `${holder} ${group.classKey}`;
      const held = byHolder.get(key);
      if (held === undefined) byHolder.set(key, { holder, members: [group] });
      else held.members.push(group);
    }
  }
  return [...byHolder.values()].flatMap(({ holder, members }) => {
    const equals = referredToBy(graph, classes, holder, members[0]!.classKey);
    if (equals.length < FEWEST_HELD) return [];
    const typical = members.reduce((most, group) =>
      group.members.length > most.members.length ? group : most,
    );
    return [{ siblings: { collection: holder, way: [] }, members, equals, typical: typical.members }];
  });
}

function isOfObjects(classes: NodeClasses, { members }: GrowthGroup): boolean {
  const rank = classes.rankOf(members[0]!);
  return rank !== 'engine' && rank !== 'text';
}

/** The objects that refer to each member of a group, by themselves or by a store. */
function holdersOfAll(graph: HeapGraph, { members }: GrowthGroup): Set<NodeOrdinal> {
  let common: Set<NodeOrdinal> | undefined;
  for (const node of members) {
    const holders = new Set<NodeOrdinal>();
    for (const each of graph.retainerEdges(node)) {
      const edge = each as EdgeOrdinal;
      if (graph.isStrong(edge)) holders.add(ownerOf(graph, graph.edgeSource(edge)));
    }
    common = common === undefined ? holders : new Set([...common].filter((holder) => holders.has(holder)));
    if (common.size === 0) break;
  }
  return common ?? new Set();
}

function isOldCollection(
  graph: HeapGraph,
  classes: NodeClasses,
  generations: Generations,
  holder: NodeOrdinal,
  classKey: number,
): boolean {
  return (
    graph.typeOf(holder) === 'object' &&
    !isContext(graph, holder) &&
    generations.bornIn(graph.idOf(holder)) === 0 &&
    classes.keyOf(holder) !== classKey
  );
}

/** All objects of a class that a collection refers to, whenever born. */
function referredToBy(
  graph: HeapGraph,
  classes: NodeClasses,
  holder: NodeOrdinal,
  classKey: number,
): NodeOrdinal[] {
  const held = new Set<NodeOrdinal>();
  for (const edge of edgesOf(graph, holder)) {
    const to = graph.edgeTarget(edge);
    const isOwnStore = isStore(graph, to) && ownerOf(graph, to) === holder;
    const targets = isOwnStore ? [...edgesOf(graph, to)].map((each) => graph.edgeTarget(each)) : [to];
    for (const node of targets) if (classes.keyOf(node) === classKey) held.add(node);
  }
  return [...held].sort((a, b) => a - b);
}
