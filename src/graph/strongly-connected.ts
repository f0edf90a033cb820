import type { Workspace } from '../kernels/workspace.ts';
import { bitsFor } from './bits.ts';
import type { StrongEdges } from './strong-edges.ts';

/** The strongly connected components over strong edges, unreachable nodes included. */
export interface Components {
  /** Component of each node; a component's number is below those of the components that lead to it. */
  readonly component: Uint32Array;
  /** Length componentCount + 1. */
  readonly firstMember: Uint32Array;
  /** Nodes by component, in ordinal order. */
  readonly member: Uint32Array;
}

/**
 * After Pearce, "A Space-Efficient Algorithm for Finding Strongly Connected Components" (2016), which is Tarjan's
 * (1972) with one array in place of index, low link and stack mark, here with the call stack written out.
 * O(nodes + edges); components of millions of members are ordinary input.
 */
export function stronglyConnected(edges: StrongEdges): Components {
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
  return membersOf(rindex, nodeCount - done);
}

function componentsByKernel(edges: StrongEdges, workspace: Workspace): Components {
  const { nodeCount, firstEdge, edgeTo, strong } = edges;
  const { arena, kernels, scratch } = workspace;
  return scratch(() => {
    const rindex = arena.uint32(nodeCount).fill(0);
    const arrays = [arena.uint32(nodeCount), arena.uint32(nodeCount), bitsFor(nodeCount, workspace)];
    const [stacks, next, isNoRoot] = arrays.map((array) => array.byteOffset) as [number, number, number];
    const graph = [firstEdge.byteOffset, edgeTo.byteOffset, strong.byteOffset] as const;
    const count = kernels.components(nodeCount, ...graph, rindex.byteOffset, stacks, next, isNoRoot) >>> 0;
    return membersOf(Uint32Array.from(rindex), count);
  });
}

function membersOf(component: Uint32Array, componentCount: number): Components {
  const nodeCount = component.length;
  const firstMember = new Uint32Array(componentCount + 1);
  for (let node = 0; node < nodeCount; node++) {
    component[node] = nodeCount - component[node]!;
    firstMember[component[node]!]!++;
  }
  let total = 0;
  for (let c = 0; c <= componentCount; c++) {
    total += firstMember[c]!;
    firstMember[c] = total;
  }
  const member = new Uint32Array(nodeCount);
  for (let node = nodeCount - 1; node >= 0; node--) member[--firstMember[component[node]!]!] = node;
  return { component, firstMember, member };
}
