import type { HeapGraph } from '../graph/heap-graph.ts';
import type { HeapPath, LogicalHop } from './hop.ts';
import { PathCursor } from './path-cursor.ts';
import { hopReaders } from './readers.ts';

/** A chain of equal steps longer than this is drawn once, with the number of repeats. */
const LONGEST_RUN = 2;

/**
 * Reads a heap path as a developer would tell it: engine tables folded into the step they serve, and chains of equal
 * steps (a linked list, closures that wrap each other) drawn once.
 */
export function logicalPath(graph: HeapGraph, path: HeapPath): LogicalHop[] {
  const hops: LogicalHop[] = [];
  for (let at = 0; at < path.edges.length; ) {
    const cursor = new PathCursor(graph, path, at);
    const hop = readHop(cursor);
    hops.push(hop);
    at += hop.edges.length;
  }
  return foldChains(graph, hops);
}

function readHop(cursor: PathCursor): LogicalHop {
  for (const reader of hopReaders) {
    const hop = reader(cursor);
    if (hop !== undefined && hop.edges.length > 0) return hop;
  }
  throw new RangeError('the last reader takes every edge');
}

/** Folds runs of a repeated pattern of one to four steps into its last occurrence. */
function foldChains(graph: HeapGraph, hops: readonly LogicalHop[]): LogicalHop[] {
  const labels = hops.map((hop) => `${hop.role} ${hop.name} ${graph.typeOf(hop.to)} ${graph.nameOf(hop.to)}`);
  const folded: LogicalHop[] = [];
  for (let at = 0; at < hops.length; ) {
    const run = longestRun(labels, at);
    if (run === undefined) {
      folded.push(hops[at]!);
      at += 1;
      continue;
    }
    const end = at + run.period * run.count;
    for (let step = 0; step < run.period; step += 1) {
      const last = hops[end - run.period + step]!;
      folded.push({ ...last, from: hops[at + step]!.from, repeats: run.count });
    }
    at = end;
  }
  return folded;
}

/** The pattern that starts here and repeats itself over the most steps, if any does more than `LONGEST_RUN` times. */
function longestRun(labels: readonly string[], at: number): { period: number; count: number } | undefined {
  let best: { period: number; count: number } | undefined;
  for (let period = 1; period <= 4; period += 1) {
    let count = 1;
    while (repeats(labels, at, period, count)) count += 1;
    if (count > LONGEST_RUN && (best === undefined || count * period > best.count * best.period))
      best = { period, count };
  }
  return best;
}

function repeats(labels: readonly string[], at: number, period: number, count: number): boolean {
  for (let step = 0; step < period; step += 1) {
    const label = labels[at + count * period + step];
    if (label === undefined || label !== labels[at + step]) return false;
  }
  return true;
}
