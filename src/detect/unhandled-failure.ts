import { UNHANDLED } from '../deferred/heap-shape.ts';
import { deferredsOf, failureOf, stateOf } from '../objects/deferreds.ts';
import type { NodeOrdinal } from '../shared/ids.ts';
import { findingByState, hadItsTurn } from './accused.ts';
import type { Detector } from './detector.ts';
import type { Finding } from './finding.ts';

/**
 * Deferreds at rest with a Failure that nobody took: no errback will come to see it. One is enough, if it had
 * its turn; an errback may still be added to one that failed a moment ago.
 */
export const unhandledFailure: Detector = {
  name: 'unhandled-failure',
  *detect(evidence) {
    const { graph } = evidence;
    const byError = new Map<string, NodeOrdinal[]>();
    for (const deferred of deferredsOf(graph)) {
      if (stateOf(graph, deferred) !== UNHANDLED) continue;
      const error = failureOf(graph, deferred)?.errorName ?? 'an error';
      const others = byError.get(error);
      if (others === undefined) byError.set(error, [deferred]);
      else others.push(deferred);
    }
    for (const [error, deferreds] of byError) yield accuse(error, deferreds);

    function accuse(error: string, deferreds: readonly NodeOrdinal[]): Finding {
      const turns = deferreds.map((deferred) => hadItsTurn(evidence, deferred));
      const old = deferreds.filter((_, index) => turns[index] === true);
      const isKnown = turns[0] !== undefined;
      const objects = old.length > 0 ? old : deferreds;
      return findingByState(evidence, {
        kind: 'unhandled-failure',
        confidence: old.length > 0 ? 'certain' : isKnown ? 'possible' : 'likely',
        reason:
          old.length > 0
            ? `it failed with ${error}, its chain is empty, and no errback came in all the time it was there`
            : isKnown
              ? `it failed with ${error} in the last generation; an errback may still be added`
              : `it failed with ${error} and its chain is empty; its age is not known from one snapshot`,
        className: graph.nameOf(objects[0]!),
        objects,
      });
    }
  },
};
