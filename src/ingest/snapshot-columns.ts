import type { Workspace } from '../kernels/workspace.ts';
import { EdgeColumns } from './edge-columns.ts';
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
  #edges: EdgeColumns | undefined;
  readonly #layout: SnapshotLayout;
  readonly #nodeType: Uint8Array;
  readonly #nodeName: Uint32Array;
  #nodeId: Uint32Array | Float64Array;
  #selfSize: Uint32Array | Float64Array;
  readonly #firstEdge: Uint32Array;
  #nodes = 0;
  #edgesAnnounced = 0;
  #maxNodeName = 0;
  readonly #workspace: Workspace | undefined;
  #fastNodes: FastRows | undefined;

  /** Throws a RangeError when the columns do not fit. */
  constructor(layout: SnapshotLayout, workspace?: Workspace) {
    const arena = workspace?.arena;
    const { nodeCount, edgeCount } = layout;
    const bytes = (length: number): Uint8Array => arena?.bytes(length) ?? new Uint8Array(length);
    const words = (length: number): Uint32Array => arena?.uint32(length) ?? new Uint32Array(length);
    this.#layout = layout;
    this.#workspace = workspace;
    this.nodeRow = new Float64Array(layout.node.width);
    this.#nodeType = bytes(nodeCount);
    this.#nodeName = words(nodeCount);
    this.#nodeId = words(nodeCount);
    this.#selfSize = words(nodeCount);
    this.#firstEdge = words(nodeCount + 1);
    const { node } = layout;
    const isUsualNode =
      node.type === 0 && node.name === 1 && node.id === 2 && node.selfSize === 3 && node.edgeCount === 4;
    if (workspace !== undefined && isUsualNode && node.width > 5) {
      this.#fastNodes = new FastRows(workspace.arena, workspace.kernels.nodeRows, [
        0,
        nodeCount,
        node.width,
        ...[this.#nodeType, this.#nodeName, this.#nodeId, this.#selfSize, this.#firstEdge].map(
          (column) => column.byteOffset,
        ),
        ...[layout.nodeTypes.length, 0, edgeCount, 0],
      ]);
    }
  }

  /** The columns of the edges; to be asked for when the nodes are in. Throws a RangeError when they do not fit. */
  get edges(): EdgeColumns {
    this.#edges ??= new EdgeColumns(this.#layout, this.#firstEdge, this.#workspace);
    return this.#edges;
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

  /** Says so when the section of nodes is over too early. */
  missingNodes(): string | undefined {
    const { nodeCount, edgeCount } = this.#layout;
    if (this.#nodes < nodeCount) return `${this.#nodes} rows, but ${nodeCount} are announced`;
    if (this.#edgesAnnounced < edgeCount) {
      return `its rows count ${this.#edgesAnnounced} edges, but ${edgeCount} are announced`;
    }
    return undefined;
  }

  /** The frozen snapshot, or what is wrong with it as a whole. */
  finish(strings: StringTable, locations: LocationColumns | undefined): Snapshot | string {
    const stringCount = strings.count;
    if (this.#maxNodeName >= stringCount) return this.#unnamedNode(stringCount);
    const unnamed = this.edges.unnamed(stringCount);
    if (unnamed !== undefined) return unnamed;
    const { edgeTo, firstLabel, labels } = this.edges;
    return snapshotOf({
      nodeCount: this.#nodes,
      edgeCount: this.#layout.edgeCount,
      nodeTypes: this.#layout.nodeTypes,
      edgeTypes: this.#layout.edgeTypes,
      nodeType: this.#nodeType,
      nodeName: this.#nodeName,
      nodeId: this.#nodeId,
      selfSize: this.#selfSize,
      firstEdge: this.#firstEdge,
      edgeTo,
      firstLabel,
      labelType: labels.type,
      labelName: labels.name,
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

  #widened(column: Uint32Array): Float64Array {
    const wide = this.#workspace?.arena.float64(column.length) ?? new Float64Array(column.length);
    wide.set(column);
    return wide;
  }
}
