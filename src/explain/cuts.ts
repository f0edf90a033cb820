import type { Cut } from '../capture/live-object.ts';
import type { Evidence } from '../detect/evidence.ts';
import type { Finding } from '../detect/finding.ts';
import { entryHop, holderPaths, MOST_HOLDERS } from '../detect/holder-paths.ts';
import type { LogicalHop } from '../objects/hop.ts';
import { logicalPath } from '../objects/logical-path.ts';

/** How an accusation can be put to the proof in the living target. */
export interface CutPlan {
  /** What is cut, in words. */
  readonly words: string;
  readonly cuts: readonly Cut[];
}

/** Timers cleared for one proof at most. */
const MOST_TIMERS = 500;

/** The edges that hold a leak, all holders together, as cuts that JavaScript can make; or why one cannot be made. */
export function cutPlan(evidence: Evidence, finding: Finding): CutPlan | { readonly reason: string } {
  const paths = holderPaths(evidence, finding.representative, finding.leaking, MOST_HOLDERS);
  if (paths.length === 0) return { reason: 'nothing that holds it was found' };
  const cuts: Cut[] = [];
  const words: string[] = [];
  for (const path of paths) {
    const hops = logicalPath(evidence.graph, path);
    const hop = hops[entryHop(evidence, hops, finding.leaking)]!;
    const found = cutsOf(evidence, finding, hop);
    if (found === undefined) return { reason: `JavaScript cannot cut the edge ${hop.name}` };
    cuts.push(...found);
    words.push(`${hop.name} of ${evidence.classes.nameOf(hop.from)}`);
  }
  return { words: [...new Set(words)].join(' and '), cuts };
}

function cutsOf(evidence: Evidence, finding: Finding, hop: LogicalHop): Cut[] | undefined {
  const { graph } = evidence;
  const owner = graph.idOf(hop.from);
  switch (hop.role) {
    case 'entry':
    case 'element':
      return [{ owner, kind: 'entries' }];
    case 'listener': {
      const event = /'(.*)'$/s.exec(hop.name)?.[1];
      return event === undefined ? undefined : [{ owner, kind: 'listener', event }];
    }
    case 'timer':
    case 'immediate':
      return [...finding.leaking]
        .filter((node) => graph.nameOf(node) === 'Timeout' || graph.nameOf(node) === 'Immediate')
        .slice(0, MOST_TIMERS)
        .map((node) => ({ owner: graph.idOf(node), kind: 'timer' }));
    case 'property':
      return [{ owner, kind: 'property', name: hop.name }];
    default:
      return undefined;
  }
}
