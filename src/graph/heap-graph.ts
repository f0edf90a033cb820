import type { Snapshot } from '../ingest/snapshot.ts';
import type { EdgeOrdinal, HeapObjectId, NodeOrdinal } from '../shared/ids.ts';

/** Which edges keep their target alive: leakscan's own strict rules, or Chrome DevTools' for comparison. */
export type EdgeRules = 'leakscan' | 'devtools';

/**
 * The tables behind the questions, for loops over a whole heap; each is computed when it is first read.
 * Indexed by node or edge ordinal. Read only.
 */
export interface GraphTables {
  /** Length nodeCount + 1: node `n` owns the edges `firstEdge[n] … firstEdge[n + 1] - 1`. */
  readonly firstEdge: Uint32Array;
  /** Node that each edge leads to. */
  readonly edgeTo: Uint32Array;
  /** One bit an edge: `(strong[e >>> 3] >> (e & 7)) & 1` is 1 when the edge is strong. */
  readonly strong: Uint8Array;
  /** Bytes of each node alone, under the graph's rules. */
  readonly selfSize: Uint32Array | Float64Array;
  /** Length nodeCount + 1: strong edges to node `n` are `retainerEdge[firstRetainer[n] … firstRetainer[n + 1] - 1]`. */
  readonly firstRetainer: Uint32Array;
  readonly retainerEdge: Uint32Array;
  readonly distance: Int32Array;
  /** Immediate dominator; the root for itself and for unreachable nodes. */
  readonly dominator: Uint32Array;
  readonly retainedSize: Uint32Array | Float64Array;
  /** Length nodeCount + 1: node `n` is the immediate dominator of `dominated[firstDominated[n] … firstDominated[n + 1] - 1]`. */
  readonly firstDominated: Uint32Array;
  readonly dominated: Uint32Array;
  /** Number of each node's strongly connected component; a component's number is below those that lead to it. */
  readonly component: Uint32Array;
}

/**
 * Questions about one heap. Cheap tables are there from the start; the expensive ones (retainers,
 * distances, dominators, retained sizes, components) are computed at the first question that needs them.
 *
 * "Strong" is decided once, in `edge-strength.ts`, by the rules the graph was built with.
 */
export interface HeapGraph {
  readonly snapshot: Snapshot;
  readonly rules: EdgeRules;
  readonly nodeCount: number;
  readonly edgeCount: number;
  readonly tables: GraphTables;

  /** Node type by name, e.g. `'object'`, `'closure'`. */
  typeOf(node: NodeOrdinal): string;
  nameOf(node: NodeOrdinal): string;
  /** Where the name of the node stands in the string table: names are compared by it without being decoded. */
  nameIndexOf(node: NodeOrdinal): number;
  idOf(node: NodeOrdinal): HeapObjectId;
  /** The node with that heap id, or undefined. Builds an index at the first call. */
  nodeWithId(id: HeapObjectId): NodeOrdinal | undefined;
  /** Bytes of the node alone; under DevTools' rules with what it alone owns of V8's internals. */
  selfSizeOf(node: NodeOrdinal): number;

  /** First edge of the node; its edges end before `firstEdge(node + 1)`. */
  firstEdge(node: number): EdgeOrdinal;
  /** Number of the type and name of the edge, which edges that are labelled alike may share. */
  labelOf(edge: EdgeOrdinal): number;
  edgeTypeOf(edge: EdgeOrdinal): string;
  /** A property, variable or internal name; a number for `element` and `hidden` edges. */
  edgeNameOf(edge: EdgeOrdinal): string | number;
  edgeTarget(edge: EdgeOrdinal): NodeOrdinal;
  /** The node that owns the edge (binary search over `firstEdge`). */
  edgeSource(edge: EdgeOrdinal): NodeOrdinal;
  /** True when the edge keeps its target alive under the graph's rules. */
  isStrong(edge: EdgeOrdinal): boolean;
  /** Target of the first edge of that name (and type, if given), weak ones included, or undefined. */
  follow(node: NodeOrdinal, name: string | number, type?: string): NodeOrdinal | undefined;

  /** Strong edges that lead to the node, in edge order: a view into one shared table, do not keep it. */
  retainerEdges(node: NodeOrdinal): Uint32Array;
  /** Nodes whose immediate dominator is this one, in ordinal order: a view into one shared table. */
  dominatedBy(node: NodeOrdinal): Uint32Array;

  /** Is the node reachable from the root over strong edges? */
  isReachable(node: NodeOrdinal): boolean;
  /**
   * Edges on a shortest strong path from the root; `UNREACHED_DISTANCE` when there is none. Under DevTools' rules
   * as DevTools counts: from the user roots, plus 100,000,000 for what they do not reach, -5 for the unreached.
   */
  distanceOf(node: NodeOrdinal): number;
  /** The closest node that every strong path from the root passes through; the root for itself and for unreachable nodes. */
  immediateDominatorOf(node: NodeOrdinal): NodeOrdinal;
  /** Bytes that would be freed with the node. Unreachable nodes count themselves only. */
  retainedSizeOf(node: NodeOrdinal): number;
  /** Number of the node's strongly connected component over strong edges. */
  componentOf(node: NodeOrdinal): number;
}

/** Distance of a node that no strong path reaches. */
export const UNREACHED_DISTANCE = -1;
