import type { Workspace } from '../kernels/workspace.ts';
import { bitsFor } from './bits.ts';
import type { StrongEdges } from './strong-edges.ts';

/**
 * Strongly connected component of each node over strong edges, unreachable nodes included: a component's number is below
 * those of the components that lead to it.
 *
 * After Pearce, "A Space-Efficient Algorithm for Finding Strongly Connected Components" (2016), which is Tarjan's
 * (1972) with one array in place of index, low link and stack mark, here with the call stack written out.
 * O(nodes + edges); components of millions of members are ordinary input.
 */
export function stronglyConnected(edges: StrongEdges): Uint32Array {
  const { nodeCount, firstEdge, edgeTo, strong, workspace } = edges;
  if (workspace !== undefined) return componentsByKernel(edges, workspace);
  /** 0: not visited; while active: the least visiting number seen; when done: nodeCount minus the component. */
  const rindex = new Uint32Array(nodeCount);
  /** The call stack grows from the left, the stack of finished nodes without a component from the right. */
  const stacks = new Uint32Array(nodeCount);
  const next = new Uint32Array(nodeCount);
  const isRoot = new Uint8Array(nodeCount);
  let depth = 0;
  let waiting = nodeCount;
  let index = 1;
  let done = nodeCount;

  for (let start = 0; start < nodeCount; start++) {
    if (rindex[start] !== 0) continue;
    let node = start;
    next[node] = firstEdge[node]!;
    isRoot[node] = 1;
    rindex[node] = index++;
    stacks[depth++] = node;
    while (depth > 0) {
      node = stacks[depth - 1]!;
      const end = firstEdge[node + 1]!;
      let child = -1;
      let edge = next[node]!;
      for (; edge < end; edge++) {
        if (((strong[edge >>> 3]! >> (edge & 7)) & 1) === 0) continue;
        const to = edgeTo[edge]!;
        if (rindex[to] === 0) {
          // The edge is looked at again when the child is done, to take over its number.
          child = to;
          break;
        }
        if (rindex[to]! < rindex[node]!) {
          rindex[node] = rindex[to]!;
          isRoot[node] = 0;
        }
      }
      next[node] = edge;
      if (child >= 0) {
        next[child] = firstEdge[child]!;
        isRoot[child] = 1;
        rindex[child] = index++;
        stacks[depth++] = child;
        continue;
      }
      depth--;
      if (isRoot[node] === 0) {
        stacks[--waiting] = node;
        continue;
      }
      index--;
      while (waiting < nodeCount && rindex[stacks[waiting]!]! >= rindex[node]!) {
        rindex[stacks[waiting++]!] = done;
        index--;
      }
      rindex[node] = done--;
    }
  }
  return numbered(rindex);
}

function componentsByKernel(edges: StrongEdges, workspace: Workspace): Uint32Array {
  const { nodeCount, firstEdge, edgeTo, strong } = edges;
  const { arena, kernels, scratch } = workspace;
  return scratch(() => {
    const rindex = arena.uint32(nodeCount).fill(0);
    const arrays = [arena.uint32(nodeCount), arena.uint32(nodeCount), bitsFor(nodeCount, workspace)];
    const [stacks, next, isNoRoot] = arrays.map((array) => array.byteOffset) as [number, number, number];
    const graph = [firstEdge.byteOffset, edgeTo.byteOffset, strong.byteOffset] as const;
    kernels.components(nodeCount, ...graph, rindex.byteOffset, stacks, next, isNoRoot);
    return numbered(rindex.slice());
  });
}

/** Component numbers from 0 on in place of the counted down ones. */
function numbered(component: Uint32Array): Uint32Array {
  const nodeCount = component.length;
  for (let node = 0; node < nodeCount; node++) component[node] = nodeCount - component[node]!;
  return component;
}
