import type { HeapGraph } from '../graph/heap-graph.ts';
import { isContext } from '../objects/contexts.ts';
import { edgesOf } from '../objects/edges.ts';
import { heldBy } from '../objects/held-by.ts';
import type { NodeClasses } from '../objects/node-class.ts';
import type { EdgeOrdinal, NodeOrdinal } from '../shared/ids.ts';
import { birthCurve, type CurveShape } from './birth-curve.ts';
import type { Generations } from './generations.ts';
import { type Family, type GrowthGroup, isGrowing, type Siblings } from './growth-groups.ts';
import { heldInCommon } from './shared-holder-groups.ts';
import { treesAmong } from './tree-groups.ts';

/** What fills up, or keeps the latest. */
const BOUNDED_SHAPES: ReadonlySet<CurveShape> = new Set(['warm-up', 'recent', 'tapering']);
/** How far up from a holder the collection is looked for that holds its equals. */
const LEVELS = 3;

/** Groups, with those that belong together put together. */
export interface WithSiblings {
  /** The groups; where those of a family grow together, their common group stands in their place. */
  readonly groups: readonly GrowthGroup[];
  /** The common groups of all families, growing or not, for the census. */
  readonly common: readonly GrowthGroup[];
}

/**
 * Puts groups together that are one leak at several places: on nodes of one tree, on equal holders in one collection, or in one
 * collection beside other holders. Each family has one birth curve and one census.
 */
export function withSiblings(
  graph: HeapGraph,
  classes: NodeClasses,
  generations: Generations,
  groups: readonly GrowthGroup[],
): WithSiblings {
  const childrenOf = listsBy(groups, (group) => group.parent);
  const common: GrowthGroup[] = [];
  const together: GrowthGroup[] = [];
  const alone = new Set(groups);
  const families = [
    ...treesAmong(graph, classes, generations, groups),
    ...onEqualHolders(graph, classes, groups),
    ...heldInCommon(graph, classes, generations, groups),
  ];
  for (const { members, equals, ...place } of families) {
    const firstIndex = groups.length + common.length;
    const top = { ...merged(members, undefined, firstIndex, generations), ...place, members: equals };
    const tree: GrowthGroup[] = [{ ...top, stableDominator: place.siblings.collection }];
    const originals: GrowthGroup[][] = [[...members]];
    for (let at = 0; at < tree.length; at += 1) {
      const children = originals[at]!.flatMap((each) => childrenOf.get(each) ?? []);
      for (const equals of listsBy(children, ({ classKey }) => classKey).values()) {
        tree.push(merged(equals, tree[at], firstIndex + tree.length, generations));
        originals.push(equals);
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
function onEqualHolders(graph: HeapGraph, classes: NodeClasses, groups: readonly GrowthGroup[]): Family[] {
  const families = new Map<string, { siblings: Siblings; members: GrowthGroup[] }>();
  const lists = new Set<GrowthGroup>();
  for (const group of groups) {
    if (isEngine(classes, group)) continue;
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

function isEngine(classes: NodeClasses, group: GrowthGroup): boolean {
  return classes.rankOf(group.members[0]!) === 'engine';
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
    : { holder: ownerOf(graph, top.stableDominator), lists };
}

function isStore(graph: HeapGraph, node: NodeOrdinal): boolean {
  return graph.typeOf(node) === 'array';
}

/** Is a node an array that an object has for a property, and no entry of another collection? */
function isList(graph: HeapGraph, node: NodeOrdinal): boolean {
  if (graph.nameOf(node) !== 'Array' || graph.typeOf(node) !== 'object') return false;
  const owner = graph.immediateDominatorOf(node);
  return graph.typeOf(owner) === 'object' && !isContext(graph, owner) && !isEntryOf(graph, node, owner);
}

/** The object that a store or a list belongs to; any other node itself. */
function ownerOf(graph: HeapGraph, node: NodeOrdinal): NodeOrdinal {
  const list = isStore(graph, node) ? graph.immediateDominatorOf(node) : node;
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

/** Is a node one of those that an array, a Map or the like holds? */
export function isEntry(graph: HeapGraph, node: NodeOrdinal): boolean {
  return graph.retainerEdges(node).some((each) => {
    const edge = each as EdgeOrdinal;
    const holder = graph.edgeSource(edge);
    if (!graph.isStrong(edge)) return false;
    return isStore(graph, holder)
      ? graph.typeOf(graph.immediateDominatorOf(holder)) === 'object'
      : isEntryOf(graph, node, holder);
  });
}

/** An object of fewer properties is no dictionary, though V8 keeps its properties in a table. */
const DICTIONARY = 4;

/** Is a node an element of an array, or the value of a key of an object used as a dictionary, whose properties V8 keeps in a table? */
function isEntryOf(graph: HeapGraph, node: NodeOrdinal, holder: NodeOrdinal): boolean {
  const properties = graph.follow(holder, 'properties', 'internal');
  if (properties !== undefined && isStore(graph, properties) && hasManyProperties(graph, holder)) return true;
  return graph.retainerEdges(node).some((each) => {
    const edge = each as EdgeOrdinal;
    return graph.edgeSource(edge) === holder && graph.edgeTypeOf(edge) === 'element';
  });
}

function hasManyProperties(graph: HeapGraph, holder: NodeOrdinal): boolean {
  let properties = 0;
  for (const edge of edgesOf(graph, holder))
    if (graph.edgeTypeOf(edge) === 'property' && graph.edgeNameOf(edge) !== '__proto__') properties += 1;
  return properties >= DICTIONARY;
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
