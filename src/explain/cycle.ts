import type { Evidence } from '../detect/evidence.ts';
import type { HeapGraph } from '../graph/heap-graph.ts';
import type { LogicalHop } from '../objects/hop.ts';
import { logicalPath } from '../objects/logical-path.ts';
import { loopThrough, objectsOf } from '../objects/loop.ts';
import type { NodeOrdinal } from '../shared/ids.ts';
import type { Explanation, Hop } from './explanation.ts';
import type { HeapSource } from './heap-source.ts';
import { hopOf, type ToldPath } from './retention.ts';

/**
 * The loop that an object of the leak lies on, the first candidate's that lies on one: its steps in order, the step through
 * which the root keeps it, and the step in the loop to cut. Undefined when none does.
 */
export function cycleOf(
  evidence: Evidence,
  source: HeapSource,
  told: ToldPath,
  leaking: ReadonlySet<NodeOrdinal>,
  candidates: readonly NodeOrdinal[],
): Explanation['cycle'] {
  const { graph, classes } = evidence;
  const holders = new Set(holdersOf(graph, told).filter((node) => !leaking.has(node)));
  for (const start of candidates) {
    const loop = loopThrough(graph, classes, start, holders);
    if (loop === undefined) continue;
    const steps = logicalPath(graph, loop);
    const hops = steps.map((step) => loopHop(evidence, source, step));
    const members = objectsOf(graph, classes, loop).length;
    return { hops, entry: entryOf(evidence, source, told), cut: cutOf(evidence, steps, hops), members };
  }
  return undefined;
}

/** Nodes on the way from the root into the leak. */
function holdersOf(graph: HeapGraph, told: ToldPath): NodeOrdinal[] {
  return told.hops.slice(0, told.entry + 1).flatMap((hop) => hop.edges.map((edge) => graph.edgeSource(edge)));
}

function loopHop(evidence: Evidence, source: HeapSource, step: LogicalHop): Hop {
  return hopOf(evidence, source, step, { isBefore: false, isEntry: false, isLast: false, isLeaking: true });
}

function entryOf(evidence: Evidence, source: HeapSource, told: ToldPath): Hop {
  return hopOf(evidence, source, told.hops[told.entry]!, {
    isBefore: false,
    isEntry: true,
    isLast: false,
    isLeaking: true,
  });
}

/**
 * The back reference: of the edges of the loop the one from the object with the least retained size. What is smaller
 * was made for the larger one, and can let go of it without losing its use.
 */
function cutOf(evidence: Evidence, steps: readonly LogicalHop[], hops: readonly Hop[]): Hop {
  let cut = 0;
  for (const [index, step] of steps.entries()) {
    const isProperty = step.role === 'property' || step.role === 'private-field' || step.role === 'variable';
    const best = steps[cut]!;
    const isSmaller = evidence.graph.retainedSizeOf(step.from) < evidence.graph.retainedSizeOf(best.from);
    if (isProperty && isSmaller) cut = index;
  }
  return { ...hops[cut]!, suspect: true };
}
