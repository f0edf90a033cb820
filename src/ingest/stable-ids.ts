import type { HeapObjectId } from '../shared/ids.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * Does a node keep its id as long as it lives? Nodes of the embedder, which have even ids, and numbers get new ones in every
 * snapshot, so nothing is known of their age.
 */
export function hasStableId({ nodeId, nodeType, nodeTypes }: Snapshot, node: number): boolean {
  return nodeId[node]! % 2 === 1 && nodeTypes[nodeType[node]!] !== 'number';
}

/** The highest id that lasts: what has a greater one in a later snapshot of the process is younger. 0 where there is none. */
export function watermarkOf(snapshot: Snapshot): HeapObjectId {
  const { nodeCount, nodeId } = snapshot;
  let highest = 0;
  for (let node = 0; node < nodeCount; node += 1) {
    const id = nodeId[node]!;
    if (id > highest && hasStableId(snapshot, node)) highest = id;
  }
  return highest as HeapObjectId;
}
