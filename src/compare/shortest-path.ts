import { type HeapGraph, UNREACHED_DISTANCE } from '../graph/heap-graph.ts';
import type { EdgeOrdinal, NodeOrdinal } from '../shared/ids.ts';

const LONGEST_LINE = 12;

/**
 * The edge names on a shortest path from the roots to the node, as one line: `(Global handles) → sessions → [3]`.
 * Long ones are folded in the middle. Undefined for a node that nothing keeps alive.
 */
export function shortestPathLine(graph: HeapGraph, node: NodeOrdinal): string | undefined {
  if (graph.distanceOf(node) === UNREACHED_DISTANCE) return undefined;
  const steps: string[] = [];
  let at = node;
  while (graph.distanceOf(at) > 1) {
    const edge = closestRetainer(graph, at);
    if (edge === undefined) break;
    const name = graph.edgeNameOf(edge);
    steps.unshift(typeof name === 'number' ? `[${name}]` : name);
    at = graph.edgeSource(edge);
  }
  const folded =
    steps.length > LONGEST_LINE
      ? [...steps.slice(0, LONGEST_LINE / 2), '…', ...steps.slice(-LONGEST_LINE / 2)]
      : steps;
  return [graph.nameOf(at), ...folded].join(' → ');
}

function closestRetainer(graph: HeapGraph, node: NodeOrdinal): EdgeOrdinal | undefined {
  for (const row of graph.retainerEdges(node)) {
    const edge = row as EdgeOrdinal;
    if (graph.distanceOf(graph.edgeSource(edge)) === graph.distanceOf(node) - 1) return edge;
  }
  return undefined;
}
