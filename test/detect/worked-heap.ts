import type { Census } from '../../src/detect/census.ts';
import { type Evidence, evidenceOf } from '../../src/detect/evidence.ts';
import { Generations, type GenerationUnit } from '../../src/detect/generations.ts';
import type { NodeOrdinal } from '../../src/shared/ids.ts';
import { HeapBuilder, type NodeOptions } from '../support/heap.ts';

/** Rounds of a first look, and of a first and a second one. */
export const FIRST_LOOK = [3, 5, 7];
export const BOTH_LOOKS = [3, 5, 7, 29, 41, 59];

/** A place in `/app/app.js`, the script of every program here. */
export function at(line: number): NonNullable<NodeOptions['at']> {
  return { scriptId: 1, line, column: 0 };
}

/** A heap with the scope of a module in it, whose variables are to be made as `context` edges. */
export function program(): { heap: HeapBuilder; module: NodeOrdinal } {
  const heap = new HeapBuilder();
  const global = heap.edge(heap.root, 'shortcut', 'global', heap.node('object', 'global'));
  const roots = heap.edge(heap.root, 'element', 1, heap.node('synthetic', '(GC roots)'));
  const handles = heap.edge(roots, 'element', 7, heap.node('synthetic', '(Global handles)'));
  heap.edge(handles, 'internal', '1', global);
  const iterate = heap.closure('iterate', '/app/app.js', at(0));
  heap.edge(global, 'property', 'iterate', iterate);
  const module = heap.edge(iterate, 'internal', 'context', heap.context([]));
  return { heap, module };
}

export interface Work {
  readonly rounds?: readonly number[];
  readonly unit?: GenerationUnit;
  readonly earlier?: Census;
  readonly isEndOfProgram?: boolean;
  /** What happens between the last mark and the snapshot. */
  readonly afterwards?: () => void;
}

/** Marks the heap, does the rounds with a mark after each generation, and gives the evidence. */
export function work(heap: HeapBuilder, round: (round: number) => void, options: Work = {}): Evidence {
  const { rounds = BOTH_LOOKS, unit = 'rounds', earlier, isEndOfProgram = false, afterwards } = options;
  const watermarks = [heap.watermark];
  let done = 0;
  for (const count of rounds) {
    for (let turn = 0; turn < count; turn += 1) round(done++);
    watermarks.push(heap.watermark);
  }
  afterwards?.();
  const generations = new Generations(unit, watermarks, rounds);
  return evidenceOf(heap.graph(), generations, undefined, earlier, isEndOfProgram);
}
