import { edgesOf } from '../objects/edges.ts';
import { explainingPath } from '../objects/explaining-path.ts';
import type { HeapPath, LogicalHop } from '../objects/hop.ts';
import { logicalPath } from '../objects/logical-path.ts';
import type { EdgeOrdinal, NodeOrdinal } from '../shared/ids.ts';
import type { Evidence } from './evidence.ts';

/** A leaked object with more holders than this is shown with the first ones. */
export const MOST_HOLDERS = 4;

/** Paths to the accused object, one for each holder that keeps it by itself; the cheapest first. */
export function holderPaths(
  evidence: Evidence,
  node: NodeOrdinal,
  leaking: ReadonlySet<NodeOrdinal>,
  most: number,
): HeapPath[] {
  const paths: HeapPath[] = [];
  const told = new Set<string>();
  const cut = new Set<EdgeOrdinal>();
  for (let count = 0; count < most; count += 1) {
    const path = explainingPath(evidence.graph, node, { edges: cut });
    if (path === undefined) break;
    const words = pathWords(evidence, path);
    if (!told.has(words)) paths.push(path);
    told.add(words);
    const entry = entryEdge(path, leaking);
    const holder = path.nodes[entry]!;
    if (isOnlyHolder(evidence, node, holder, leaking)) break;
    for (const edge of edgesOf(evidence.graph, holder)) {
      if (leaking.has(evidence.graph.edgeTarget(edge))) cut.add(edge);
    }
  }
  return paths;
}

/** A path by its words alone: two paths that read the same are one holder to a developer. */
function pathWords(evidence: Evidence, path: HeapPath): string {
  return logicalPath(evidence.graph, path)
    .map((hop) => `${hop.name} ${evidence.graph.nameOf(hop.to)}`)
    .join('/');
}

/** Index of the first edge of a path that leads into the leak; the last edge when only the target is in it. */
export function entryEdge(path: HeapPath, leaking: ReadonlySet<NodeOrdinal>): number {
  const first = path.nodes.findIndex((node) => leaking.has(node));
  return first <= 0 ? path.edges.length - 1 : first - 1;
}

/** A holder that dominates the object is the only one; a root category is never a holder that can be taken away whole. */
function isOnlyHolder(
  evidence: Evidence,
  node: NodeOrdinal,
  holder: NodeOrdinal,
  leaking: ReadonlySet<NodeOrdinal>,
): boolean {
  if (evidence.graph.typeOf(holder) === 'synthetic') return false;
  let above = evidence.graph.immediateDominatorOf(node);
  while (leaking.has(above)) above = evidence.graph.immediateDominatorOf(above);
  return above === holder;
}

/** Index of the hop that leads into the leak; the last one when none does. */
export function entryHop(
  evidence: Evidence,
  hops: readonly LogicalHop[],
  leaking: ReadonlySet<NodeOrdinal>,
): number {
  const entry = hops.findIndex((hop) =>
    hop.edges.some((edge) => leaking.has(evidence.graph.edgeTarget(edge))),
  );
  return entry === -1 ? hops.length - 1 : entry;
}
