import { buildHeapGraph } from '../graph/build-heap-graph.ts';
import type { EdgeRules, HeapGraph } from '../graph/heap-graph.ts';
import { openIndex, writeIndex } from '../graph/index-file.ts';
import { readSnapshot } from '../ingest/read-snapshot.ts';
import { UsageError } from '../shared/errors.ts';
import { type ClassSummary, classSummary } from './class-summary.ts';

export interface OpenOptions {
  readonly rules: EdgeRules;
  /** Leave an index beside the snapshot where there is none, so that the next command starts at once. */
  readonly index: boolean;
}

/** The heap of a snapshot, to be asked. */
export interface OpenHeap {
  readonly graph: HeapGraph;
  /** The heap by class, as the index has it or else computed. */
  classes(): ClassSummary;
}

/** The heap of a snapshot file: from the index beside it, if that fits, or else read. @throws InputError, UsageError */
export async function openHeap(file: string, { rules, index }: OpenOptions): Promise<OpenHeap> {
  if (index && file === '-') {
    throw new UsageError('--index has no place beside standard input.', 'Pass a file, or leave out --index.');
  }
  const known = openIndex(file, rules);
  if (known !== undefined) {
    const { graph } = known;
    return { graph, classes: () => (known.summary() as ClassSummary | undefined) ?? classSummary(graph) };
  }
  const graph = buildHeapGraph(await readSnapshot(file), rules);
  if (!index) return { graph, classes: () => classSummary(graph) };
  const classes = classSummary(graph);
  writeIndex(file, graph, classes);
  return { graph, classes: () => classes };
}
