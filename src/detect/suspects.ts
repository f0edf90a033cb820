import type { HeapGraph } from '../graph/heap-graph.ts';
import { isContext } from '../objects/contexts.ts';
import { edgesOf } from '../objects/edges.ts';
import { ownerOf } from '../objects/stores.ts';
import { callbackKey, isTimersList } from '../objects/timers.ts';
import { DisjointSets } from '../shared/disjoint-sets.ts';
import type { EdgeOrdinal, NodeOrdinal } from '../shared/ids.ts';
import { compareTexts, largestFirst } from '../shared/size-order.ts';
import type { Evidence } from './evidence.ts';
import { classNameOf, type Growth, membersOf, representativeOf, retainedOf } from './growth.ts';
import { FEWEST_HELD } from './growth-groups.ts';
import { lateHolders } from './late-holders.ts';

/** At most this many growths are explained; the rest are parts of them or far smaller. */
const MOST_GROWTHS = 60;

/** A growth that is no known reference. */
export interface Suspect {
  readonly growth: Growth;
  /** Everything that hangs in the growth, growing regularly or not; not what holds it. */
  readonly members: ReadonlySet<NodeOrdinal>;
  readonly retainedBytes: number;
}

/** Growths put together to leaks, the largest first: one fix frees each. */
export function leaksAmong(evidence: Evidence, suspicious: readonly Growth[]): Suspect[][] {
  return joinOfOneLeak(evidence, suspectsOf(evidence, suspicious));
}

function suspectsOf(evidence: Evidence, suspicious: readonly Growth[]): Suspect[] {
  const suspects = suspicious.map((growth) => ({
    growth,
    members: withoutHolders(evidence, growth),
    retainedBytes: retainedOf(evidence.graph, growth.top.members),
  }));
  return largestFirst(
    suspects,
    (suspect) => suspect.retainedBytes,
    (a, b) => compareTexts(classNameOf(evidence, a.growth.top), classNameOf(evidence, b.growth.top)),
  ).slice(0, MOST_GROWTHS);
}

function withoutHolders({ graph, generations }: Evidence, growth: Growth): ReadonlySet<NodeOrdinal> {
  const members = new Set(membersOf(growth));
  for (const holder of lateHolders(graph, generations, growth.top)) members.delete(holder);
  return members;
}

/**
 * Joins suspects that one fix frees: those that hang on the same holder (the keys and the values of a Map), and those of
 * which one leads to the other over objects born in the same time (a listener that captured a session of the Map).
 */
function joinOfOneLeak(evidence: Evidence, suspects: readonly Suspect[]): Suspect[][] {
  const union = new DisjointSets(suspects.length);
  const suspectOf = new Map<NodeOrdinal, number>();
  const firstOnHolder = new Map<string, number>();
  for (const [index, suspect] of suspects.entries()) {
    for (const node of suspect.members) suspectOf.set(node, index);
    for (const holder of holdersOf(evidence, suspect)) {
      union.join(firstOnHolder.get(holder) ?? index, index);
      firstOnHolder.set(holder, index);
    }
  }
  for (const [index, suspect] of suspects.entries()) {
    const start = representativeOf(evidence, suspect.growth.top);
    for (const node of newbornsWithin(evidence, start)) {
      const other = suspectOf.get(node);
      if (other !== undefined) union.join(other, index);
    }
  }
  return union.sets().map((indices) => indices.map((index) => suspects[index]!));
}

/**
 * The nodes on which a suspect hangs: the stable one that dominates it, and old objects that refer to several members, as each
 * of two dictionaries does to what is in both.
 */
function holdersOf(evidence: Evidence, suspect: Suspect): string[] {
  const { graph, generations } = evidence;
  const { stableDominator, parent, classKey, members } = suspect.growth.top;
  const dominator = ownerOf(graph, stableDominator ?? representativeOf(evidence, parent!));
  const isList = isTimersList(graph, dominator);
  const isShared = isList || graph.typeOf(dominator) === 'synthetic' || isContext(graph, dominator);
  const callback = callbackKey(graph, evidence.classes, members.values().next().value!) ?? '';
  const held = new Map<NodeOrdinal, number>();
  for (const node of members) {
    for (const edge of graph.retainerEdges(node)) {
      if (!graph.isStrong(edge as EdgeOrdinal)) continue;
      const holder = ownerOf(graph, graph.edgeSource(edge as EdgeOrdinal));
      held.set(holder, (held.get(holder) ?? 0) + 1);
    }
  }
  const collections = [...held.keys()].filter(
    (holder) =>
      held.get(holder)! >= FEWEST_HELD &&
      graph.typeOf(holder) === 'object' &&
      !isContext(graph, holder) &&
      !isTimersList(graph, holder) &&
      generations.bornIn(graph.idOf(holder)) === 0 &&
      !suspect.members.has(holder),
  );
  return [isShared ? `${dominator} ${classKey} ${callback}` : `${dominator}`, ...collections.map(String)];
}

/** Nodes looked at from one leaked object. */
const REACH = 3000;

/** What an object reaches over strong edges without leaving what was born after the warm-up. */
function* newbornsWithin(evidence: Evidence, start: NodeOrdinal): Generator<NodeOrdinal> {
  const { graph, generations } = evidence;
  const seen = new Set<NodeOrdinal>([start]);
  for (const node of seen) {
    yield node;
    for (const edge of edgesOf(graph, node)) {
      const to = graph.edgeTarget(edge);
      if (seen.size >= REACH || seen.has(to) || !graph.isStrong(edge)) continue;
      if (generations.bornIn(graph.idOf(to)) >= 1 && !isMachinery(graph, to)) seen.add(to);
    }
  }
}

/** Code, maps and the like are shared by everything a program makes. */
function isMachinery(graph: HeapGraph, node: NodeOrdinal): boolean {
  const type = graph.typeOf(node);
  return (
    type === 'code' ||
    type === 'object shape' ||
    type === 'synthetic' ||
    type === 'number' ||
    type === 'string'
  );
}
