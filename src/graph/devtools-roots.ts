import type { Snapshot } from '../ingest/snapshot.ts';

/** Targets of root edges that stand for the program rather than for the engine, once for each edge. */
export function userRoots(snapshot: Snapshot): number[] {
  const { firstEdge, edgeTo } = snapshot;
  const roots: number[] = [];
  for (let edge = firstEdge[0]!; edge < firstEdge[1]!; edge++) {
    const node = edgeTo[edge]!;
    if (typeOf(snapshot, node) !== 'synthetic' || isDocumentTrees(snapshot, node)) roots.push(node);
  }
  return roots;
}

/** Where DevTools lets the page begin: targets of the root's shortcuts, and its document trees. */
export function pageEntries(snapshot: Snapshot): number[] {
  const { firstEdge, edgeTo, firstLabel, labelType, edgeTypes } = snapshot;
  const entries = new Set<number>();
  for (let edge = firstEdge[0]!; edge < firstEdge[1]!; edge++) {
    const type = edgeTypes[labelType[firstLabel[0]! + edge]!];
    const node = edgeTo[edge]!;
    if (type === 'shortcut' || (type === 'element' && isDocumentTrees(snapshot, node))) entries.add(node);
  }
  return [...entries];
}

function typeOf(snapshot: Snapshot, node: number): string | undefined {
  return snapshot.nodeTypes[snapshot.nodeType[node]!];
}

function isDocumentTrees(snapshot: Snapshot, node: number): boolean {
  return (
    typeOf(snapshot, node) === 'synthetic' &&
    snapshot.string(snapshot.nodeName[node]!) === '(Document DOM trees)'
  );
}
