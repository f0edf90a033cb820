import type { Snapshot } from '../ingest/snapshot.ts';
import { clearBit } from './bits.ts';
import { pageEntries } from './devtools-roots.ts';
import { type Dominators, dominatorsOf } from './dominator-tree.ts';
import { strongBits } from './edge-bits.ts';
import { ephemeronEdges } from './ephemerons.ts';
import type { StrongEdges } from './strong-edges.ts';

/**
 * The edges that count for dominators: not weak, not to itself, not from a WeakMap's table to a value; and unless from
 * the root, no shortcut and none from outside the page into it.
 */
export function essentialEdges(snapshot: Snapshot, pageOwned: Uint8Array): StrongEdges {
  const { nodeCount, firstEdge, edgeTo, nodeId, workspace } = snapshot;
  const strong = strongBits(snapshot, {
    never: ['weak', 'shortcut'],
    neverFromRoot: ['weak'],
    loops: false,
    inside: pageOwned,
  });
  const { count, edge, source, tableId, spansLines } = ephemeronEdges(snapshot);
  for (let at = 0; at < count; at++) {
    if (spansLines[at] === 0 && nodeId[source[at]!] === tableId[at]) clearBit(strong, edge[at]!);
  }
  return { nodeCount, firstEdge, edgeTo, strong, workspace };
}

/**
 * Every node hangs under the root: what the essential edges reach, the orphans with what they reach, and the members
 * of closed cliques each for itself. No essential edge leads into the page but from the root: where the page has one entry
 * only, this is a gate.
 */
export function devtoolsDominators(
  snapshot: Snapshot,
  edges: StrongEdges,
  selfSize: Uint32Array | Float64Array,
): Dominators {
  const [entry, further] = pageEntries(snapshot);
  const gate = further === undefined ? entry : undefined;
  const dominators = dominatorsOf(edges, selfSize, { adoptOrphans: true, gate });
  dominators.retainedSize[0] = dominators.total;
  return dominators;
}
