import type { Workspace } from '../kernels/workspace.ts';
import type { NodeOrdinal } from '../shared/ids.ts';

/** Source position of a function or class as V8 wrote it: all three counted from 0. */
export interface ScriptPosition {
  readonly scriptId: number;
  /** Zero-based line. */
  readonly line: number;
  /** Zero-based column in UTF-16 units. */
  readonly column: number;
}

/**
 * A heap snapshot as columns, exactly what V8 wrote, before any judgement about it.
 *
 * Every column is indexed by node ordinal or edge ordinal. Node `n` owns the edges
 * `firstEdge[n] … firstEdge[n + 1] - 1`. Built by `readSnapshot`; frozen from then on.
 */
export interface Snapshot {
  readonly nodeCount: number;
  readonly edgeCount: number;
  /** Names of node types in this file, e.g. `['hidden', 'array', 'string', …]`; indexed by `nodeType`. */
  readonly nodeTypes: readonly string[];
  /** Names of edge types in this file, e.g. `['context', 'element', …]`; indexed by `labelType`. */
  readonly edgeTypes: readonly string[];
  /** Length nodeCount: index into `nodeTypes`. */
  readonly nodeType: Uint8Array;
  /** Length nodeCount: index of the name in the string table. */
  readonly nodeName: Uint32Array;
  /** Length nodeCount: the heap object id (V8 keeps it in 32 bits). */
  readonly nodeId: Uint32Array | Float64Array;
  /** Length nodeCount: bytes of the node alone; above 2^32 for huge array buffers. */
  readonly selfSize: Float64Array | Uint32Array;
  /** Length nodeCount + 1: first edge of each node. */
  readonly firstEdge: Uint32Array;
  /** Length edgeCount: node ordinal the edge leads to. */
  readonly edgeTo: Uint32Array;
  /**
   * Length nodeCount: edge `e` of node `n` has label `firstLabel[n] + e - firstEdge[n]`. Nodes whose edges are labelled
   * alike share their labels.
   */
  readonly firstLabel: Uint32Array;
  /** By label: index into `edgeTypes`. */
  readonly labelType: Uint8Array;
  /** By label: a string index, or the index itself for `element` and `hidden` edges. */
  readonly labelName: Uint32Array;
  /** Bytes V8 counts outside the JavaScript heap (`snapshot.extra_native_bytes`); 0 where not written. */
  readonly extraNativeBytes: number;
  /** Number of entries in the string table. */
  readonly stringCount: number;

  /** The memory that the columns lie in, and the kernels over it; undefined where they are ordinary arrays. */
  readonly workspace?: Workspace | undefined;

  /** Text of a string-table entry, decoded on demand. */
  string(index: number): string;
  /** Index of the first string-table entry with exactly this text, or -1. */
  findString(text: string): number;
  /** Indices of the string-table entries that contain this plain text, ascending. */
  stringsContaining(text: string): readonly number[];
  /** Where V8 says the function or class of a node stands, if it says so. */
  position(node: NodeOrdinal): ScriptPosition | undefined;
  /** Functions and instances of classes that V8 says stand in a script. */
  nodesInScript(scriptId: number): Iterable<NodeOrdinal>;
}

export type { NodeOrdinal };
