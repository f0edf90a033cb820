import type { Snapshot } from '../ingest/snapshot.ts';
import type { Workspace } from '../kernels/workspace.ts';
import { bitsFor, hasBit } from './bits.ts';

/** What can be said of an edge by looking at it and its two ends. */
export interface EdgeTest {
  /** Edge types that do not count. */
  readonly never: readonly string[];
  /** The same for edges out of the root. */
  readonly neverFromRoot: readonly string[];
  /** Internal edges of this name do not count. */
  readonly neverInternal?: string;
  /** Do edges from a node to itself count? */
  readonly loops: boolean;
  /** A set of nodes: edges into it from outside of it do not count, unless they come from the root. */
  readonly inside?: Uint8Array;
}

/** Types beyond this number do not fit into the mask of the kernel. */
const MASK_BITS = 32;
const NO_NAME = 0xffff_ffff;
const NO_TYPE = 0xffff_ffff;

/** One bit for each edge that passes the test. */
export function strongBits(snapshot: Snapshot, test: EdgeTest): Uint8Array {
  const { workspace, edgeTypes } = snapshot;
  const bits = bitsFor(snapshot.edgeCount, workspace);
  const internal = edgeTypes.indexOf('internal');
  const name = test.neverInternal === undefined ? NO_NAME : snapshot.findString(test.neverInternal) >>> 0;
  const counts = edgeTypes.map((type) => !test.never.includes(type));
  const countsFromRoot = edgeTypes.map((type) => !test.neverFromRoot.includes(type));
  if (workspace !== undefined && edgeTypes.length <= MASK_BITS) {
    const namedType = name === NO_NAME ? NO_TYPE : internal;
    const kinds = [maskOf(counts), maskOf(countsFromRoot), namedType, name] as const;
    workspace.scratch(() => setByKernel(snapshot, workspace, test, kinds, bits));
    return bits;
  }
  const { nodeCount, firstEdge, edgeTo, firstLabel, labelType, labelName } = snapshot;
  for (let node = 0; node < nodeCount; node++) {
    const passes = node === 0 ? countsFromRoot : counts;
    const outside = test.inside !== undefined && node !== 0 && !hasBit(test.inside, node);
    let label = firstLabel[node]!;
    for (let edge = firstEdge[node]!, end = firstEdge[node + 1]!; edge < end; edge++, label++) {
      const type = labelType[label]!;
      if (!passes[type] || (type === internal && labelName[label] === name)) continue;
      if (!test.loops && edgeTo[edge] === node) continue;
      if (outside && hasBit(test.inside!, edgeTo[edge]!)) continue;
      bits[edge >>> 3]! |= 1 << (edge & 7);
    }
  }
  return bits;
}

function setByKernel(
  { nodeCount, firstEdge, edgeTo, firstLabel, labelType, labelName }: Snapshot,
  { arena, kernels }: Workspace,
  { loops, inside }: EdgeTest,
  kinds: readonly [types: number, rootTypes: number, internal: number, excludedName: number],
  bits: Uint8Array,
): void {
  // A few bytes more: the kernel reads eight at a time.
  const strongLabels = bitsFor(labelType.length + 64, { arena });
  kernels.strongBits(
    nodeCount,
    firstEdge.byteOffset,
    edgeTo.byteOffset,
    firstLabel.byteOffset,
    labelType.length,
    labelType.byteOffset,
    labelName.byteOffset,
    ...kinds,
    loops ? 1 : 0,
    inside?.byteOffset ?? 0,
    strongLabels.byteOffset,
    bits.byteOffset,
  );
}

function maskOf(flags: readonly boolean[]): number {
  return flags.reduce((mask, flag, bit) => (flag ? mask | (1 << bit) : mask), 0) >>> 0;
}
