import type { Evidence } from '../detect/evidence.ts';
import type { Finding } from '../detect/finding.ts';
import { holderPaths, MOST_HOLDERS } from '../detect/holder-paths.ts';
import type { NodeOrdinal } from '../shared/ids.ts';
import { capturedBy, keptFunction } from './captured.ts';
import { cycleOf } from './cycle.ts';
import { deferredStory } from './deferred-story.ts';
import type { Explanation, RetentionPath } from './explanation.ts';
import type { HeapSource } from './heap-source.ts';
import { holderOf } from './holder.ts';
import { remedyFor } from './remedy.ts';
import { retentionPathOf, type ToldPath, tell } from './retention.ts';
import { signatureOf } from './signature.ts';
import { titleOf } from './title.ts';

/** Says why a finding is alive, who holds it, and what to change where. */
export function explain(finding: Finding, evidence: Evidence, source: HeapSource): Explanation {
  const { classes } = evidence;
  const holders = holderPaths(evidence, finding.representative, finding.leaking, MOST_HOLDERS);
  const told = holders.map((path) => tell(evidence, source, path, finding.leaking));
  const first = told[0];
  if (first === undefined) return unheld(finding);
  const holder = holderOf(evidence, source, first);
  const telling = finding.repeated ?? finding.representative;
  const closure = capturedBy(evidence, source, first, telling);
  const cycle = isCycle(finding)
    ? cycleOf(evidence, source, first, finding.leaking, onTheWay(first, finding))
    : undefined;
  const deferred = deferredStory(evidence, finding, first);
  const kept = keptFunction(evidence, first, telling);
  const registered = kept === undefined ? undefined : source.sites.registrations(kept)[0];
  const edge = first.hops[first.entry]!.name;
  const openHandle = openHandleOn(evidence, first);
  const isChain = isPromiseChain(first);
  const location = holder.location ?? closure?.location;
  return {
    kind: finding.kind,
    also: finding.also,
    confidence: finding.confidence,
    signature: signatureOf({
      kind: finding.kind,
      className: finding.className,
      holder: holder.name,
      file: location?.file ?? '',
      told: first,
      nameOf: (node) => classes.nameOf(node),
    }),
    title: titleOf(finding, { holderName: holder.name, edge, openHandle, isChain }),
    remedy: remedyFor({
      kind: finding.kind,
      className: finding.className,
      holder,
      edge,
      openHandle,
      isChain,
      isRepeated: finding.repeated !== undefined,
      functionAt: registered?.location ?? closure?.location,
      deadVariables: (closure?.captured ?? [])
        .filter((each) => each.readBy === 'nobody')
        .map((each) => each.name),
    }),
    evidence: `${capitalised(finding.reason)}.`,
    objects: {
      className: finding.className,
      count: finding.objects.length,
      births: finding.births,
      perRound: finding.perRound,
    },
    retainedBytes: finding.retainedBytes,
    bytesPerRound: Math.round(finding.bytesPerRound),
    holder: {
      name: holder.name,
      ...(holder.location === undefined ? {} : { location: source.positions.withFrame(holder.location) }),
    },
    paths: [
      ...told.map((path) => retentionPathOf(evidence, source, path, finding.leaking, finding.className)),
      ...furtherPaths(finding, evidence, source, told),
    ],
    ...(closure === undefined || finding.repeated !== undefined ? {} : { closure }),
    ...(cycle === undefined ? {} : { cycle }),
    ...(deferred === undefined ? {} : { deferred }),
  };
}

/**
 * Paths to further classes of the leak that no path so far leads to or through. One that comes from a holder of its own says
 * who else would have to let go.
 */
function furtherPaths(
  finding: Finding,
  evidence: Evidence,
  source: HeapSource,
  told: readonly ToldPath[],
): RetentionPath[] {
  const named = new Set(told.flatMap((path) => classesOn(evidence, path)));
  const holders = new Set(told.map(wayIn));
  const paths: RetentionPath[] = [];
  for (const kept of finding.alsoKept) {
    if (named.has(kept.className)) continue;
    const path = holderPaths(evidence, kept.representative, finding.leaking, 1)[0];
    if (path === undefined) continue;
    const further = tell(evidence, source, path, finding.leaking);
    for (const className of classesOn(evidence, further)) named.add(className);
    const shown = retentionPathOf(evidence, source, further, finding.leaking, kept.className);
    const way = wayIn(further);
    paths.push({ ...shown, shows: holders.has(way) ? 'class' : 'holder' });
    holders.add(way);
  }
  return paths;
}

/** The steps of a path into the leak by their words: equal holders, such as the timers' lists of two durations, read the same. */
function wayIn({ root, hops, shownFrom, entry }: ToldPath): string {
  return [root, ...hops.slice(shownFrom, entry + 1).map(({ name }) => name)].join(' / ');
}

/** Classes of the objects that the shown part of a path names. */
function classesOn({ classes }: Evidence, told: ToldPath): string[] {
  return told.hops.slice(told.shownFrom).map((hop) => classes.nameOf(hop.to));
}

/** A promise that is settled with another takes over its reactions: a step over reactions that repeats itself is a row of those. */
function isPromiseChain({ hops, entry }: ToldPath): boolean {
  return hops.slice(entry).some((hop) => hop.role === 'reaction' && hop.repeats > 1);
}

function isCycle(finding: Finding): boolean {
  return finding.kind === 'cycle-leak' || finding.also.includes('cycle-leak');
}

/**
 * Class of what is open on the path of a leak that hangs on open handles: what the program opened, a Socket or FSWatcher,
 * rather than its native half. Undefined where that is the accused object itself.
 */
function openHandleOn({ classes, scripts }: Evidence, { hops, entry }: ToldPath): string | undefined {
  const inside = hops.slice(entry).map((hop) => hop.to);
  const isOfNode = (node: NodeOrdinal): boolean => classes.rankOf(node) === 'core-class';
  if (isOfNode(inside.at(-1)!)) return undefined;
  const opened = inside.find((node) => isOfNode(node) && scripts.ownerOf(node) !== 'unknown');
  const open = opened ?? inside.find(isOfNode);
  return open === undefined ? undefined : classes.nameOf(open);
}

/** Objects of the leak on the path, the accused one first. */
function onTheWay(told: ToldPath, finding: Finding): NodeOrdinal[] {
  return [finding.representative, ...told.hops.slice(told.entry).map((hop) => hop.to)];
}

/** A finding whose object nothing strong leads to any more. */
function unheld(finding: Finding): Explanation {
  return {
    kind: finding.kind,
    also: finding.also,
    confidence: 'possible',
    signature: signatureOf({
      kind: finding.kind,
      className: finding.className,
      holder: '',
      file: '',
      told: undefined,
      nameOf: String,
    }),
    title: titleOf(finding, {
      holderName: 'nothing that was found',
      edge: '',
      openHandle: undefined,
      isChain: false,
    }),
    remedy: 'Run longer, or look at a later snapshot.',
    evidence: `${capitalised(finding.reason)}, but no retention path leads to it.`,
    objects: {
      className: finding.className,
      count: finding.objects.length,
      births: finding.births,
      perRound: finding.perRound,
    },
    retainedBytes: finding.retainedBytes,
    bytesPerRound: Math.round(finding.bytesPerRound),
    paths: [],
  };
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
