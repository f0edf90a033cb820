import type { Evidence } from './evidence.ts';
import { CONFIDENCES, type Finding } from './finding.ts';

/** What of a state finding must lie in a growing leak for both to be one. */
const SHARE = 0.5;

/**
 * One leak is one finding: objects that are wrong by their state and pile up besides are told as the state says, with the
 * growth as further evidence.
 */
export function joinFindings(
  evidence: Evidence,
  byState: readonly Finding[],
  byGrowth: readonly Finding[],
): Finding[] {
  const joined = [...byGrowth];
  for (const state of byState) {
    const at = joined.findIndex((growth) => isPartOf(evidence, state, growth));
    if (at === -1) joined.push(state);
    else joined[at] = join(state, joined[at]!);
  }
  return joined;
}

/** Do most of the state's objects hang in the growth: among its objects, or kept by one of them? */
function isPartOf(evidence: Evidence, state: Finding, growth: Finding): boolean {
  let inside = 0;
  for (const node of state.objects) {
    let above = node;
    while (above !== 0 && !growth.leaking.has(above)) above = evidence.graph.immediateDominatorOf(above);
    if (above !== 0) inside += 1;
  }
  return inside >= SHARE * state.objects.length;
}

function join(state: Finding, growth: Finding): Finding {
  const states = CONFIDENCES.indexOf(state.confidence);
  const grows = CONFIDENCES.indexOf(growth.confidence);
  if (states > grows) return { ...growth, also: merged(growth, state) };
  return {
    ...growth,
    kind: state.kind,
    also: merged(state, growth),
    confidence: state.confidence,
    reason: `${state.reason}; ${growth.reason}`,
  };
}

function merged(first: Finding, second: Finding): Finding['also'] {
  return [...new Set([...first.also, second.kind, ...second.also])].filter((kind) => kind !== first.kind);
}
