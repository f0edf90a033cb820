import type { Evidence } from '../detect/evidence.ts';
import type { Finding } from '../detect/finding.ts';
import { holderPaths, MOST_HOLDERS } from '../detect/holder-paths.ts';
import { nodesNamed } from '../objects/named-nodes.ts';
import { callbackKey, callbackOf, isOneShot } from '../objects/timers.ts';
import type { NodeOrdinal } from '../shared/ids.ts';
import type { HeapSource } from './heap-source.ts';
import { holderOf } from './holder.ts';
import type { ScriptProgram } from './programs.ts';
import { tell } from './retention.ts';
import type { FunctionNode } from './scope-analysis.ts';
import { callsWithin, type Site } from './sites.ts';

/** Timeouts that are pending and call the same function once. */
interface PendingTimeouts {
  readonly callback: NodeOrdinal;
  readonly births: Births;
}

/** Objects by generation of birth, from generation 1. */
type Births = readonly number[];

/**
 * Findings that may have a bound in time: what grows are entries of a collection, and for each entry of each generation a
 * timeout is pending whose callback takes entries out of that collection, as far as syntax tells; and those timeouts. Whether
 * they keep up only a run tells that is longer than they are. A timer that is armed again for an entry that has one is a
 * leak all the same: there are more of them than of entries. And so is what waits for an answer until its deadline.
 *
 * By finding, the sentence that says so.
 */
export function expiring(
  findings: readonly Finding[],
  evidence: Evidence,
  source: HeapSource,
): ReadonlyMap<Finding, string> {
  const { graph, classes } = evidence;
  const sentences = new Map<Finding, string>();
  const growing = findings.filter(({ evidence, births }) => evidence === 'growth' && births.length > 0);
  const pending = growing.length === 0 ? new Map<number, PendingTimeouts>() : pendingTimeouts(evidence);
  const entriesOf = new Map<number, Births[]>();
  for (const finding of growing) {
    if (!isCovered(finding.births, [...pending.values()])) continue;
    const removes = removesFrom(finding, evidence, source);
    const taking = [...pending].filter(([, { callback }]) => takesOut(evidence, source, callback, removes));
    if (
      !isCovered(
        finding.births,
        taking.map(([, timeouts]) => timeouts),
      )
    )
      continue;
    sentences.set(finding, 'for each a timer is pending that takes it out: a longer run tells');
    for (const [key] of taking) entriesOf.set(key, [...(entriesOf.get(key) ?? []), finding.births]);
  }
  if (entriesOf.size === 0) return sentences;
  for (const finding of growing) {
    const callbacks = new Set(finding.objects.map((timer) => callbackKey(graph, classes, timer)));
    const entries = [...callbacks].map((key) => (key === undefined ? undefined : entriesOf.get(key)));
    if (entries.includes(undefined)) continue;
    const served = [...new Set(entries.flat())].map((births) => ({ births: births! }));
    if (isCovered(finding.births, served))
      sentences.set(finding, 'each is a timer that is to fire once: a longer run tells');
  }
  return sentences;
}

/** Marks may fall between an entry and its timer. */
const BETWEEN = 1;

function isCovered(births: Births, by: readonly { readonly births: Births }[]): boolean {
  return births.every((count, at) => {
    const covering = by.reduce((sum, each) => sum + each.births[at]!, 0);
    return by.length > 0 && covering + BETWEEN >= count;
  });
}

/**
 * Objects of a finding that may be the entries. Where the timers are what is accused, there have to be as many of something else:
 * of timers that were armed again for an entry most have none.
 */
function entriesAmong(
  { representative, objects, births, alsoKept }: Finding,
  { graph, classes }: Evidence,
): NodeOrdinal[] {
  const isOfTimers = callbackKey(graph, classes, representative) !== undefined;
  const enough = isOfTimers ? objects.length - BETWEEN * births.length : 0;
  const entries = alsoKept.filter(
    (kept) => kept.count >= enough && callbackKey(graph, classes, kept.representative) === undefined,
  );
  return isOfTimers && entries.length === 0
    ? []
    : [representative, ...entries.map((each) => each.representative)];
}

/** Where the program takes something out of what holds a leak. */
function removesFrom(finding: Finding, evidence: Evidence, source: HeapSource): Site[] {
  return entriesAmong(finding, evidence)
    .flatMap((node) => holderPaths(evidence, node, finding.leaking, MOST_HOLDERS))
    .map((path) => tell(evidence, source, path, finding.leaking))
    .flatMap((told) => holderOf(evidence, source, told).removes);
}

/** By callback. */
function pendingTimeouts(evidence: Evidence): Map<number, PendingTimeouts> {
  const { graph, classes, generations } = evidence;
  const pending = new Map<number, { callback: NodeOrdinal; births: number[] }>();
  for (const timer of nodesNamed(graph, 'Timeout')) {
    const callback = callbackOf(graph, timer);
    const key = callbackKey(graph, classes, timer);
    const born = generations.bornIn(graph.idOf(timer));
    if (callback === undefined || key === undefined || born === 0 || born > generations.count) continue;
    if (!graph.isReachable(timer) || !isOneShot(graph, timer)) continue;
    const known = pending.get(key) ?? { callback, births: new Array<number>(generations.count).fill(0) };
    pending.set(key, known);
    known.births[born - 1]! += 1;
  }
  return pending;
}

/**
 * Calls of a callback that gives up waiting. What waits for an answer is taken out when that comes, so that not one of them should
 * stay until its deadline.
 */
const DEADLINE = /^(reject|resolve|fail|errback|callback|cb|done|next|abort|destroy|.*Error)$/;

/** Is one of these sites in a function, or in one that it calls by name, and does that do no more than let go? */
function takesOut(
  { graph }: Evidence,
  { programs }: HeapSource,
  callback: NodeOrdinal,
  removes: readonly Site[],
): boolean {
  const position = graph.snapshot.position(callback);
  const program = position === undefined ? undefined : programs.programOf(position.scriptId);
  if (position === undefined || program === undefined || 'reason' in program) return false;
  const called = program.functionAt(position);
  if (called === undefined || called.type === 'ClassDeclaration' || called.type === 'ClassExpression')
    return false;
  const names = callsWithin(called);
  if ([...names].some((name) => DEADLINE.test(name))) return false;
  return removes.some(
    (site) => isWithin(site, program, called) || names.has(site.inside.replace(/^.*\./, '')),
  );
}

function isWithin({ place }: Site, { script }: ScriptProgram, { start, end }: FunctionNode): boolean {
  return place.scriptId === script.id && start <= place.offset && place.offset < end;
}
