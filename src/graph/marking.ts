import { bitsFor, hasBit, setBit } from './bits.ts';
import type { StrongEdges } from './strong-edges.ts';

/**
 * Marks what is reachable, as a collector does, and can go on from further nodes later. Says which of the nodes that
 * somebody watches it came by.
 */
export class Marking {
  readonly #edges: StrongEdges;
  readonly #marked: Uint8Array;
  readonly #watched: Uint8Array;
  /** Room for the nodes whose edges are still to be followed. */
  #stack: Uint32Array | undefined;

  constructor(edges: StrongEdges, watched: Iterable<number>) {
    this.#edges = edges;
    this.#marked = bitsFor(edges.nodeCount, edges.workspace);
    this.#watched = bitsFor(edges.nodeCount, edges.workspace);
    for (const node of watched) setBit(this.#watched, node);
  }

  has(node: number): boolean {
    return hasBit(this.#marked, node);
  }

  /** Marks these nodes and what they reach; returns the watched ones among the newly marked. */
  from(nodes: readonly number[]): number[] {
    const fresh: number[] = [];
    for (const node of nodes) {
      if (this.has(node)) continue;
      setBit(this.#marked, node);
      fresh.push(node);
    }
    if (fresh.length === 0) return [];
    return this.#edges.workspace === undefined ? this.#spread(fresh) : this.#spreadByKernel(fresh);
  }

  #spread(fresh: readonly number[]): number[] {
    const { nodeCount, firstEdge, edgeTo, strong } = this.#edges;
    this.#stack ??= new Uint32Array(nodeCount);
    const stack = this.#stack;
    stack.set(fresh);
    let depth = fresh.length;
    const seen: number[] = [];
    while (depth > 0) {
      const node = stack[--depth]!;
      if (hasBit(this.#watched, node)) seen.push(node);
      for (let edge = firstEdge[node]!, end = firstEdge[node + 1]!; edge < end; edge++) {
        const to = edgeTo[edge]!;
        if (!hasBit(strong, edge) || hasBit(this.#marked, to)) continue;
        setBit(this.#marked, to);
        stack[depth++] = to;
      }
    }
    return seen;
  }

  #spreadByKernel(fresh: readonly number[]): number[] {
    const { nodeCount, firstEdge, edgeTo, strong, workspace } = this.#edges;
    const { arena, kernels, scratch } = workspace!;
    return scratch(() => {
      const queue = arena.uint32(nodeCount);
      const seen = arena.uint32(nodeCount);
      queue.set(fresh);
      const columns = [firstEdge.byteOffset, edgeTo.byteOffset, 0, 0, 0, strong.byteOffset] as const;
      const lists = [this.#watched.byteOffset, seen.byteOffset] as const;
      const count = kernels.mark(
        ...columns,
        this.#marked.byteOffset,
        queue.byteOffset,
        fresh.length,
        ...lists,
      );
      return [...seen.subarray(0, count >>> 0)];
    });
  }
}
