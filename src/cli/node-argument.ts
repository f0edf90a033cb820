import type { HeapGraph } from '../graph/heap-graph.ts';
import { formatBytes } from '../shared/bytes.ts';
import { UsageError } from '../shared/errors.ts';
import type { NodeOrdinal } from '../shared/ids.ts';
import { printable } from '../shared/printable.ts';
import { type NodeRow, nodeNamed } from '../summary/node-row.ts';
import type { TypedCommand } from './program.ts';

/** The node that the second argument means. @throws UsageError when the snapshot has none */
export function nodeOf(graph: HeapGraph, { args: [file = '', id = ''] }: TypedCommand): NodeOrdinal {
  const node = nodeNamed(graph, id);
  if (node !== undefined) return node;
  throw new UsageError(
    `${file} has no node with the id ${id}.`,
    'Pass an id as reports and leakscan dominators show it, like @1234.',
  );
}

/** A node in one line. */
export function nodeText({ name, id, type, selfSize, retainedSize }: NodeRow): string {
  return printable(
    `${name} @${id}: ${type}, ${formatBytes(selfSize)} alone, retains ${formatBytes(retainedSize)}`,
  );
}
