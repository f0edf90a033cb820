import type { HeapGraph } from '../graph/heap-graph.ts';
import type { NodeOrdinal } from '../shared/ids.ts';
import { edgesOf } from './edges.ts';

/** The types of nodes that are texts: whole, put together of two, cut from another. */
export const TEXT_TYPES: ReadonlySet<string> = new Set(['string', 'concatenated string', 'sliced string']);

/** Longer texts are cut about here. */
const LONGEST_TEXT = 4096;

/** Text of a string node, put together where V8 keeps it as a concatenation; undefined when it is none or a slice. */
export function textOf(graph: HeapGraph, node: NodeOrdinal): string | undefined {
  const pending: NodeOrdinal[] = [node];
  let text = '';
  while (pending.length > 0 && text.length < LONGEST_TEXT) {
    const part = pending.pop()!;
    switch (graph.typeOf(part)) {
      case 'string':
        text += graph.nameOf(part);
        break;
      case 'concatenated string':
        for (const edge of [...edgesOf(graph, part)].reverse()) {
          const name = graph.edgeNameOf(edge);
          if (name === 'first' || name === 'second') pending.push(graph.edgeTarget(edge));
        }
        break;
      default:
        return undefined;
    }
  }
  return text;
}
