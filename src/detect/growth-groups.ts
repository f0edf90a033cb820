import type { HeapGraph } from '../graph/heap-graph.ts';
import { hasStableId } from '../ingest/stable-ids.ts';
import { ChainLinks } from '../objects/chain-links.ts';
import type { NodeClasses } from '../objects/node-class.ts';
import { callbackKey } from '../objects/timers.ts';
import { type NodeOrdinal, ROOT } from '../shared/ids.ts';
import { type BirthCurve, birthCurve } from './birth-curve.ts';
import type { Generations } from './generations.ts';
import { WaysOfHolding } from './ways-of-holding.ts';

/** Objects of one class, timers of one callback, that hang below one stable node or below the members of one other group. */
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
  /** Where the members hang on several equal holders; `stableDominator` is the collection then. */
  readonly siblings?: Siblings;
  /** Where some members are held by more than others: those that are held like most of them. */
  readonly typical?: readonly NodeOrdinal[];
}

/** Equal holders in one collection; or, without a way, the one object that leads to all members. */
export interface Siblings {
  readonly collection: NodeOrdinal;
  /** The objects on the way from the collection to one of the holders, which is the last; the others are of the same classes. */
  readonly way: readonly NodeOrdinal[];
}

/** Groups of one class that belong together though they hang at different places. */
export interface Family {
  readonly siblings: Siblings;
  readonly members: readonly GrowthGroup[];
  /** All equals in these places, whenever born. */
  readonly equals: readonly NodeOrdinal[];
  /** See {@link GrowthGroup}. */
  readonly typical?: readonly NodeOrdinal[];
}

/** How many levels up a class that comes again is taken for the next link of a chain rather than for a part. */
const CHAIN_LEVELS = 8;
const NO_GROUP = -1;

/**
 * Merges the dominator tree below everything that was born after the warm-up: equals below equals become
 * one group, as Eclipse MAT merges paths, so that a thousand leaked sessions are one row with a birth curve.
 *
 * A class that reappears a few levels below itself is the next link of a chain (a linked list, closures that
 * wrap each other) and joins its own group instead of starting another; of plain objects see {@link ChainLinks}:
 *
 *     Map ── Session ── Array        top group [Session], below it [Array]
 *     head ── Link ── Link ── Link   one group [Link]
 *
 * What came after the last mark is in no generation but is no stable node either: a timer that was armed again a moment ago
 * holds what has been there for long. Its equals are one group, so that what they hold is.
 *
 * Where a group below a stable node grows, the equals that hung there before the first mark and are held as its
 * members are belong to it as well: they are the leak's first victims, and what grows inside them grows inside the
 * leak. Others may be the very holder of the leak: a dictionary and what several dictionaries share hang below one node.
 */
export function growthGroups(
  graph: HeapGraph,
  classes: NodeClasses,
  generations: Generations,
): GrowthGroup[] {
  const leadsToNewborn = waysToNewborns(graph, generations);
  const newborn = mergeBelow(graph, classes, generations, leadsToNewborn, new Map());
  const elders = new Map<NodeOrdinal, Equals>();
  for (const group of newborn) {
    const { stableDominator } = group;
    if (stableDominator === undefined || !isGrowing(group)) continue;
    const wanted = elders.get(stableDominator) ?? new Equals(graph, classes, stableDominator);
    elders.set(stableDominator, wanted);
    wanted.addThoseOf(group.members);
  }
  return elders.size === 0 ? newborn : mergeBelow(graph, classes, generations, leadsToNewborn, elders);
}

/** Were members born and kept in every generation, at one rate? */
export function isGrowing(group: GrowthGroup): boolean {
  return group.curve.shape === 'exact' || group.curve.shape === 'steady';
}

/** Does a chain go on that began before the first mark: is what dominates the group a link like its members? */
export function continuesChain(
  graph: HeapGraph,
  classes: NodeClasses,
  { stableDominator, classKey, members }: GrowthGroup,
): boolean {
  if (stableDominator === undefined || classes.keyOf(stableDominator) !== classKey) return false;
  return new ChainLinks(graph, classes).isLink(members[0]!, stableDominator, stableDominator);
}

/** The old node on which a group hangs, by itself or by a store that was made anew since the first mark; undefined where it hangs in another group. */
export function lastingDominator(graph: HeapGraph, group: GrowthGroup): NodeOrdinal | undefined {
  let top = group;
  while (top.parent !== undefined && graph.typeOf(top.parent.members[0]!) === 'array') top = top.parent;
  return top.stableDominator;
}

/**
 * Members of the group above that hold the members of a growing one, where each has one or two of them and they do not grow
 * themselves: made anew again and again, like timers that are armed again or records that are copied when they change.
 * Empty where the group above is something else.
 */
export function carriersOf(graph: HeapGraph, group: GrowthGroup): NodeOrdinal[] {
  const { parent } = group;
  if (parent === undefined || isGrowing(parent)) return [];
  const above = new Set(parent.members);
  const carriers = new Set(
    group.members.map((node) => graph.immediateDominatorOf(node)).filter((node) => above.has(node)),
  );
  return 2 * carriers.size < group.members.length ? [] : [...carriers];
}

/**
 * One walk down the dominator tree; `withElders` names, by dominator and class, the groups that take in older equals. Most
 * of a small heap is Node's own and older than the first mark: branches without anything younger are left out.
 */
function mergeBelow(
  graph: HeapGraph,
  classes: NodeClasses,
  generations: Generations,
  leadsToNewborn: Uint8Array,
  withElders: ReadonlyMap<NodeOrdinal, Equals>,
): GrowthGroup[] {
  const { firstDominated, dominated } = graph.tables;
  const drafts = new Drafts(graph, classes);
  const groupOf = new Int32Array(graph.nodeCount).fill(NO_GROUP);
  const stack: NodeOrdinal[] = [ROOT];
  while (stack.length > 0) {
    const dominator = stack.pop()!;
    const above = groupOf[dominator]!;
    const elders = above === NO_GROUP ? withElders.get(dominator) : undefined;
    for (let row = firstDominated[dominator]!; row < firstDominated[dominator + 1]!; row += 1) {
      const node = dominated[row] as NodeOrdinal;
      const isElder = elders?.has(node) === true;
      if (above === NO_GROUP && !isElder && leadsToNewborn[node] === 0) continue;
      stack.push(node);
      const born = birthOf(graph, generations, node);
      if (above === NO_GROUP && !isElder && born === 0) continue;
      const index = drafts.indexOf(above, dominator, node);
      groupOf[node] = index;
      const draft = drafts.list[index]!;
      draft.members.push(node);
      if (isInGeneration(generations, born)) draft.births[born - 1] = (draft.births[born - 1] ?? 0) + 1;
    }
  }
  return finish(drafts.list, generations);
}

/** What refers to this many equals is no equal that keeps the one before it, but the place where they pile up. */
export const FEWEST_HELD = 4;

/**
 * What is of one class with the members of groups below one node, held as they are, and does not keep the place where they
 * pile up. Mostly a node is of another class, which its sketch tells.
 */
class Equals {
  readonly #graph: HeapGraph;
  readonly #classes: NodeClasses;
  readonly #dominator: NodeOrdinal;
  readonly #sketches = new Set<number>();
  readonly #waysByClass = new Map<number, WaysOfHolding>();
  readonly #keepers = new Set<NodeOrdinal>();

  constructor(graph: HeapGraph, classes: NodeClasses, dominator: NodeOrdinal) {
    this.#graph = graph;
    this.#classes = classes;
    this.#dominator = dominator;
  }

  /** Takes in the equals of nodes of one class, of which there is at least one. */
  addThoseOf(nodes: readonly NodeOrdinal[]): void {
    const ways = new WaysOfHolding(this.#graph, this.#classes, nodes);
    this.#sketches.add(this.#classes.sketchOf(nodes[0]!));
    this.#waysByClass.set(this.#classes.keyOf(nodes[0]!), ways);
    for (const place of ways.holdersOf(FEWEST_HELD)) {
      let keeper = place;
      let above = this.#graph.immediateDominatorOf(keeper);
      while (above !== this.#dominator && keeper !== ROOT) {
        keeper = above;
        above = this.#graph.immediateDominatorOf(keeper);
      }
      this.#keepers.add(keeper);
    }
  }

  has(node: NodeOrdinal): boolean {
    if (!this.#sketches.has(this.#classes.sketchOf(node)) || this.#keepers.has(node)) return false;
    return this.#waysByClass.get(this.#classes.keyOf(node))?.includes(node) === true;
  }
}

/** One byte a node, 1 for what was born in a generation after the warm-up and all that dominates it. */
function waysToNewborns(graph: HeapGraph, generations: Generations): Uint8Array {
  const { dominator } = graph.tables;
  const { nodeId } = graph.snapshot;
  const [oldest = Number.POSITIVE_INFINITY] = generations.watermarks;
  const leads = new Uint8Array(graph.nodeCount);
  for (let node = 1; node < leads.length; node += 1) {
    if (nodeId[node]! <= oldest) continue;
    if (!isInGeneration(generations, birthOf(graph, generations, node as NodeOrdinal))) continue;
    for (let above = node; leads[above] === 0; above = dominator[above]!) leads[above] = 1;
  }
  return leads;
}

/** Generation in which a node was born, one more than there are after the last mark; 0 before the first one and where its age is unknown. */
function birthOf(graph: HeapGraph, generations: Generations, node: NodeOrdinal): number {
  return hasStableId(graph.snapshot, node) ? generations.bornIn(graph.idOf(node)) : 0;
}

function isInGeneration({ count }: Generations, born: number): boolean {
  return born >= 1 && born <= count;
}

interface Draft {
  readonly stableDominator: NodeOrdinal | undefined;
  readonly parent: number;
  readonly classKey: number;
  readonly members: NodeOrdinal[];
  readonly births: number[];
}

/** Room for the numbers of classes beside those of callbacks. */
const CLASS_KEYS = 2 ** 26;

class Drafts {
  readonly list: Draft[] = [];
  readonly #graph: HeapGraph;
  readonly #classes: NodeClasses;
  readonly #links: ChainLinks;
  /** By class, and of timers by callback, for the groups below each stable node and each other group. */
  readonly #belowNode = new Map<number, Map<number, number>>();
  readonly #belowGroup = new Map<number, Map<number, number>>();

  constructor(graph: HeapGraph, classes: NodeClasses) {
    this.#graph = graph;
    this.#classes = classes;
    this.#links = new ChainLinks(graph, classes);
  }

  /** The group that a node belongs to. */
  indexOf(above: number, dominator: NodeOrdinal, node: NodeOrdinal): number {
    const classKey = this.#classes.keyOf(node);
    let ancestor = above;
    for (let level = 0; ancestor !== NO_GROUP && level < CHAIN_LEVELS; level += 1) {
      const draft = this.list[ancestor]!;
      if (draft.classKey === classKey && this.#links.isLink(node, dominator, draft.members[0]!))
        return ancestor;
      ancestor = draft.parent;
    }
    const isTop = above === NO_GROUP;
    const byHolder = isTop ? this.#belowNode : this.#belowGroup;
    const holder = isTop ? dominator : above;
    let byClass = byHolder.get(holder);
    if (byClass === undefined) {
      byClass = new Map();
      byHolder.set(holder, byClass);
    }
    const callback = callbackKey(this.#graph, this.#classes, node) ?? 0;
    const kind = callback * CLASS_KEYS + classKey;
    let index = byClass.get(kind);
    if (index === undefined) {
      index = this.list.length;
      byClass.set(kind, index);
      const stableDominator = isTop ? dominator : undefined;
      this.list.push({ stableDominator, parent: above, classKey, members: [], births: [] });
    }
    return index;
  }
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
