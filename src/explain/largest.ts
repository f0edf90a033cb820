import type { Evidence } from '../detect/evidence.ts';
import type { HeapGraph } from '../graph/heap-graph.ts';
import { retentionPath } from '../graph/retention-path.ts';
import { edgesOf } from '../objects/edges.ts';
import type { HeapPath } from '../objects/hop.ts';
import { nodesNamed } from '../objects/named-nodes.ts';
import { type EdgeOrdinal, type NodeOrdinal, ROOT } from '../shared/ids.ts';
import { largestHoldings } from '../summary/largest-holdings.ts';
import type { SourceLocation } from './explanation.ts';
import type { HeapSource } from './heap-source.ts';
import { holderOf } from './holder.ts';
import { tell } from './retention.ts';

/** A large part of a heap, in words: no accusation. */
export interface LargePart {
  readonly className: string;
  readonly count: number;
  readonly retainedBytes: number;
  /** Share of the whole heap, 0 to 1, in thousandths. */
  readonly share: number;
  /** Who holds it, by the name a developer knows. */
  readonly holder: string;
  readonly location?: SourceLocation;
}

const MOST_PARTS = 5;

/** Says where most of the memory of a program is held: up to five parts, the largest first. */
export function largestParts(evidence: Evidence, source: HeapSource): LargePart[] {
  const { graph, classes } = evidence;
  const parts: LargePart[] = [];
  for (const { objects, className, retainedBytes } of largestHoldings(graph, classes)) {
    const within = new Set(objects);
    const path = shortestPath(graph, objects[objects.length >>> 1]!);
    if (path === undefined || !isOfProgram(evidence, path)) continue;
    const holder = holderOf(evidence, source, tell(evidence, source, path, within));
    parts.push({
      className,
      count: objects.length,
      retainedBytes,
      share: Math.round((1000 * retainedBytes) / graph.retainedSizeOf(ROOT)) / 1000,
      holder: holder.name,
      ...(holder.location !== undefined && { location: holder.location }),
    });
    if (parts.length === MOST_PARTS) break;
  }
  return parts;
}

/** Does code of the program lead to it, or at least none of Node.js or leakscan? */
function isOfProgram({ scripts }: Evidence, { nodes }: HeapPath): boolean {
  const owners = new Set(nodes.map((node) => scripts.ownerOf(node)));
  if (owners.has('user') || owners.has('dependency')) return true;
  return !owners.has('core') && !owners.has('leakscan');
}

/**
 * The shortest path from the global object or an open handle, if there is one, through no machine code: a function that runs or
 * is compiled at the moment refers to what somebody keeps as well, mostly.
 */
function shortestPath(graph: HeapGraph, node: NodeOrdinal): HeapPath | undefined {
  const cost = (edge: EdgeOrdinal): number =>
    graph.typeOf(graph.edgeSource(edge)) === 'code' ? Number.POSITIVE_INFINITY : 1;
  const edges =
    retentionPath(graph, node, { withoutNodes: rootsOfV8(graph), cost }) ?? retentionPath(graph, node);
  return edges && { edges, nodes: [ROOT, ...edges.map((edge) => graph.edgeTarget(edge))] };
}

/** The categories of roots, which each V8 names as it likes, but for the handles of the program and of Node.js. */
function rootsOfV8(graph: HeapGraph): Set<NodeOrdinal> {
  const categories = [...nodesNamed(graph, '(GC roots)')]
    .flatMap((roots) => [...edgesOf(graph, roots)])
    .map((edge) => graph.edgeTarget(edge));
  return new Set(categories.filter((category) => graph.nameOf(category) !== '(Global handles)'));
}
