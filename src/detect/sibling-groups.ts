import type { HeapGraph } from '../graph/heap-graph.ts';
import { isContext } from '../objects/contexts.ts';
import { isEntryOf } from '../objects/entries.ts';
import type { NodeClasses } from '../objects/node-class.ts';
import { heldBy, isStore, ownerOf } from '../objects/stores.ts';
import type { NodeOrdinal } from '../shared/ids.ts';
import type { Family, GrowthGroup, Siblings } from './growth-groups.ts';

/** How far up from a holder the collection is looked for that holds its equals. */
const LEVELS = 3;

/**
 * What hangs on equal holders in one collection: the readings of each of sixty sensors grow by one every now and then, too
 * seldom for a birth curve of their own, and all together they grow by four in each round.
 *
 *     sensors: Map ─┬─ Sensor ── Array ── Reading, Reading          one group [Reading] of the siblings
 *                   └─ Sensor ── Reading
 *
 * The holders are older than the first mark; equals below holders that came later are one group already, as
 * {@link GrowthGroup} has it. Whether a holder has its only one by itself, as emitters have their listeners, or several in a
 * list, is the same.
 */
export function onEqualHolders(
  graph: HeapGraph,
  classes: NodeClasses,
  groups: readonly GrowthGroup[],
): Family[] {
  const families = new Map<string, { siblings: Siblings; members: GrowthGroup[] }>();
  const lists = new Set<GrowthGroup>();
  for (const group of groups) {
    if (classes.rankOf(group.members[0]!) === 'engine') continue;
    const held = holderOf(graph, group);
    const siblings = held === undefined ? undefined : siblingsOf(graph, held.holder);
    if (held === undefined || siblings === undefined) continue;
    for (const list of held.lists) lists.add(list);
    const way = siblings.way.map((node) => classes.keyOf(node)).join(' ');
    const key = `${siblings.collection} ${way} ${group.classKey}`;
    const family = families.get(key);
    if (family === undefined) families.set(key, { siblings, members: [group] });
    else family.members.push(group);
  }
  return [...families.values()]
    .filter(({ members }) => !members.every((group) => lists.has(group)))
    .map((family) => ({
      ...family,
      equals: equalsBelow(graph, classes, family.siblings, family.members[0]!.classKey),
    }));
}

/** The old object on which a group hangs, by itself or by a list of its own, and the groups of lists that came later. */
function holderOf(
  graph: HeapGraph,
  group: GrowthGroup,
): { holder: NodeOrdinal; lists: readonly GrowthGroup[] } | undefined {
  const lists: GrowthGroup[] = [];
  let top = group;
  while (top.parent !== undefined) {
    top = top.parent;
    lists.push(top);
    if (!isStore(graph, top.members[0]!) && !isList(graph, top.members[0]!)) return undefined;
  }
  return top.stableDominator === undefined
    ? undefined
    : { holder: holderBehind(graph, top.stableDominator), lists };
}

/** Is a node an array that an object has for a property, and no entry of another collection? */
function isList(graph: HeapGraph, node: NodeOrdinal): boolean {
  if (graph.nameOf(node) !== 'Array' || graph.typeOf(node) !== 'object') return false;
  const owner = graph.immediateDominatorOf(node);
  return graph.typeOf(owner) === 'object' && !isContext(graph, owner) && !isEntryOf(graph, node, owner);
}

/** The object that a store or a list belongs to; any other node itself. */
function holderBehind(graph: HeapGraph, node: NodeOrdinal): NodeOrdinal {
  const list = ownerOf(graph, node);
  return isList(graph, list) ? graph.immediateDominatorOf(list) : list;
}

function siblingsOf(graph: HeapGraph, holder: NodeOrdinal): Siblings | undefined {
  const way: NodeOrdinal[] = [];
  let node = holder;
  for (let level = 0; level < LEVELS; level += 1) {
    if (graph.typeOf(node) !== 'object' || isContext(graph, node)) return undefined;
    way.unshift(node);
    const above = graph.immediateDominatorOf(node);
    if (isStore(graph, above)) {
      const collection = graph.immediateDominatorOf(above);
      return graph.typeOf(collection) === 'object' ? { collection, way } : undefined;
    }
    if (isEntryOf(graph, node, above)) return { collection: above, way };
    node = above;
  }
  return undefined;
}

/** All nodes of a class below the equal holders of a collection, whenever born. */
function equalsBelow(
  graph: HeapGraph,
  classes: NodeClasses,
  { collection, way }: Siblings,
  classKey: number,
): NodeOrdinal[] {
  let holders: NodeOrdinal[] = [collection];
  for (const key of way.map((node) => classes.keyOf(node))) {
    holders = holders.flatMap((node) => heldBy(graph, node)).filter((node) => classes.keyOf(node) === key);
  }
  const held = holders.flatMap((node) => heldBy(graph, node));
  const inLists = held.filter((node) => isList(graph, node)).flatMap((list) => heldBy(graph, list));
  return [...held, ...inLists].filter((node) => classes.keyOf(node) === classKey).sort((a, b) => a - b);
}
