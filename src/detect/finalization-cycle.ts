import type { HeapGraph } from '../graph/heap-graph.ts';
import { edgesOf } from '../objects/edges.ts';
import { nodesNamed } from '../objects/named-nodes.ts';
import type { NodeOrdinal } from '../shared/ids.ts';
import { findingByState } from './accused.ts';
import type { Detector } from './detector.ts';

const WEAK_CELL = 'system / WeakCell';
const REGISTRY = 'FinalizationRegistry';
/** Dominators looked at above a target: a held value leads to it within a few steps. */
const LEVELS = 200;

/**
 * Targets of a FinalizationRegistry that only the registry keeps: the held value, or the cleanup callback, leads back to
 * the object whose end it waits for. So the end never comes. State is proof: the registration dominates its own target.
 */
export const finalizationCycle: Detector = {
  name: 'finalization-cycle',
  *detect(evidence) {
    const { graph } = evidence;
    const byClass = new Map<string, NodeOrdinal[]>();
    for (const cell of nodesNamed(graph, WEAK_CELL)) {
      if (!graph.isReachable(cell)) continue;
      const target = graph.follow(cell, 'target', 'weak');
      if (target === undefined || !graph.isReachable(target) || !isKeptByRegistration(graph, cell, target))
        continue;
      const className = evidence.classes.nameOf(target);
      const targets = byClass.get(className);
      if (targets === undefined) byClass.set(className, [target]);
      else targets.push(target);
    }
    for (const [className, objects] of byClass) {
      yield findingByState(evidence, {
        kind: 'finalization-cycle',
        confidence: 'certain',
        reason:
          'only its own registration leads to it, so it can never be collected and the cleanup never runs',
        className,
        objects,
      });
    }
  },
};

/** Does every way to the target pass through its cell, or through the registry of the cell? */
function isKeptByRegistration(graph: HeapGraph, cell: NodeOrdinal, target: NodeOrdinal): boolean {
  const registry = registryOf(graph, cell);
  let above = graph.immediateDominatorOf(target);
  for (let level = 0; level < LEVELS && above !== 0; level += 1) {
    if (above === cell || above === registry) return true;
    above = graph.immediateDominatorOf(above);
  }
  return false;
}

function registryOf(graph: HeapGraph, cell: NodeOrdinal): NodeOrdinal | undefined {
  for (const edge of edgesOf(graph, cell)) {
    const to = graph.edgeTarget(edge);
    if (graph.nameOf(to) === REGISTRY) return to;
  }
  return undefined;
}
