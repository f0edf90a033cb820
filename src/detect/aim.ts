import type { NodeOrdinal } from '../shared/ids.ts';
import { classify } from './classify.ts';
import type { Evidence } from './evidence.ts';
import type { Finding } from './finding.ts';
import { entryEdge, holderPaths, MOST_HOLDERS, stepsInto } from './holder-paths.ts';

/** Raw buffers have no path of their own that would tell them. */
const OF_CONTENT = 'arraybuffer';

/**
 * The finding with another of its objects to show, whose holders give it its kinds; for an accusation whose first holder
 * has turned out not to be what keeps the leak.
 */
export function aimedAt(evidence: Evidence, finding: Finding, representative: NodeOrdinal): Finding {
  const { graph, classes } = evidence;
  const { leaking } = finding;
  const paths = holderPaths(evidence, representative, leaking, MOST_HOLDERS);
  const first = paths[0];
  if (first === undefined) return finding;
  const accumulationPoint = first.nodes[entryEdge(first, leaking)];
  if (finding.evidence !== 'growth') return { ...finding, representative, accumulationPoint };
  const isOfBuffers = finding.kind === OF_CONTENT || finding.also.includes(OF_CONTENT);
  const kinds = paths.map((path) =>
    classify(graph, classes, {
      ...stepsInto(evidence, path, leaking),
      unit: path.nodes[entryEdge(path, leaking) + 1]!,
      holders: new Set(path.nodes.slice(0, entryEdge(path, leaking) + 1)),
      principal: representative,
      bufferShare: isOfBuffers ? 1 : 0,
    }),
  );
  const { kind } = kinds[0]!;
  const also = [...new Set(kinds.flatMap((each) => [each.kind, ...each.also]))].filter(
    (each) => each !== kind,
  );
  return { ...finding, kind, also, representative, accumulationPoint };
}
