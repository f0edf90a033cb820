import type { Workspace } from '../kernels/workspace.ts';

/**
 * The graph that every algorithm here works on: nodes, their edges in compressed sparse rows, and which
 * of the edges are strong.
 */
export interface StrongEdges {
  readonly nodeCount: number;
  /** Length nodeCount + 1. */
  readonly firstEdge: Uint32Array;
  readonly edgeTo: Uint32Array;
  /** One bit an edge. */
  readonly strong: Uint8Array;
  /** Where all of these lie, when they lie in an arena: the algorithms then run in its kernels. */
  readonly workspace?: Workspace | undefined;
}
