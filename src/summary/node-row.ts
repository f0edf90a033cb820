import { type HeapGraph, UNREACHED_DISTANCE } from '../graph/heap-graph.ts';
import { NodeClasses } from '../objects/node-class.ts';
import { Scripts } from '../objects/scripts.ts';
import { type NodeOrdinal, ROOT } from '../shared/ids.ts';

/** One node as the commands show it. Sizes in bytes. */
export interface NodeRow {
  readonly id: number;
  readonly type: string;
  /** What a developer would call its class; never the text of a string. */
  readonly name: string;
  readonly selfSize: number;
  readonly retainedSize: number;
  /** Edges from the root; null when nothing strong leads to it. */
  readonly distance: number | null;
}

/** The rows of a heap's nodes. */
export function nodeRows(graph: HeapGraph): (node: NodeOrdinal) => NodeRow {
  const classes = new NodeClasses(graph, new Scripts(graph));
  return (node) => {
    const distance = graph.distanceOf(node);
    return {
      id: graph.idOf(node),
      type: graph.typeOf(node),
      name: node === ROOT ? '(root)' : classes.nameOf(node),
      selfSize: graph.selfSizeOf(node),
      retainedSize: graph.retainedSizeOf(node),
      distance: distance === UNREACHED_DISTANCE ? null : distance,
    };
  };
}

/** The node that was meant by `123` or `@123`; undefined when the heap has none of that id. */
export function nodeNamed(graph: HeapGraph, text: string): NodeOrdinal | undefined {
  const digits = /^@?(\d{1,15})$/.exec(text)?.[1];
  if (digits === undefined) return undefined;
  // One search costs less than the index that `nodeWithId` would build.
  const node = graph.snapshot.nodeId.indexOf(Number(digits));
  return node < 0 ? undefined : (node as NodeOrdinal);
}
