import type { HeapGraph } from '../../src/graph/heap-graph.ts';
import type { DevtoolsFigures } from './devtools.mjs';

type Figure = 'selfSize' | 'retainedSize' | 'distance' | 'dominator';

export const FIGURES: readonly Figure[];

/** For each figure, the nodes on which the graph and DevTools disagree. Throws when they are not of one snapshot. */
export function disagreements(graph: HeapGraph, devtools: DevtoolsFigures): Record<Figure, number[]>;
