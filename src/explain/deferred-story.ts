import type { Evidence } from '../detect/evidence.ts';
import type { Finding } from '../detect/finding.ts';
import { failureOf, stateOf, traceOf, waitsFor } from '../objects/deferreds.ts';
import { isOwnFrame } from '../objects/scripts.ts';
import type { NodeOrdinal } from '../shared/ids.ts';
import type { Explanation } from './explanation.ts';
import type { ToldPath } from './retention.ts';

const STATE_WORDS: ReadonlyMap<string, string> = new Map([
  ['leakscan:pending', 'pending: nobody has fired it'],
  ['leakscan:fired', 'fired, its chain is paused or running'],
  ['leakscan:waiting', 'fired, waiting for another Deferred'],
  ['leakscan:success', 'at rest with a value'],
  ['leakscan:unhandled-failure', 'failed, and nobody took the failure'],
  ['leakscan:observed-failure', 'failed, and a generator has seen the failure'],
]);

/** Longest chain of waiting that is drawn. */
const LONGEST_WAIT = 12;

/** What can be told of the Deferred of a finding; undefined when there is none on the way. */
export function deferredStory(evidence: Evidence, finding: Finding, told: ToldPath): Explanation['deferred'] {
  const { graph } = evidence;
  const candidates = [finding.representative, ...told.hops.slice(told.entry).map((hop) => hop.to)];
  const deferred = candidates.find((node) => stateOf(graph, node) !== undefined);
  if (deferred === undefined) return undefined;
  const failure = failureOf(graph, deferred);
  const waitingOn = waitWords(evidence, deferred);
  const state = stateOf(graph, deferred)!;
  const { createdAt, firedAt } = traceOf(graph, deferred);
  return {
    state: STATE_WORDS.get(state) ?? state,
    ...(failure === undefined
      ? {}
      : {
          failure: {
            type: failure.errorName,
            message: failure.message,
            traceback: ofOthers(failure.stack),
          },
        }),
    createdAt: ofOthers(createdAt),
    firedAt: ofOthers(firedAt),
    ...(waitingOn === undefined ? {} : { waitingOn }),
  };
}

function ofOthers(stack: readonly string[]): string[] {
  return stack.filter((line) => !isOwnFrame(line));
}

/** "Deferred (pending)" … the chain of who waits on whom. */
function waitWords({ graph }: Evidence, deferred: NodeOrdinal): string | undefined {
  const words: string[] = [];
  const seen = new Set<NodeOrdinal>([deferred]);
  for (
    let at = waitsFor(graph, deferred);
    at !== undefined && words.length < LONGEST_WAIT;
    at = waitsFor(graph, at)
  ) {
    const isBack = seen.has(at);
    const state = stateOf(graph, at)?.replace('leakscan:', '') ?? 'unknown';
    words.push(`${graph.nameOf(at)} (${isBack ? 'one that waits in turn' : state})`);
    if (isBack) break;
    seen.add(at);
  }
  return words.length === 0 ? undefined : words.join(', which waits on ');
}
