import { wayInto } from '../objects/edge-words.ts';
import type { HeapPath } from '../objects/hop.ts';
import type { ClassRank } from '../objects/node-class.ts';
import type { NodeOrdinal } from '../shared/ids.ts';
import { compareTexts, largestFirst } from '../shared/size-order.ts';
import { type Classification, classify } from './classify.ts';
import { judgeGrowth } from './confidence.ts';
import type { Evidence } from './evidence.ts';
import type { Finding, LeakKind } from './finding.ts';
import {
  classNameOf,
  depthOf,
  type Growth,
  leastBy,
  principalOf,
  RANKS,
  rankIndex,
  rankOf,
  representativeOf,
  retainedOf,
} from './growth.ts';
import { continuesChain, type GrowthGroup, type Siblings } from './growth-groups.ts';
import { entryEdge, holderPaths, MOST_HOLDERS, stepsInto } from './holder-paths.ts';
import { kindOfOpen } from './kind-of-object.ts';
import { leaksAmong, type Suspect } from './suspects.ts';

/** Further classes shown with a finding. */
const MOST_CLASSES = 8;

/**
 * Leaks that show as growth: groups of objects whose survivors were born in every generation at one rate. Growths of
 * which one is held through another are one leak.
 */
export function heapGrowth(evidence: Evidence, suspicious: readonly Growth[]): Finding[] {
  return leaksAmong(evidence, suspicious).map((leak) => findingOf(evidence, leak));
}

function findingOf(evidence: Evidence, leak: readonly Suspect[]): Finding {
  const { graph, classes, generations } = evidence;
  const leaking = new Set(leak.flatMap((suspect) => [...suspect.members]));
  const groups = leak.flatMap((suspect) => [suspect.growth.top, ...suspect.growth.below]);
  const principal = principalAmong(evidence, leak);
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
    principal.members.length > newborn || groups.some((group) => continuesChain(graph, classes, group)),
  );
  const kinds = paths.map((path) => classifyPath(evidence, path, leaking, leak, representative));
  const kind = kinds[0]?.kind ?? 'collection-growth';
  const first = paths[0];
  const siblings = siblingsOf(leak[0]!.growth.top);
  return {
    kind,
    also: [
      ...new Set([...kinds.flatMap((each) => [each.kind, ...each.also]), ...openOnes(evidence, groups)]),
    ].filter((each) => each !== kind),
    confidence: judgement.confidence,
    reason: judgement.reason,
    isOpen: judgement.isOpen,
    className: classes.nameOf(representative),
    objects: [...principal.members].sort((a, b) => graph.idOf(a) - graph.idOf(b)),
    births: principal.births,
    perRound: generations.unit === 'rounds' ? Math.round(principal.curve.rate * 100) / 100 : 0,
    evidence: 'growth',
    representative,
    alsoKept: furtherClasses(evidence, groups, principal),
    leaking,
    accumulationPoint: first === undefined ? undefined : first.nodes[entryEdge(first, leaking)],
    ...(siblings !== undefined && { collection: siblings.collection }),
    retainedBytes,
    bytesPerRound: (retainedBytes * newborn) / principal.members.length / generations.totalWork,
  };
}

/**
 * Of the principals of all suspects the one whose class tells most, then the one of the largest suspect. Of Node's own classes
 * the one with the fewest objects has the others: a Worker has two streams and five ports.
 */
function principalAmong(evidence: Evidence, leak: readonly Suspect[]): GrowthGroup {
  const principals = leak.map(({ growth, retainedBytes }) => ({
    group: principalOf(evidence, growth),
    retainedBytes,
  }));
  const telling = leastBy(principals, ({ group }) => rankIndex(evidence, group));
  const isOfNode = rankOf(evidence, telling[0]!.group) === 'core-class';
  return largestFirst(
    isOfNode ? leastBy(telling, ({ group }) => group.members.length) : telling,
    (principal) => principal.retainedBytes,
    (a, b) => compareTexts(classNameOf(evidence, a.group), classNameOf(evidence, b.group)),
  )[0]!.group;
}

/** The equal holders on which a group hangs, or on which those above it hang. */
function siblingsOf(group: GrowthGroup): Siblings | undefined {
  return group.siblings ?? (group.parent === undefined ? undefined : siblingsOf(group.parent));
}

function strongestShape(groups: readonly GrowthGroup[]): GrowthGroup['curve']['shape'] {
  return groups.some((group) => group.curve.shape === 'exact') ? 'exact' : 'steady';
}

/** What piles up in the leak and would have to be closed, whatever holds it. */
function openOnes({ graph, classes }: Evidence, groups: readonly GrowthGroup[]): LeakKind[] {
  return groups.flatMap((group) => kindOfOpen(graph, classes, group.members[0]!) ?? []);
}

function classifyPath(
  evidence: Evidence,
  path: HeapPath,
  leaking: ReadonlySet<NodeOrdinal>,
  leak: readonly Suspect[],
  principal: NodeOrdinal,
): Classification {
  return classify(evidence.graph, evidence.classes, {
    ...stepsInto(evidence, path, leaking),
    unit: path.nodes[entryEdge(path, leaking) + 1]!,
    holders: new Set(path.nodes.slice(0, entryEdge(path, leaking) + 1)),
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
  const accused = classNameOf(evidence, principal);
  const byRank = groups
    .filter((group) => SHOWN_RANKS.includes(rankOf(evidence, group)))
    .sort(
      (a, b) =>
        rankIndex(evidence, a) - rankIndex(evidence, b) ||
        depthOf(a) - depthOf(b) ||
        compareTexts(classNameOf(evidence, a), classNameOf(evidence, b)),
    );
  for (const group of byRank) {
    const className = classNameOf(evidence, group);
    if (className === accused || kept.has(className) || kept.size === MOST_CLASSES) continue;
    const equals = byRank.filter(
      (other) => classNameOf(evidence, other) === className && depthOf(other) === depthOf(group),
    );
    kept.set(className, { className, ...firstHeldOf(evidence, equals) });
  }
  return [...kept.values()];
}

/** Of groups of one class, functions without a name for instance, the one that is held in the way that comes first. */
function firstHeldOf(evidence: Evidence, groups: readonly GrowthGroup[]) {
  const [first] = groups
    .map((group) => ({ representative: representativeOf(evidence, group), count: group.members.length }))
    .map((shown) => ({ shown, way: wayInto(evidence.graph, shown.representative).words }))
    .sort((a, b) => compareTexts(a.way, b.way));
  return first!.shown;
}
