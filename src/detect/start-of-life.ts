import type { GenerationMark } from '../capture/run-record.ts';
import type { HeapGraph } from '../graph/heap-graph.ts';
import type { Scripts } from '../objects/scripts.ts';
import type { NodeOrdinal } from '../shared/ids.ts';

/** Marks that are left at least: one that ends the start, and those of three stretches. */
const FEWEST_MARKS = 4;

/**
 * The marks of a program from the end of its start on. Loading of modules is asynchronous, and the first marks of a script may
 * come before its own code has run: all that it has, its caches and lists among it, would then seem to have come while it was at
 * work. So the first mark that counts is the first one after a function of the program was there. Where rounds are counted the
 * program has been loaded; where too few marks would be left all of them count.
 */
export function marksOfLife(
  graph: HeapGraph,
  scripts: Scripts,
  marks: readonly GenerationMark[],
): readonly GenerationMark[] {
  if (marks.some(({ rounds }) => rounds > 0)) return marks;
  const oldest = oldestOwnFunction(graph, scripts);
  const start = marks.findIndex(({ watermark }) => watermark >= oldest);
  return start <= 0 || marks.length - start < FEWEST_MARKS ? marks : marks.slice(start);
}

/** Heap id of the first function of the program's own scripts. */
function oldestOwnFunction(graph: HeapGraph, scripts: Scripts): number {
  let oldest = Number.POSITIVE_INFINITY;
  for (let ordinal = 0; ordinal < graph.nodeCount; ordinal += 1) {
    const node = ordinal as NodeOrdinal;
    if (graph.idOf(node) >= oldest || graph.typeOf(node) !== 'closure') continue;
    const isOwn = scripts.ownerOf(node) === 'user' && scripts.nameOf(node) !== '';
    if (isOwn) oldest = graph.idOf(node);
  }
  return oldest;
}
