import type { HeapGraph } from '../graph/heap-graph.ts';
import { retentionPath } from '../graph/retention-path.ts';
import { type EdgeOrdinal, type NodeOrdinal, ROOT } from '../shared/ids.ts';
import { edgeWords } from './edge-words.ts';
import type { HeapPath } from './hop.ts';
import { pathCosts } from './path-cost.ts';

/**
 * The strong path from the root that says most to a developer: cheapest by `pathCosts`, and of those the one whose words come
 * first, in every run the same. Undefined when every path uses one of the nodes or edges to be left out.
 */
export function explainingPath(
  graph: HeapGraph,
  node: NodeOrdinal,
  without: { readonly nodes?: ReadonlySet<NodeOrdinal>; readonly edges?: ReadonlySet<EdgeOrdinal> } = {},
): HeapPath | undefined {
  const edges = retentionPath(graph, node, {
    cost: pathCosts(graph),
    words: edgeWords(graph),
    ...(without.nodes === undefined ? {} : { withoutNodes: without.nodes }),
    ...(without.edges === undefined ? {} : { withoutEdges: without.edges }),
  });
  if (edges === undefined) return undefined;
  return { edges, nodes: [ROOT, ...edges.map((edge) => graph.edgeTarget(edge))] };
}
