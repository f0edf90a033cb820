import type { RunRecord, SnapshotFile } from '../capture/run-record.ts';
import { generationsOf } from '../detect/generations.ts';
import { marksOfLife } from '../detect/start-of-life.ts';
import { buildHeapGraph } from '../graph/build-heap-graph.ts';
import type { HeapGraph } from '../graph/heap-graph.ts';
import { readSnapshot } from '../ingest/read-snapshot.ts';
import { Scripts } from '../objects/scripts.ts';
import { type Examination, examine } from './examination.ts';
import type { Watch } from './watch.ts';

/** Of a script's snapshots the last ones are looked at; the first of them only for comparison. */
const LOOKED_AT = 4;

/**
 * Looks at the heaps that a run has left. Many scripts let go of everything when they end, so growth is looked for
 * while they ran as well; in rounds the same work is done all the time, and the last look has seen most of it.
 */
export async function examineCaptured(record: RunRecord, watch: Watch): Promise<Examination[]> {
  const examinations: Examination[] = [];
  for (const snapshot of record.snapshots.slice(-LOOKED_AT)) {
    examinations.push(await examineSnapshot(record, snapshot, watch, examinations.at(-1)));
  }
  return record.mode === 'script' ? examinations.slice(-LOOKED_AT + 1).reverse() : examinations.slice(-1);
}

export async function examineSnapshot(
  record: RunRecord,
  { file, afterMarks, moment }: SnapshotFile,
  watch: Watch,
  earlier: Examination | undefined,
): Promise<Examination> {
  const begun = performance.now();
  const graph = await readGraph(file, watch);
  watch.step('looking for leaks');
  const marks = record.generations.slice(0, afterMarks);
  const generations = generationsOf(marksOfLife(graph, new Scripts(graph), marks));
  const examination = examine(graph, generations, record, earlier, moment === 'end');
  return { ...examination, analysisMs: (earlier?.analysisMs ?? 0) + performance.now() - begun };
}

export async function readGraph(file: string, watch: Watch): Promise<HeapGraph> {
  watch.step('reading the heap');
  return buildHeapGraph(await readSnapshot(file));
}
