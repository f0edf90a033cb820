import { isEntry } from '../objects/entries.ts';
import type { NodeOrdinal } from '../shared/ids.ts';
import { compareTexts } from '../shared/size-order.ts';
import { type Census, census } from './census.ts';
import { judgeGrowth } from './confidence.ts';
import type { Detector } from './detector.ts';
import type { Evidence } from './evidence.ts';
import { withFamilies } from './families.ts';
import { finalizationCycle } from './finalization-cycle.ts';
import { CONFIDENCES, type Finding } from './finding.ts';
import type { Generations } from './generations.ts';
import { type Growth, growths, isHeldOnlyBy, retainedOf } from './growth.ts';
import { type GrowthGroup, growthGroups } from './growth-groups.ts';
import { heapGrowth } from './heap-growth.ts';
import { joinFindings } from './join-findings.ts';
import {
  isReplacedInPlace,
  type KnownReference,
  knownReferences,
  SHARED_BY_REPLACED,
} from './known-references.ts';
import { growthOutsideHeap, type OutsideGrowth } from './outside-heap.ts';
import { pendingDeferred } from './pending-deferred.ts';
import { type SharedObjects, sharedObjects } from './shared-objects.ts';
import { replacedStores, storeSizes, swellingStores } from './swelling-stores.ts';
import { unhandledFailure } from './unhandled-failure.ts';
import { unhandledRejection } from './unhandled-rejection.ts';

/** Detectors of objects that are wrong by their state. */
const stateDetectors: readonly Detector[] = [
  unhandledFailure,
  pendingDeferred,
  finalizationCycle,
  unhandledRejection,
];

/** Something that grew and is nobody's mistake; in the order of reasons and classes. */
export interface IgnoredGrowth {
  readonly predicate: string;
  readonly reason: string;
  readonly className: string;
  readonly count: number;
  readonly retainedBytes: number;
}

/** What the detectors say about one heap. */
export interface Detection {
  /** Worst first: by confidence, then by retained bytes. One leak is one finding. */
  readonly findings: readonly Finding[];
  /** What findings keep together with others; nothing for those that share nothing. */
  readonly shared: ReadonlyMap<Finding, SharedObjects>;
  readonly ignored: readonly IgnoredGrowth[];
  /** Memory beside the heap that grew, and that no finding accounts for. */
  readonly outside: OutsideGrowth | undefined;
  /** Something is suspicious and a longer run would tell. */
  readonly isOpen: boolean;
  /** A collection gained so few objects, or so unevenly, that a somewhat longer run is needed to say anything of it. */
  readonly isUndecided: boolean;
  /** For the look at a later heap of the same process, if there is one: taken at the first call. */
  takeCensus(): Census;
}

/** Names the objects of a heap that should be gone. */
export function detect(evidence: Evidence): Detection {
  const { graph, classes, generations } = evidence;
  const alone = canShowGrowth(generations) ? growthGroups(graph, classes, generations) : [];
  const { groups, common } = withFamilies(graph, classes, generations, alone);
  const { suspicious, ignored } = withoutKnown(evidence, growths(graph, groups));
  const byState = stateDetectors.flatMap((detector) => [...detector.detect(evidence)]);
  const stores = canShowGrowth(generations) ? replacedStores(evidence) : [];
  const joined = joinFindings(evidence, byState, heapGrowth(evidence, suspicious));
  const findings = [...joined, ...swellingStores(evidence, stores, joined)].sort(worstFirst);
  const outside = growthOutsideHeap(evidence.run, findings);
  let taken: Census | undefined;
  return {
    findings,
    shared: sharedObjects(graph, findings),
    ignored,
    outside,
    isOpen: outside?.isOpen === true || findings.some((finding) => finding.isOpen),
    isUndecided: hasUndecidedEntries(evidence, [...alone, ...common]),
    takeCensus() {
      taken ??= census(graph, classes, [...alone, ...common], storeSizes(graph, stores));
      return taken;
    },
  };
}

/** Sets growth aside that is nobody's mistake. */
function withoutKnown(evidence: Evidence, all: readonly Growth[]) {
  const ignored: IgnoredGrowth[] = [];
  const replaced = new Set<NodeOrdinal>();
  const ignore = ({ top }: Growth, { name, reason, isOfEngine }: Omit<KnownReference, 'matches'>): void => {
    if (isOfEngine && !isCertainlyGrowing(evidence, top)) return;
    ignored.push({
      predicate: name,
      reason,
      className: evidence.classes.nameOf(top.members[0]!),
      count: top.members.length,
      retainedBytes: retainedOf(evidence.graph, top.members),
    });
  };
  const unknown = all.filter((growth) => {
    const known = knownReferences.find((reference) => reference.matches(evidence, growth));
    if (known === undefined) return true;
    ignore(growth, known);
    if (known === isReplacedInPlace)
      for (const group of growth.all) for (const node of group.members) replaced.add(node);
    return false;
  });
  const suspicious = unknown.filter((growth) => {
    if (replaced.size === 0 || !isHeldOnlyBy(evidence, growth, replaced)) return true;
    ignore(growth, SHARED_BY_REPLACED);
    return false;
  });
  return { suspicious, ignored: ignored.sort(byReasonAndClass) };
}

/**
 * Objects of the program that came to a collection, too few for a judgement, or in every generation at rates too different for one.
 * What a variable holds is replaced again and again.
 */
function hasUndecidedEntries(evidence: Evidence, groups: readonly GrowthGroup[]): boolean {
  const { graph, classes, generations } = evidence;
  return groups.some((top) => {
    const [first] = top.members;
    const isSparse = top.curve.shape === 'sparse';
    const isUneven =
      top.curve.shape === 'irregular' &&
      generations.unit === 'rounds' &&
      top.births.every((count) => count > 0);
    if ((!isSparse && !isUneven) || first === undefined) return false;
    const rank = classes.rankOf(first);
    if (rank === 'engine' || rank === 'text' || !isEntry(graph, first)) return false;
    const growth: Growth = { top, below: [], all: [top], carriers: [] };
    return !knownReferences.some((reference) => reference.matches(evidence, growth));
  });
}

function isCertainlyGrowing({ generations }: Evidence, { curve, births }: GrowthGroup): boolean {
  return judgeGrowth(curve.shape, births, generations, false).confidence === 'certain';
}

function byReasonAndClass(a: IgnoredGrowth, b: IgnoredGrowth): number {
  return (
    compareTexts(a.predicate, b.predicate) || compareTexts(a.className, b.className) || b.count - a.count
  );
}

/** One or two stretches of time say nothing of what goes on. */
function canShowGrowth({ unit, count }: Generations): boolean {
  return count >= (unit === 'time' ? 3 : 1);
}

function worstFirst(a: Finding, b: Finding): number {
  return (
    CONFIDENCES.indexOf(a.confidence) - CONFIDENCES.indexOf(b.confidence) ||
    b.retainedBytes - a.retainedBytes ||
    a.representative - b.representative
  );
}
