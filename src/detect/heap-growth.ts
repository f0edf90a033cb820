import { explainingPath } from '../objects/explaining-path.ts';
import type { HeapPath, LogicalHop } from '../objects/hop.ts';
import { logicalPath } from '../objects/logical-path.ts';
import type { EdgeOrdinal, NodeOrdinal } from '../shared/ids.ts';
import { edgesOf } from '../objects/edges.ts';
import { classify } from './classify.ts';
import { judgeGrowth } from './confidence.ts';
import type { Evidence } from './evidence.ts';
import type { Finding, LeakKind } from './finding.ts';
import type { GrowthGroup } from './growth-groups.ts';
import { type Growth, growths, isOfProgram, isRing, principalOf, rankOf, RANKS, representativeOf, retainedOf } from './growth.ts';

/** At most this many growths are explained; the rest are parts of them or far smaller. */
const MOST_GROWTHS = 60;
/** A leaked object with more holders than this is shown with the first ones. */
export const MOST_HOLDERS = 4;
/** Further classes shown with a finding. */
const MOST_CLASSES = 5;

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
export function heapGrowth(evidence: Evidence, groups: readonly GrowthGroup[]): Finding[] {
  const suspects = suspectsOf(evidence, groups);
  const leaks = joinHeldThroughEachOther(evidence, suspects);
  return leaks.map((leak) => findingOf(evidence, leak));
}

function suspectsOf(evidence: Evidence, groups: readonly GrowthGroup[]): Suspect[] {
  return growths(groups)
    .filter((growth) => isOfProgram(evidence, growth) && !isRing(evidence, growth))
    .map((growth) => ({
      growth,
      members: new Set(growth.all.flatMap((group) => group.members)),
      retainedBytes: retainedOf(evidence.graph, growth.top.members),
    }))
    .sort((a, b) => b.retainedBytes - a.retainedBytes || a.growth.top.index - b.growth.top.index)
    .slice(0, MOST_GROWTHS);
}

/** Paths to the accused object, one for each holder that keeps it by itself; the cheapest first. */
export function holderPaths(
  evidence: Evidence,
  node: NodeOrdinal,
  leaking: ReadonlySet<NodeOrdinal>,
  most: number,
): HeapPath[] {
  const paths: HeapPath[] = [];
  const cut = new Set<EdgeOrdinal>();
  for (let count = 0; count < most; count += 1) {
    const path = explainingPath(evidence.graph, node, { edges: cut });
    if (path === undefined) break;
    paths.push(path);
    const entry = entryEdge(path, leaking);
    const holder = path.nodes[entry]!;
    if (isOnlyHolder(evidence, node, holder, leaking)) break;
    for (const edge of edgesOf(evidence.graph, holder)) {
      if (leaking.has(evidence.graph.edgeTarget(edge))) cut.add(edge);
    }
  }
  return paths;
}

/** Index of the first edge of a path that leads into the leak; the last edge when only the target is in it. */
export function entryEdge(path: HeapPath, leaking: ReadonlySet<NodeOrdinal>): number {
  const first = path.nodes.findIndex((node) => leaking.has(node));
  return first <= 0 ? path.edges.length - 1 : first - 1;
}

/** A holder that dominates the object is the only one; a root category is never a holder that can be taken away whole. */
function isOnlyHolder(evidence: Evidence, node: NodeOrdinal, holder: NodeOrdinal, leaking: ReadonlySet<NodeOrdinal>): boolean {
  if (evidence.graph.typeOf(holder) === 'synthetic') return false;
  let above = evidence.graph.immediateDominatorOf(node);
  while (leaking.has(above)) above = evidence.graph.immediateDominatorOf(above);
  return above === holder;
}

/** Joins suspects of which one is kept by way of another: what one fix frees is one leak. */
function joinHeldThroughEachOther(evidence: Evidence, suspects: readonly Suspect[]): Suspect[][] {
  const leader = suspects.map((_, index) => index);
  const find = (index: number): number => {
    let at = index;
    while (leader[at] !== at) at = leader[at]!;
    return at;
  };
  const suspectOf = new Map<NodeOrdinal, number>();
  for (const [index, suspect] of suspects.entries()) for (const node of suspect.members) suspectOf.set(node, index);

  for (const [index, suspect] of suspects.entries()) {
    const principal = representativeOf(evidence, suspect.growth.top);
    for (const path of holderPaths(evidence, principal, suspect.members, 2)) {
      for (const node of path.nodes) {
        const other = suspectOf.get(node);
        if (other !== undefined && find(other) !== find(index)) {
          const [low, high] = [find(other), find(index)].sort((a, b) => a - b);
          leader[high!] = low!;
        }
      }
    }
  }
  const leaks = new Map<number, Suspect[]>();
  for (const [index, suspect] of suspects.entries()) {
    const first = find(index);
    const joined = leaks.get(first);
    if (joined === undefined) leaks.set(first, [suspect]);
    else joined.push(suspect);
  }
  return [...leaks.values()];
}

function findingOf(evidence: Evidence, leak: readonly Suspect[]): Finding {
  const { graph, classes, generations } = evidence;
  const leaking = new Set(leak.flatMap((suspect) => [...suspect.members]));
  const groups = leak.flatMap((suspect) => [suspect.growth.top, ...suspect.growth.below]);
  const principal = leak.map((suspect) => principalOf(evidence, suspect.growth)).reduce((best, group) => {
    return RANKS.indexOf(rankOf(evidence, group)) < RANKS.indexOf(rankOf(evidence, best)) ? group : best;
  });
  const representative = representativeOf(evidence, principal);
  const paths = holderPaths(evidence, representative, leaking, MOST_HOLDERS);
  const retainedBytes = retainedOf(graph, leak.flatMap((suspect) => suspect.growth.top.members));
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
    perRound: generations.unit === 'rounds' ? principal.curve.rate : 0,
    evidence: 'growth',
    representative,
    alsoKept: furtherClasses(evidence, groups, principal),
    leaking,
    accumulationPoint: first === undefined ? undefined : first.nodes[entryEdge(first, leaking)],
    retainedBytes,
    bytesPerRound:
      principal.members.length === 0 ? 0 : (retainedBytes * newborn) / principal.members.length / generations.totalWork,
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

/** Index of the hop that leads into the leak; the last one when none does. */
export function entryHop(evidence: Evidence, hops: readonly LogicalHop[], leaking: ReadonlySet<NodeOrdinal>): number {
  const entry = hops.findIndex((hop) => hop.edges.some((edge) => leaking.has(evidence.graph.edgeTarget(edge))));
  return entry === -1 ? hops.length - 1 : entry;
}

function bufferShare(evidence: Evidence, leak: readonly Suspect[]): number {
  let buffers = 0;
  let all = 0;
  for (const suspect of leak) {
    all += suspect.retainedBytes;
    for (const node of suspect.members) {
      if (evidence.graph.nameOf(node) === 'system / JSArrayBufferData') buffers += evidence.graph.selfSizeOf(node);
    }
  }
  return all === 0 ? 0 : buffers / all;
}

/** Other growing classes of the leak worth a path of their own, most telling first. */
function furtherClasses(evidence: Evidence, groups: readonly GrowthGroup[], principal: GrowthGroup): Finding['alsoKept'] {
  const named = new Set([evidence.classes.nameOf(principal.members[0]!)]);
  const kept: { className: string; representative: NodeOrdinal; count: number }[] = [];
  const byRank = [...groups].sort(
    (a, b) => RANKS.indexOf(rankOf(evidence, a)) - RANKS.indexOf(rankOf(evidence, b)) || a.index - b.index,
  );
  for (const group of byRank) {
    const className = evidence.classes.nameOf(group.members[0]!);
    if (named.has(className) || kept.length === MOST_CLASSES) continue;
    named.add(className);
    kept.push({ className, representative: representativeOf(evidence, group), count: group.members.length });
  }
  return kept;
}
