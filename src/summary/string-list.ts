import type { HeapGraph } from '../graph/heap-graph.ts';
import type { NodeOrdinal } from '../shared/ids.ts';
import { largest } from './largest.ts';

/** All flat strings with one text. Sizes in bytes. */
export interface StringRow {
  /** V8 writes the first 1024 characters of a string; texts that agree so far count as one. */
  readonly text: string;
  readonly count: number;
  readonly selfSize: number;
  /** What would be saved if there were only one. */
  readonly wasted: number;
}

export interface StringList {
  /** Strings in the heap, and their bytes. */
  readonly count: number;
  readonly selfSize: number;
  /** What all duplicates waste together. */
  readonly wasted: number;
  readonly strings: readonly StringRow[];
}

export interface StringListOptions {
  /** Only texts that are there more than once, those that waste most first; else all, the greatest first. */
  readonly duplicates: boolean;
  readonly limit: number;
}

/** The strings of a heap by their text. Parts of longer strings are not counted: V8 writes no text of theirs. */
export function stringList(graph: HeapGraph, { duplicates, limit }: StringListOptions): StringList {
  const { snapshot, nodeCount, tables } = graph;
  const { nodeType, nodeName, stringCount } = snapshot;
  const string = snapshot.nodeTypes.indexOf('string');
  const count = new Uint32Array(stringCount);
  const size = new Float64Array(stringCount);
  const greatest = new Float64Array(stringCount);
  for (let node = 0; node < nodeCount; node++) {
    if (nodeType[node] !== string || !graph.isReachable(node as NodeOrdinal)) continue;
    const name = nodeName[node]!;
    const selfSize = tables.selfSize[node]!;
    count[name]!++;
    size[name]! += selfSize;
    if (selfSize > greatest[name]!) greatest[name] = selfSize;
  }
  const wastedBy = (name: number): number => size[name]! - greatest[name]!;
  const listed = (function* () {
    for (let name = 0; name < stringCount; name++) if (count[name]! > (duplicates ? 1 : 0)) yield name;
  })();
  const best = largest(listed, duplicates ? wastedBy : (name) => size[name]!, limit);
  const sum = (values: Iterable<number>): number => {
    let total = 0;
    for (const value of values) total += value;
    return total;
  };
  return {
    count: sum(count),
    selfSize: sum(size),
    wasted: sum(size) - sum(greatest),
    strings: best.map((name) => ({
      text: snapshot.string(name),
      count: count[name]!,
      selfSize: size[name]!,
      wasted: wastedBy(name),
    })),
  };
}
