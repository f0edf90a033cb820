import type { Evidence } from '../detect/evidence.ts';
import { edgesOf } from '../objects/edges.ts';
import type { LogicalHop } from '../objects/hop.ts';
import { logicalPath } from '../objects/logical-path.ts';
import type { EdgeOrdinal, NodeOrdinal } from '../shared/ids.ts';
import type { Explanation, Hop } from './explanation.ts';
import type { HeapSource } from './heap-source.ts';
import { hopOf, type ToldPath } from './retention.ts';

/** Objects of a component are counted as people would: things a program made, not tables and maps. */
const COUNTED = new Set(['object', 'closure']);

/**
 * The loop an object of the leak lies on: shortest way from it back to itself within its component, the step through
 * which the root keeps the loop, and the step in the loop to cut. Undefined when it lies on none.
 */
export function cycleOf(
  evidence: Evidence,
  source: HeapSource,
  told: ToldPath,
  candidates: readonly NodeOrdinal[],
): Explanation['cycle'] {
  for (const start of candidates) {
    const loop = shortestLoop(evidence, start);
    if (loop === undefined) continue;
    const steps = logicalPath(evidence.graph, loop);
    const hops = steps.map((step) => loopHop(evidence, source, step));
    const members = evidence.graph
      .componentMembers(evidence.graph.componentOf(start))
      .filter((node) => COUNTED.has(evidence.graph.typeOf(node as NodeOrdinal))).length;
    return { hops, entry: entryOf(evidence, source, told), cut: cutOf(evidence, steps, hops), members };
  }
  return undefined;
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

/** Breadth first from the node over strong edges inside its component, until an edge leads back to it. */
function shortestLoop(
  { graph }: Evidence,
  start: NodeOrdinal,
): { nodes: NodeOrdinal[]; edges: EdgeOrdinal[] } | undefined {
  const component = graph.componentOf(start);
  if (graph.componentMembers(component).length < 2) return undefined;
  const cameBy = new Map<NodeOrdinal, EdgeOrdinal>();
  const queue: NodeOrdinal[] = [start];
  for (const node of queue) {
    for (const edge of edgesOf(graph, node)) {
      const to = graph.edgeTarget(edge);
      if (!graph.isStrong(edge) || graph.componentOf(to) !== component || isTypeEdge(graph.edgeNameOf(edge)))
        continue;
      if (to === start) return loopBackFrom(node, edge);
      if (cameBy.has(to)) continue;
      cameBy.set(to, edge);
      queue.push(to);
    }
  }
  return undefined;

  function loopBackFrom(
    last: NodeOrdinal,
    closing: EdgeOrdinal,
  ): { nodes: NodeOrdinal[]; edges: EdgeOrdinal[] } {
    const edges = [closing];
    for (let node = last; node !== start; ) {
      const edge = cameBy.get(node)!;
      edges.unshift(edge);
      node = graph.edgeSource(edge);
    }
    return { edges, nodes: [start, ...edges.map((edge) => graph.edgeTarget(edge))] };
  }
}

/** Every class and its prototype form a loop; that is no loop of the program's. */
function isTypeEdge(name: string | number): boolean {
  return name === '__proto__' || name === 'constructor' || name === 'prototype' || name === 'map';
}
