import type { HeapGraph } from '../graph/heap-graph.ts';
import type { EdgeOrdinal, NodeOrdinal } from '../shared/ids.ts';
import type { HeapPath, HopRole, LogicalHop } from './hop.ts';

/** A place on a heap path, with questions about the steps ahead; what the readers of `readers.ts` look through. */
export class PathCursor {
  readonly graph: HeapGraph;
  readonly path: HeapPath;
  readonly at: number;

  constructor(graph: HeapGraph, path: HeapPath, at: number) {
    this.graph = graph;
    this.path = path;
    this.at = at;
  }

  /** The node `ahead` steps from here. */
  node(ahead = 0): NodeOrdinal | undefined {
    return this.path.nodes[this.at + ahead];
  }

  edge(ahead = 0): EdgeOrdinal | undefined {
    return this.path.edges[this.at + ahead];
  }

  /** Class name of a node ahead, `''` past the end. */
  nodeName(ahead = 0): string {
    const node = this.node(ahead);
    return node === undefined ? '' : this.graph.nameOf(node);
  }

  nodeType(ahead = 0): string {
    const node = this.node(ahead);
    return node === undefined ? '' : this.graph.typeOf(node);
  }

  edgeName(ahead = 0): string | number | undefined {
    const edge = this.edge(ahead);
    return edge === undefined ? undefined : this.graph.edgeNameOf(edge);
  }

  edgeType(ahead = 0): string {
    const edge = this.edge(ahead);
    return edge === undefined ? '' : this.graph.edgeTypeOf(edge);
  }

  /** Is the edge ahead of that type and name? */
  isEdge(ahead: number, type: string, name: string | number): boolean {
    return this.edgeType(ahead) === type && this.edgeName(ahead) === name;
  }

  /** The hop that stands for the next `length` edges. */
  hop(role: HopRole, name: string, length: number): LogicalHop {
    return {
      role,
      name,
      from: this.node()!,
      to: this.node(length)!,
      edges: this.path.edges.slice(this.at, this.at + length),
      repeats: 1,
    };
  }
}
