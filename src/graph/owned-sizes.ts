import type { Snapshot } from '../ingest/snapshot.ts';
import type { Workspace } from '../kernels/workspace.ts';
import { bitsFor, hasBit, setBit } from './bits.ts';
import { userRoots } from './devtools-roots.ts';

const UNOWNED = 0xffff_ffff;
const MANY_OWNERS = 0xffff_fffe;

/**
 * Self sizes after the move: what is hidden, an array, or external string content gives its bytes to the only other
 * node that reaches it through such nodes. Synthetic owners take nothing. Without a user root nothing moves.
 */
export function movedSelfSizes(snapshot: Snapshot): Uint32Array | Float64Array {
  if (userRoots(snapshot).length === 0) return snapshot.selfSize;
  const { workspace } = snapshot;
  if (workspace === undefined)
    return moved(snapshot, ownersOf(snapshot), new Float64Array(snapshot.nodeCount));
  return movedByKernel(snapshot, workspace);
}

function moved(snapshot: Snapshot, owner: Uint32Array, size: Float64Array): Float64Array {
  const { nodeCount, nodeType } = snapshot;
  const synthetic = snapshot.nodeTypes.indexOf('synthetic');
  size.set(snapshot.selfSize);
  for (let node = 0; node < nodeCount; node++) {
    const to = owner[node]!;
    if (to === node || to >= MANY_OWNERS || to === 0 || nodeType[to] === synthetic) continue;
    size[to]! += size[node]!;
    size[node] = 0;
  }
  return size;
}

/** In 32 bits where the sums fit. */
function movedByKernel(
  snapshot: Snapshot,
  { arena, kernels, scratch }: Workspace,
): Uint32Array | Float64Array {
  const { nodeCount, selfSize, nodeType, nodeTypes } = snapshot;
  const mark = arena.mark;
  const size = arena.uint32(nodeCount);
  const fits = scratch(() => {
    const owner = ownersByKernel(snapshot, { arena, kernels });
    if (selfSize instanceof Float64Array) return false;
    size.set(selfSize);
    const synthetic = nodeTypes.indexOf('synthetic');
    return (
      kernels.moveSizes(nodeCount, owner.byteOffset, nodeType.byteOffset, synthetic, size.byteOffset) !== 0
    );
  });
  if (fits) return size;
  arena.release(mark);
  const wide = arena.float64(nodeCount);
  return scratch(() => moved(snapshot, ownersByKernel(snapshot, { arena, kernels }), wide));
}

/** Node types that can be owned, and the name by which a native node can be. */
function ownable(snapshot: Snapshot): { types: number; native: number; name: number } {
  const types = ['hidden', 'array']
    .map((type) => snapshot.nodeTypes.indexOf(type))
    .filter((type) => type >= 0);
  return {
    types: types.reduce((mask, type) => mask | (1 << type), 0),
    native: snapshot.nodeTypes.indexOf('native'),
    name: snapshot.findString('system / ExternalStringData'),
  };
}

function ownersOf(snapshot: Snapshot): Uint32Array {
  const { nodeCount, nodeType, nodeName, firstEdge, edgeTo, firstLabel, labelType } = snapshot;
  const weak = snapshot.edgeTypes.indexOf('weak');
  const owner = new Uint32Array(nodeCount);
  const isOwnable = bitsFor(nodeCount);
  const { types, native, name } = ownable(snapshot);
  for (let node = 0; node < nodeCount; node++) {
    const type = nodeType[node]!;
    owner[node] = node;
    if (((types >>> type) & 1) === 0 && !(type === native && nodeName[node] === name)) continue;
    owner[node] = UNOWNED;
    setBit(isOwnable, node);
  }
  const stack: number[] = [];
  const give = (from: number, to: number): void => {
    const known = owner[to]!;
    if (!hasBit(isOwnable, to) || known === MANY_OWNERS || known === owner[from]) return;
    owner[to] = known === UNOWNED ? owner[from]! : MANY_OWNERS;
    stack.push(to);
  };
  const giveToTargets = (node: number): void => {
    let label = firstLabel[node]!;
    for (let edge = firstEdge[node]!, end = firstEdge[node + 1]!; edge < end; edge++) {
      if (labelType[label++] !== weak) give(node, edgeTo[edge]!);
    }
  };
  for (let node = 0; node < nodeCount; node++) {
    if (hasBit(isOwnable, node)) continue;
    giveToTargets(node);
    while (stack.length > 0) giveToTargets(stack.pop()!);
  }
  return owner;
}

function ownersByKernel(
  snapshot: Snapshot,
  { arena, kernels }: Pick<Workspace, 'arena' | 'kernels'>,
): Uint32Array {
  const { nodeCount, nodeType, nodeName, firstEdge, edgeTo, firstLabel, labelType } = snapshot;
  const owner = arena.uint32(nodeCount);
  const isOwnable = bitsFor(nodeCount, { arena });
  const stack = arena.uint32(2 * nodeCount);
  const { types, native, name } = ownable(snapshot);
  const nodes = [nodeType.byteOffset, nodeName.byteOffset] as const;
  kernels.selfOwners(nodeCount, ...nodes, types, native, name, isOwnable.byteOffset, owner.byteOffset);
  const labels = [firstLabel.byteOffset, labelType.byteOffset] as const;
  const edges = [firstEdge.byteOffset, edgeTo.byteOffset, ...labels] as const;
  const weak = snapshot.edgeTypes.indexOf('weak');
  kernels.owners(nodeCount, ...edges, weak, isOwnable.byteOffset, owner.byteOffset, stack.byteOffset);
  return owner;
}
