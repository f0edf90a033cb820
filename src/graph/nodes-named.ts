import type { Snapshot } from '../ingest/snapshot.ts';

/** The nodes of a type and a name, ascending. */
export function nodesNamed(snapshot: Snapshot, type: string, name: string): number[] {
  const { nodeCount, nodeType, nodeName, workspace } = snapshot;
  const typeIndex = snapshot.nodeTypes.indexOf(type);
  const nameIndex = snapshot.findString(name);
  if (typeIndex < 0 || nameIndex < 0) return [];
  if (workspace !== undefined) {
    return workspace.scratch(() => {
      const nodes = workspace.arena.uint32(nodeCount);
      const columns = [nodeType.byteOffset, nodeName.byteOffset] as const;
      const count = workspace.kernels.nodesNamed(
        nodeCount,
        ...columns,
        typeIndex,
        nameIndex,
        nodes.byteOffset,
      );
      return [...nodes.subarray(0, count >>> 0)];
    });
  }
  const nodes: number[] = [];
  for (let node = 0; node < nodeCount; node++) {
    if (nodeName[node] === nameIndex && nodeType[node] === typeIndex) nodes.push(node);
  }
  return nodes;
}
