import type { LocationColumns } from './location-columns.ts';
import type { SnapshotLayout } from './meta.ts';
import type { NodeOrdinal, ScriptPosition, Snapshot } from './snapshot.ts';
import type { StringTable } from './string-table.ts';

const MAX_UINT32 = 0xffff_ffff;

/**
 * Columns that fill up row by row while a snapshot is read.
 *
 * Every row is checked when it arrives; what can only be known at the end (the names, because the strings
 * come last) is checked by `finish`.
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

  constructor(layout: SnapshotLayout) {
    const { nodeCount, edgeCount } = layout;
    this.#layout = layout;
    this.nodeRow = new Float64Array(layout.node.width);
    this.edgeRow = new Float64Array(layout.edge.width);
    this.#nodeType = new Uint8Array(nodeCount);
    this.#nodeName = new Uint32Array(nodeCount);
    this.#nodeId = new Uint32Array(nodeCount);
    this.#selfSize = new Uint32Array(nodeCount);
    this.#firstEdge = new Uint32Array(nodeCount + 1);
    this.#edgeType = new Uint8Array(edgeCount);
    this.#edgeNameOrIndex = new Uint32Array(edgeCount);
    this.#edgeTo = new Uint32Array(edgeCount);
    this.#isIndexed = layout.edgeTypes.map((type) => type === 'element' || type === 'hidden');
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
    if (id > MAX_UINT32 && this.#nodeId instanceof Uint32Array)
      this.#nodeId = Float64Array.from(this.#nodeId);
    const size = row[node.selfSize]!;
    if (size > MAX_UINT32 && this.#selfSize instanceof Uint32Array)
      this.#selfSize = Float64Array.from(this.#selfSize);
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
    for (let node = 0; node < this.#nodes; node++) {
      if (this.#nodeName[node]! >= stringCount)
        return unnamed('node', node, this.#nodeName[node]!, stringCount);
    }
    for (let edge = 0; edge < this.#edges; edge++) {
      const name = this.#edgeNameOrIndex[edge]!;
      if (name >= stringCount && !this.#isIndexed[this.#edgeType[edge]!])
        return unnamed('edge', edge, name, stringCount);
    }
    const find = locations?.lookup();
    return {
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
      stringCount,
      string: (index) => strings.text(index),
      findString: (text) => strings.indexOf(text),
      stringsContaining: (text) => strings.containing(text),
      position: (node: NodeOrdinal): ScriptPosition | undefined => find?.(node),
    };
  }
}

function unnamed(what: string, ordinal: number, name: number, stringCount: number): string {
  return `${what} ${ordinal} is named by string ${name}, but there are ${stringCount} strings`;
}
