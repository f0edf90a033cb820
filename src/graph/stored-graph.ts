import type { Snapshot } from '../ingest/snapshot.ts';
import type { EdgeOrdinal, HeapObjectId, NodeOrdinal } from '../shared/ids.ts';
import { rulesFor, SnapshotGraph } from './build-heap-graph.ts';
import { type EdgeRules, UNREACHED_DISTANCE } from './heap-graph.ts';
import type { StoredTables } from './index-file.ts';
import type { StoredColumn } from './stored-column.ts';

/** The columns that most questions about single nodes need, those of a few megabytes left out. */
export const PAGED_COLUMNS = [
  'nodeName',
  'nodeId',
  'firstEdge',
  'edgeTo',
  'firstLabel',
  'tables.selfSize',
  'tables.distance',
  'tables.dominator',
  'tables.retainedSize',
  'tables.firstRetainer',
  'tables.retainerEdge',
  'tables.firstDominated',
  'tables.dominated',
] as const;

export type PagedColumns = Readonly<Record<(typeof PAGED_COLUMNS)[number], StoredColumn>>;

/** The graph of an index: questions about single nodes read no more of the file than they need. */
export class StoredGraph extends SnapshotGraph {
  readonly #columns: PagedColumns;

  /** `stored` are the tables of these rules. */
  constructor(snapshot: Snapshot, rules: EdgeRules, stored: StoredTables, columns: PagedColumns) {
    super(snapshot, rulesFor(snapshot, rules), stored);
    this.#columns = columns;
  }

  override nameOf(node: NodeOrdinal): string {
    return this.snapshot.string(this.nameIndexOf(node));
  }
  override nameIndexOf(node: NodeOrdinal): number {
    return this.#columns.nodeName.at(node);
  }
  override idOf(node: NodeOrdinal): HeapObjectId {
    return this.#columns.nodeId.at(node) as HeapObjectId;
  }
  override selfSizeOf(node: NodeOrdinal): number {
    return this.#columns['tables.selfSize'].at(node);
  }

  override firstEdge(node: number): EdgeOrdinal {
    return this.#columns.firstEdge.at(node) as EdgeOrdinal;
  }
  override edgeTarget(edge: EdgeOrdinal): NodeOrdinal {
    return this.#columns.edgeTo.at(edge) as NodeOrdinal;
  }
  override edgeSource(edge: EdgeOrdinal): NodeOrdinal {
    let low = 0;
    let high = this.nodeCount - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.firstEdge(middle) <= edge) low = middle;
      else high = middle - 1;
    }
    return low as NodeOrdinal;
  }
  override labelOf(edge: EdgeOrdinal): number {
    const source = this.edgeSource(edge);
    return this.#columns.firstLabel.at(source) + edge - this.firstEdge(source);
  }

  override retainerEdges(node: NodeOrdinal): Uint32Array {
    return this.#row('tables.firstRetainer', 'tables.retainerEdge', node);
  }
  override dominatedBy(node: NodeOrdinal): Uint32Array {
    return this.#row('tables.firstDominated', 'tables.dominated', node);
  }
  #row(first: keyof PagedColumns, rows: keyof PagedColumns, node: NodeOrdinal): Uint32Array {
    const starts = this.#columns[first];
    return this.#columns[rows].slice(starts.at(node), starts.at(node + 1)) as Uint32Array;
  }

  override isReachable(node: NodeOrdinal): boolean {
    if (this.rules !== 'leakscan') return super.isReachable(node);
    return this.distanceOf(node) !== UNREACHED_DISTANCE;
  }
  override distanceOf(node: NodeOrdinal): number {
    return this.#columns['tables.distance'].at(node);
  }
  override immediateDominatorOf(node: NodeOrdinal): NodeOrdinal {
    return this.#columns['tables.dominator'].at(node) as NodeOrdinal;
  }
  override retainedSizeOf(node: NodeOrdinal): number {
    return this.#columns['tables.retainedSize'].at(node);
  }
}
