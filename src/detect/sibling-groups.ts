import type { HeapGraph } from '../graph/heap-graph.ts';
import { isContext } from '../objects/contexts.ts';
import { heldBy } from '../objects/held-by.ts';
import type { NodeClasses } from '../objects/node-class.ts';
import type { EdgeOrdinal, NodeOrdinal } from '../shared/ids.ts';
import { birthCurve } from './birth-curve.ts';
import type { Generations } from './generations.ts';
import { type GrowthGroup, isGrowing, type Siblings } from './growth-groups.ts';

/** How far up from a holder the collection is looked for that holds its equals. */
const LEVELS = 3;

/** Groups, with those that hang on equals of one collection put together. */
export interface WithSiblings {
  /** The groups; where siblings grow together, their common group stands in their place. */
  readonly groups: readonly GrowthGroup[];
  /** The common groups of all siblings, growing or not, for the census. */
  readonly common: readonly GrowthGroup[];
}

/**
 * Puts together what hangs on equal holders in one collection: the readings of each of sixty sensors grow by one every now
 * and then, too seldom for a birth curve of their own, and all together they grow by four in each round.
 *
 *     sensors: Map ─┬─ Sensor ── Array ── Reading, Reading          one group [Reading] of the siblings
 *                   └─ Sensor ── Array ── Reading
 *
 * The holders are older than the first mark; equals below holders that came later are one group already, as
 * {@link GrowthGroup} has it.
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
  for (const { siblings, members } of familiesOf(graph, classes, groups)) {
    const firstIndex = groups.length + common.length;
    const elders = equalsBelow(graph, classes, siblings, members[0]!.classKey);
    const top = { ...merged(members, undefined, firstIndex, generations), siblings, members: elders };
    const tree: GrowthGroup[] = [{ ...top, stableDominator: siblings.collection }];
    const originals: GrowthGroup[][] = [[...members]];
    for (let at = 0; at < tree.length; at += 1) {
      const children = originals[at]!.flatMap((each) => childrenOf.get(each) ?? []);
      for (const equals of listsBy(children, ({ classKey }) => classKey).values()) {
        tree.push(merged(equals, tree[at], firstIndex + tree.length, generations));
        originals.push(equals);
      }
    }
    common.push(...tree);
    if (members.length < 2 || !tree.some((group) => isGrowing(group) && !isEngine(classes, group))) continue;
    together.push(...tree);
    for (const original of originals.flat()) alone.delete(original);
  }
  return { groups: [...alone, ...together], common };
}

/** Groups of one class on equal holders in one collection. */
interface Family {
  readonly siblings: Siblings;
  readonly members: readonly GrowthGroup[];
}

function familiesOf(graph: HeapGraph, classes: NodeClasses, groups: readonly GrowthGroup[]): Family[] {
  const families = new Map<string, { siblings: Siblings; members: GrowthGroup[] }>();
  for (const group of groups) {
    if (isEngine(classes, group)) continue;
    const holder = holderOf(graph, group);
    const siblings = holder === undefined ? undefined : siblingsOf(graph, holder);
    if (siblings === undefined) continue;
    const way = siblings.way.map((node) => classes.keyOf(node)).join(' ');
    const key = `${siblings.collection} ${way} ${group.classKey}`;
    const family = families.get(key);
    if (family === undefined) families.set(key, { siblings, members: [group] });
    else family.members.push(group);
  }
  return [...families.values()];
}

function isEngine(classes: NodeClasses, group: GrowthGroup): boolean {
  return classes.rankOf(group.members[0]!) === 'engine';
}

/** The old object on which a group hangs, by itself or by a store that it has replaced since. */
function holderOf(graph: HeapGraph, { stableDominator, parent }: GrowthGroup): NodeOrdinal | undefined {
  const isInStore = parent !== undefined && graph.typeOf(parent.members[0]!) === 'array';
  const dominator = stableDominator ?? (isInStore ? parent.stableDominator : undefined);
  if (dominator === undefined) return undefined;
  return graph.typeOf(dominator) === 'array' ? graph.immediateDominatorOf(dominator) : dominator;
}

function siblingsOf(graph: HeapGraph, holder: NodeOrdinal): Siblings | undefined {
  const way: NodeOrdinal[] = [];
  let node = holder;
  for (let level = 0; level < LEVELS; level += 1) {
    if (graph.typeOf(node) !== 'object' || isContext(graph, node)) return undefined;
    way.unshift(node);
    const above = graph.immediateDominatorOf(node);
    if (graph.typeOf(above) === 'array') {
      const collection = graph.immediateDominatorOf(above);
      return graph.typeOf(collection) === 'object' ? { collection, way } : undefined;
    }
    if (isEntryOf(graph, node, above)) return { collection: above, way };
    node = above;
  }
  return undefined;
}

/** Is a node an element of an array, or the value of a key of an object so large that V8 keeps its properties in a table? */
function isEntryOf(graph: HeapGraph, node: NodeOrdinal, holder: NodeOrdinal): boolean {
  const properties = graph.follow(holder, 'properties', 'internal');
  if (properties !== undefined && graph.typeOf(properties) === 'array') return true;
  return graph.retainerEdges(node).some((each) => {
    const edge = each as EdgeOrdinal;
    return graph.edgeSource(edge) === holder && graph.edgeTypeOf(edge) === 'element';
  });
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
  let level: NodeOrdinal[] = [collection];
  for (const key of [...way.map((node) => classes.keyOf(node)), classKey]) {
    level = level.flatMap((node) => heldBy(graph, node)).filter((node) => classes.keyOf(node) === key);
  }
  return level.sort((a, b) => a - b);
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
