import type { RunRecord } from '../capture/run-record.ts';
import type { HeapGraph } from '../graph/heap-graph.ts';
import { NodeClasses } from '../objects/node-class.ts';
import { Scripts } from '../objects/scripts.ts';
import type { Census } from './census.ts';
import type { Generations } from './generations.ts';

/** What a detector looks at: one heap, the ages of its objects, and what else is known of the run. */
export interface Evidence {
  readonly graph: HeapGraph;
  readonly scripts: Scripts;
  readonly classes: NodeClasses;
  readonly generations: Generations;
  /** The run that left the heap; undefined for a bare snapshot file. */
  readonly run: RunRecord | undefined;
  /** Was the heap taken when nothing more would run? Then everything had its turn. */
  readonly isEndOfProgram: boolean;
  /** Populations of the stable holders in an earlier heap of the same process, if there was one. */
  readonly earlier: Census | undefined;
}

/** The evidence that one heap gives, together with what is known of its run. */
export function evidenceOf(
  graph: HeapGraph,
  generations: Generations,
  run: RunRecord | undefined,
  earlier: Census | undefined,
  isEndOfProgram: boolean,
): Evidence {
  const scripts = new Scripts(graph);
  const classes = new NodeClasses(graph, scripts);
  return { graph, scripts, classes, generations, run, isEndOfProgram, earlier };
}
