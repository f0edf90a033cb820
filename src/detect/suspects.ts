import type { HeapGraph } from '../graph/heap-graph.ts';
import { isContext } from '../objects/contexts.ts';
import { edgesOf } from '../objects/edges.ts';
import { DisjointSets } from '../shared/disjoint-sets.ts';
import type { NodeOrdinal } from '../shared/ids.ts';
import type { Evidence } from './evidence.ts';
import { type Growth, representativeOf, retainedOf } from './growth.ts';

/** At most this many growths are explained; the rest are parts of them or far smaller. */
const MOST_GROWTHS = 60;

/** A growth that is no known reference. */
export interface Suspect {
  readonly growth: Growth;
  /** Everything that hangs in the growth, growing regularly or not. */
  readonly members: ReadonlySet<NodeOrdinal>;
  readonly retainedBytes: number;
}

/** Growths put together to leaks, the largest first: one fix frees each. */
export function leaksAmong(evidence: Evidence, suspicious: readonly Growth[]): Suspect[][] {
  return joinOfOneLeak(evidence, suspectsOf(evidence, suspicious));
}

function suspectsOf(evidence: Evidence, suspicious: readonly Growth[]): Suspect[] {
  return suspicious
    .map((growth) => ({
      growth,
      members: new Set(growth.all.flatMap((group) => group.members)),
      retainedBytes: retainedOf(evidence.graph, growth.top.members),
    }))
    .sort((a, b) => b.retainedBytes - a.retainedBytes || a.growth.top.index - b.growth.top.index)
    .slice(0, MOST_GROWTHS);
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
    const holder = holderOf(evidence, suspect);
    union.join(firstOnHolder.get(holder) ?? index, index);
    firstOnHolder.set(holder, index);
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

/** The stable node on which a suspect hangs; for the entries of a table the collection that owns the table. */
function holderOf(evidence: Evidence, suspect: Suspect): string {
  const { graph } = evidence;
  const dominator =
    suspect.growth.top.stableDominator ?? representativeOf(evidence, suspect.growth.top.parent!);
  const isTable = graph.typeOf(dominator) === 'array';
  const holder = isTable ? graph.immediateDominatorOf(dominator) : dominator;
  const isShared = graph.typeOf(holder) === 'synthetic' || isContext(graph, holder);
  return isShared ? `${holder} ${suspect.growth.top.classKey}` : `${holder}`;
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
