import type { HeapGraph } from '../graph/heap-graph.ts';
import { isContext } from '../objects/contexts.ts';
import { edgesOf } from '../objects/edges.ts';
import type { HeapPath } from '../objects/hop.ts';
import { logicalPath } from '../objects/logical-path.ts';
import type { ClassRank } from '../objects/node-class.ts';
import { DisjointSets } from '../shared/disjoint-sets.ts';
import type { NodeOrdinal } from '../shared/ids.ts';
import { classify } from './classify.ts';
import { judgeGrowth } from './confidence.ts';
import type { Evidence } from './evidence.ts';
import type { Finding, LeakKind } from './finding.ts';
import { type Growth, principalOf, RANKS, rankOf, representativeOf, retainedOf } from './growth.ts';
import type { GrowthGroup } from './growth-groups.ts';
import { entryEdge, entryHop, holderPaths, MOST_HOLDERS } from './holder-paths.ts';

/** At most this many growths are explained; the rest are parts of them or far smaller. */
const MOST_GROWTHS = 60;
/** Further classes shown with a finding. */
const MOST_CLASSES = 8;

/** A growth with what leads to it. */
interface Suspect {
  readonly growth: Growth;
  /** Everything that hangs in the growth, growing regularly or not. */
  readonly members: ReadonlySet<NodeOrdinal>;
  readonly retainedBytes: number;
}

/**
 * Leaks that show as growth: groups of objects whose survivors were born in every generation at one rate. Growths of
 * which one is held through another are one leak.
 */
export function heapGrowth(evidence: Evidence, suspicious: readonly Growth[]): Finding[] {
  return joinOfOneLeak(evidence, suspectsOf(evidence, suspicious)).map((leak) => findingOf(evidence, leak));
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

function findingOf(evidence: Evidence, leak: readonly Suspect[]): Finding {
  const { graph, classes, generations } = evidence;
  const leaking = new Set(leak.flatMap((suspect) => [...suspect.members]));
  const groups = leak.flatMap((suspect) => [suspect.growth.top, ...suspect.growth.below]);
  const principal = leak
    .map((suspect) => principalOf(evidence, suspect.growth))
    .reduce((best, group) => {
      return rankIndex(evidence, group) < rankIndex(evidence, best) ? group : best;
    });
  const representative = representativeOf(evidence, principal);
  const paths = holderPaths(evidence, representative, leaking, MOST_HOLDERS);
  const retainedBytes = retainedOf(
    graph,
    leak.flatMap((suspect) => suspect.growth.top.members),
  );
  const newborn = principal.births.reduce((sum, count) => sum + count, 0);
  const judgement = judgeGrowth(
    strongestShape(groups),
    principal.births,
    generations,
    principal.members.length > newborn,
  );
  const kinds = paths.map((path) => classifyPath(evidence, path, leaking, leak, representative));
  const kind = kinds[0]?.kind ?? 'collection-growth';
  const first = paths[0];
  return {
    kind,
    also: [...new Set(kinds.flatMap((each) => [each.kind, ...each.also]))].filter((each) => each !== kind),
    confidence: judgement.confidence,
    reason: judgement.reason,
    isOpen: judgement.isOpen,
    className: classes.nameOf(representative),
    objects: [...principal.members].sort((a, b) => graph.idOf(a) - graph.idOf(b)),
    births: principal.births,
    perRound: generations.unit === 'rounds' ? roundedRate(principal) : 0,
    evidence: 'growth',
    representative,
    alsoKept: furtherClasses(evidence, groups, principal),
    leaking,
    accumulationPoint: first === undefined ? undefined : first.nodes[entryEdge(first, leaking)],
    retainedBytes,
    bytesPerRound:
      principal.members.length === 0
        ? 0
        : (retainedBytes * newborn) / principal.members.length / generations.totalWork,
  };
}

function strongestShape(groups: readonly GrowthGroup[]): GrowthGroup['curve']['shape'] {
  return groups.some((group) => group.curve.shape === 'exact') ? 'exact' : 'steady';
}

function classifyPath(
  evidence: Evidence,
  path: HeapPath,
  leaking: ReadonlySet<NodeOrdinal>,
  leak: readonly Suspect[],
  principal: NodeOrdinal,
): { kind: LeakKind; also: readonly LeakKind[] } {
  const hops = logicalPath(evidence.graph, path);
  return classify(evidence.graph, evidence.classes, {
    hops,
    entry: entryHop(evidence, hops, leaking),
    unit: path.nodes[entryEdge(path, leaking) + 1]!,
    principal,
    bufferShare: bufferShare(evidence, leak),
  });
}

function bufferShare(evidence: Evidence, leak: readonly Suspect[]): number {
  let buffers = 0;
  let all = 0;
  for (const suspect of leak) {
    all += suspect.retainedBytes;
    for (const node of suspect.members) {
      if (evidence.graph.nameOf(node) === 'system / JSArrayBufferData')
        buffers += evidence.graph.selfSizeOf(node);
    }
  }
  return all === 0 ? 0 : buffers / all;
}

/** Ranks whose classes are worth a path of their own beside the principal's. */
const SHOWN_RANKS: readonly ClassRank[] = RANKS.filter((rank) => rank !== 'text' && rank !== 'engine');

/** Other growing classes of the leak, most telling first; the class that piles up is always among them. */
function furtherClasses(
  evidence: Evidence,
  groups: readonly GrowthGroup[],
  principal: GrowthGroup,
): Finding['alsoKept'] {
  const kept = new Map<string, Finding['alsoKept'][number]>();
  const byRank = groups
    .filter((group) => SHOWN_RANKS.includes(rankOf(evidence, group)))
    .sort((a, b) => rankIndex(evidence, a) - rankIndex(evidence, b) || a.index - b.index);
  const accused = evidence.classes.nameOf(principal.members[0]!);
  for (const group of byRank) {
    const className = evidence.classes.nameOf(group.members[0]!);
    if (className === accused || kept.has(className) || kept.size === MOST_CLASSES) continue;
    kept.set(className, {
      className,
      representative: representativeOf(evidence, group),
      count: group.members.length,
    });
  }
  return [...kept.values()];
}

function rankIndex(evidence: Evidence, group: GrowthGroup): number {
  return RANKS.indexOf(rankOf(evidence, group));
}

/** A whole number where every round left the same, else with two decimals. */
function roundedRate({ curve }: GrowthGroup): number {
  return curve.shape === 'exact' ? Math.round(curve.rate) : Math.round(curve.rate * 100) / 100;
}
