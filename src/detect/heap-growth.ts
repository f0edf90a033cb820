import type { HeapPath } from '../objects/hop.ts';
import type { ClassRank } from '../objects/node-class.ts';
import type { NodeOrdinal } from '../shared/ids.ts';
import { type Classification, classify } from './classify.ts';
import { judgeGrowth } from './confidence.ts';
import type { Evidence } from './evidence.ts';
import type { Finding } from './finding.ts';
import { type Growth, principalOf, RANKS, rankOf, representativeOf, retainedOf } from './growth.ts';
import type { GrowthGroup } from './growth-groups.ts';
import { entryEdge, holderPaths, MOST_HOLDERS, stepsInto } from './holder-paths.ts';
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
  const principal = leak
    .map((suspect) => principalOf(evidence, suspect.growth))
    .reduce((best, group) => (rankIndex(evidence, group) < rankIndex(evidence, best) ? group : best));
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
    perRound: generations.unit === 'rounds' ? Math.round(principal.curve.rate * 100) / 100 : 0,
    evidence: 'growth',
    representative,
    alsoKept: furtherClasses(evidence, groups, principal),
    leaking,
    accumulationPoint: first === undefined ? undefined : first.nodes[entryEdge(first, leaking)],
    retainedBytes,
    bytesPerRound: (retainedBytes * newborn) / principal.members.length / generations.totalWork,
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
