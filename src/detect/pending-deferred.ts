import { FIRED, PENDING, WAITING } from '../deferred/heap-shape.ts';
import type { HeapGraph } from '../graph/heap-graph.ts';
import { reachableWithout } from '../graph/reachability.ts';
import { deferredsOf, isWaitingEdge, stateOf, waitsFor } from '../objects/deferreds.ts';
import type { NodeOrdinal } from '../shared/ids.ts';
import { findingByState } from './accused.ts';
import type { Detector } from './detector.ts';

/**
 * Deferreds that can never come in: whoever could fire them is gone, or they wait for each other.
 *
 * The idea is that of Go's goroutine leak profile: what is waited for must be reachable otherwise than through
 * those who wait. A Deferred that is kept only by Deferreds that wait for it cannot be fired by anybody.
 */
export const pendingDeferred: Detector = {
  name: 'pending-deferred',
  *detect(evidence) {
    const { graph } = evidence;
    const open = deferredsOf(graph).filter((deferred) => isOpen(stateOf(graph, deferred)));
    if (open.length === 0) return;
    const reachable = reachableWithout(graph, (edge) => isWaitingEdge(graph, edge));
    const circular = open.filter((deferred) => waitsInCircle(graph, deferred));
    const inCircle = new Set(circular);
    const lost = open.filter((deferred) => reachable[deferred] === 0 && !inCircle.has(deferred));
    if (lost.length > 0) {
      yield findingByState(evidence, {
        kind: 'pending-deferred',
        confidence: 'certain',
        reason: 'only those who wait for it still refer to it, so nobody can fire it',
        className: graph.nameOf(lost[0]!),
        objects: lost,
      });
    }
    if (circular.length > 0) {
      yield findingByState(evidence, {
        kind: 'pending-deferred',
        also: ['cycle-leak'],
        confidence: 'certain',
        reason: 'it waits for itself through the Deferreds it waits for',
        className: graph.nameOf(circular[0]!),
        objects: circular,
      });
    }
  },
};

function isOpen(state: string | undefined): boolean {
  return state === PENDING || state === WAITING || state === FIRED;
}

function waitsInCircle(graph: HeapGraph, start: NodeOrdinal): boolean {
  const seen = new Set<NodeOrdinal>();
  for (let at = waitsFor(graph, start); at !== undefined && !seen.has(at); at = waitsFor(graph, at)) {
    if (at === start) return true;
    seen.add(at);
  }
  return false;
}
