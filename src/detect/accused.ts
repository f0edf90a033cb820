import type { NodeOrdinal } from '../shared/ids.ts';
import type { Evidence } from './evidence.ts';
import type { Confidence, Finding, LeakKind } from './finding.ts';
import { retainedOf } from './growth.ts';
import { entryEdge, holderPaths } from './holder-paths.ts';

/** Objects that are wrong by their state, before they become a finding. */
export interface Accusation {
  readonly kind: LeakKind;
  readonly also?: readonly LeakKind[];
  readonly confidence: Confidence;
  readonly reason: string;
  readonly className: string;
  /** At least one. */
  readonly objects: readonly NodeOrdinal[];
}

/** A finding from state evidence: one object is enough, growth is not needed. */
export function findingByState(evidence: Evidence, accusation: Accusation): Finding {
  const { graph, generations } = evidence;
  const objects = [...accusation.objects].sort((a, b) => graph.idOf(a) - graph.idOf(b));
  const representative = objects[0]!;
  const leaking = new Set(objects);
  const path = holderPaths(evidence, representative, leaking, 1)[0];
  const births = Array.from({ length: generations.count }, () => 0);
  for (const node of objects) {
    const generation = generations.bornIn(graph.idOf(node));
    if (generation >= 1 && generation <= generations.count)
      births[generation - 1] = births[generation - 1]! + 1;
  }
  return {
    kind: accusation.kind,
    also: accusation.also ?? [],
    confidence: accusation.confidence,
    reason: accusation.reason,
    isOpen: false,
    className: accusation.className,
    objects,
    births,
    perRound: 0,
    evidence: 'state',
    representative,
    alsoKept: [],
    leaking,
    accumulationPoint: path === undefined ? undefined : path.nodes[entryEdge(path, leaking)],
    retainedBytes: retainedOf(graph, objects),
    bytesPerRound: 0,
  };
}

/**
 * Was the object there, in its state, through a whole generation? What was born in the last one may still be
 * waiting for its turn. Without generations nothing is known of ages; at the end of a program everything had its turn.
 */
export function hadItsTurn(evidence: Evidence, node: NodeOrdinal): boolean | undefined {
  if (evidence.isEndOfProgram) return true;
  const { generations, graph } = evidence;
  if (generations.count === 0) return undefined;
  return generations.bornIn(graph.idOf(node)) < generations.count;
}
