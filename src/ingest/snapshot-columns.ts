import type { Workspace } from '../kernels/workspace.ts';
import { FastRows } from './fast-rows.ts';
import type { LocationColumns } from './location-columns.ts';
import { Locations } from './locations.ts';
import type { SnapshotLayout } from './meta.ts';
import type { TakeRows } from './number-table.ts';
import type { Snapshot } from './snapshot.ts';
import { snapshotOf } from './snapshot-of.ts';
import type { StringTable } from './string-table.ts';

const MAX_UINT32 = 0xffff_ffff;

/**
 * Columns that fill up row by row while a snapshot is read.
 *
 * Every row is checked when it arrives; what can only be known at the end (the names, because the strings
 * come last) is checked by `finish`. With a workspace the columns lie in its arena, and kernels fill them.
 */
export class SnapshotColumns {
  readonly nodeRow: Float64Array;
  readonly edgeRow: Float64Array;
  readonly #layout: SnapshotLayout;
  readonly #nodeType: Uint8Array;
  readonly #nodeName: Uint32Array;
  #nodeId: Uint32Array | Float64Array;
  #selfSize: Uint32Array | Float64Array;
  readonly #firstEdge: Uint32Array;
  readonly #edgeType: Uint8Array;
  readonly #edgeNameOrIndex: Uint32Array;
  readonly #edgeTo: Uint32Array;
  /** By edge type: does the name field hold an index rather than a string? */
  readonly #isIndexed: readonly boolean[];
  #nodes = 0;
  #edges = 0;
  #edgesAnnounced = 0;
  #maxNodeName = 0;
  #maxEdgeName = 0;
  readonly #workspace: Workspace | undefined;
  #fastNodes: FastRows | undefined;
  readonly #fastEdges: FastRows | undefined;

  /** Throws a RangeError when the columns do not fit. */
  constructor(layout: SnapshotLayout, workspace?: Workspace) {
    const arena = workspace?.arena;
    const { nodeCount, edgeCount } = layout;
    const bytes = (length: number): Uint8Array => arena?.bytes(length) ?? new Uint8Array(length);
    const words = (length: number): Uint32Array => arena?.uint32(length) ?? new Uint32Array(length);
    this.#layout = layout;
    this.#workspace = workspace;
    this.nodeRow = new Float64Array(layout.node.width);
    this.edgeRow = new Float64Array(layout.edge.width);
    this.#nodeType = bytes(nodeCount);
    this.#nodeName = words(nodeCount);
    this.#nodeId = words(nodeCount);
    this.#selfSize = words(nodeCount);
    this.#firstEdge = words(nodeCount + 1);
    this.#edgeType = bytes(edgeCount);
    this.#edgeNameOrIndex = words(edgeCount);
    this.#edgeTo = words(edgeCount);
    this.#isIndexed = layout.edgeTypes.map((type) => type === 'element' || type === 'hidden');
    if (workspace === undefined) return;
    const { kernels } = workspace;
    const { node } = layout;
    const isUsualNode =
      node.type === 0 && node.name === 1 && node.id === 2 && node.selfSize === 3 && node.edgeCount === 4;
    if (isUsualNode && node.width > 5) {
      this.#fastNodes = new FastRows(workspace.arena, kernels.nodeRows, [
        0,
        nodeCount,
        node.width,
        ...[this.#nodeType, this.#nodeName, this.#nodeId, this.#selfSize, this.#firstEdge].map(
          (column) => column.byteOffset,
        ),
        ...[layout.nodeTypes.length, 0, edgeCount, 0],
      ]);
    }
    const { width, type, nameOrIndex, toNode } = layout.edge;
    const isUsual = width === 3 && type === 0 && nameOrIndex === 1 && toNode === 2;
    if (isUsual && layout.edgeTypes.length <= 10) {
      this.#fastEdges = new FastRows(workspace.arena, kernels.edgeRows, [
        0,
        edgeCount,
        ...[this.#edgeType, this.#edgeNameOrIndex, this.#edgeTo].map((column) => column.byteOffset),
        ...[layout.edgeTypes.length, layout.node.width, nodeCount],
        this.#isIndexed.reduce((mask, indexed, type) => (indexed ? mask | (1 << type) : mask), 0),
        0,
      ]);
    }
  }

  /** Takes well-formed rows of nodes faster than `addNode` can; undefined without kernels. */
  get takeNodes(): TakeRows | undefined {
    if (this.#fastNodes === undefined) return undefined;
    return (bytes, at, end) => {
      const { words } = this.#fastNodes!;
      words[0] = this.#nodes;
      words[9] = this.#edgesAnnounced;
      // Columns wider than 32 bits are filled by `addNode` alone.
      if (this.#nodeId instanceof Float64Array || this.#selfSize instanceof Float64Array)
        return { at, rows: 0 };
      const taken = this.#fastNodes!.take(bytes, at, end);
      this.#nodes = words[0]!;
      this.#edgesAnnounced = words[9]!;
      this.#maxNodeName = Math.max(this.#maxNodeName, words[11]!);
      return taken;
    };
  }

  /** Takes well-formed rows of edges faster than `addEdge` can; undefined without kernels. */
  get takeEdges(): TakeRows | undefined {
    if (this.#fastEdges === undefined) return undefined;
    return (bytes, at, end) => {
      const { words } = this.#fastEdges!;
      words[0] = this.#edges;
      const taken = this.#fastEdges!.take(bytes, at, end);
      this.#edges = words[0]!;
      this.#maxEdgeName = Math.max(this.#maxEdgeName, words[9]!);
      return taken;
    };
  }

  get workspace(): Workspace | undefined {
    return this.#workspace;
  }

  /** Takes `nodeRow`; returns what is wrong with it. */
  readonly addNode = (): string | undefined => {
    const { node, nodeCount, edgeCount, nodeTypes } = this.#layout;
    const row = this.nodeRow;
    const ordinal = this.#nodes;
    if (ordinal === nodeCount) return `more rows than the ${nodeCount} announced`;
    const type = row[node.type]!;
    if (type >= nodeTypes.length) return `type ${type} is not one of ${nodeTypes.length}`;
    const name = row[node.name]!;
    if (name > MAX_UINT32) return `name ${name} is out of range`;
    const id = row[node.id]!;
    if (id > MAX_UINT32 && this.#nodeId instanceof Uint32Array) this.#nodeId = this.#widened(this.#nodeId);
    const size = row[node.selfSize]!;
    if (size > MAX_UINT32 && this.#selfSize instanceof Uint32Array)
      this.#selfSize = this.#widened(this.#selfSize);
    if (name > this.#maxNodeName) this.#maxNodeName = name;
    this.#nodeType[ordinal] = type;
    this.#nodeName[ordinal] = name;
    this.#nodeId[ordinal] = id;
    this.#selfSize[ordinal] = size;
    this.#edgesAnnounced += row[node.edgeCount]!;
    if (this.#edgesAnnounced > edgeCount) return `more edges than the ${edgeCount} announced`;
    this.#nodes++;
    this.#firstEdge[this.#nodes] = this.#edgesAnnounced;
    return undefined;
  };

  /** Takes `edgeRow`; returns what is wrong with it. */
  readonly addEdge = (): string | undefined => {
    const { edge, node, nodeCount, edgeCount, edgeTypes } = this.#layout;
    const row = this.edgeRow;
    const ordinal = this.#edges;
    if (ordinal === edgeCount) return `more rows than the ${edgeCount} announced`;
    const type = row[edge.type]!;
    if (type >= edgeTypes.length) return `type ${type} is not one of ${edgeTypes.length}`;
    const name = row[edge.nameOrIndex]!;
    if (name > MAX_UINT32) return `name ${name} is out of range`;
    const offset = row[edge.toNode]!;
    const to = offset / node.width;
    if (to >= nodeCount || !Number.isInteger(to)) return `it leads to ${offset}, where no node begins`;
    if (name > this.#maxEdgeName && !this.#isIndexed[type]) this.#maxEdgeName = name;
    this.#edgeType[ordinal] = type;
    this.#edgeNameOrIndex[ordinal] = name;
    this.#edgeTo[ordinal] = to;
    this.#edges++;
    return undefined;
  };

  /** Says so when the section of nodes is over too early. */
  missingNodes(): string | undefined {
    const { nodeCount, edgeCount } = this.#layout;
    if (this.#nodes < nodeCount) return `${this.#nodes} rows, but ${nodeCount} are announced`;
    if (this.#edgesAnnounced < edgeCount) {
      return `its rows count ${this.#edgesAnnounced} edges, but ${edgeCount} are announced`;
    }
    return undefined;
  }

  /** Says so when the section of edges is over too early. */
  missingEdges(): string | undefined {
    const { edgeCount } = this.#layout;
    return this.#edges < edgeCount ? `${this.#edges} rows, but ${edgeCount} are announced` : undefined;
  }

  /** The frozen snapshot, or what is wrong with it as a whole. */
  finish(strings: StringTable, locations: LocationColumns | undefined): Snapshot | string {
    const stringCount = strings.count;
    if (this.#maxNodeName >= stringCount) return this.#unnamedNode(stringCount);
    if (this.#maxEdgeName >= stringCount) return this.#unnamedEdge(stringCount);
    return snapshotOf({
      nodeCount: this.#nodes,
      edgeCount: this.#edges,
      nodeTypes: this.#layout.nodeTypes,
      edgeTypes: this.#layout.edgeTypes,
      nodeType: this.#nodeType,
      nodeName: this.#nodeName,
      nodeId: this.#nodeId,
      selfSize: this.#selfSize,
      firstEdge: this.#firstEdge,
      edgeType: this.#edgeType,
      edgeNameOrIndex: this.#edgeNameOrIndex,
      edgeTo: this.#edgeTo,
      extraNativeBytes: this.#layout.extraNativeBytes,
      strings,
      locations: locations?.table ?? new Locations(new Uint32Array(0)),
      workspace: this.#workspace,
    });
  }

  #unnamedNode(stringCount: number): string {
    const node = this.#nodeName.findIndex((name) => name >= stringCount);
    return `node ${node} is named by string ${this.#nodeName[node]}, but there are ${stringCount} strings`;
  }

  #unnamedEdge(stringCount: number): string {
    const edge = this.#edgeNameOrIndex.findIndex(
      (name, at) => name >= stringCount && !this.#isIndexed[this.#edgeType[at]!],
    );
    return `edge ${edge} is named by string ${this.#edgeNameOrIndex[edge]}, but there are ${stringCount} strings`;
  }

  #widened(column: Uint32Array): Float64Array {
    const wide = this.#workspace?.arena.float64(column.length) ?? new Float64Array(column.length);
    wide.set(column);
    return wide;
  }
}
