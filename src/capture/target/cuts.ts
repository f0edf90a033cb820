import { unlinkSync } from 'node:fs';
import type { HeapObjectId } from '../../shared/ids.ts';
import type { Cut, CutResult } from '../live-object.ts';
import { collectGarbage } from '../settle.ts';
import { countNodes, writeSnapshot } from '../v8-source.ts';
import { LeakscanInspection } from './live-objects.ts';

/**
 * Cuts edges of the heap as the program itself could, collects garbage, and looks what is gone. The program
 * cannot be trusted to go on afterwards.
 *
 * @param watched objects whose fate is asked about
 * @param file where a snapshot may be written that is removed again
 */
export function makeCuts(cuts: readonly Cut[], watched: readonly HeapObjectId[], file: string): CutResult {
  return outcomeOf(cutAll(cuts), watched, file);
}

/**
 * The same in a program whose event loop turns: what the cuts themselves have left on the stack is gone a turn later.
 * Node 20 was seen to keep a removed entry until then.
 */
export async function makeCutsBetweenTurns(
  cuts: readonly Cut[],
  watched: readonly HeapObjectId[],
  file: string,
): Promise<CutResult> {
  const made = cutAll(cuts);
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
  return outcomeOf(made, watched, file);
}

interface MadeCuts {
  readonly refusals: readonly (string | null)[];
  /** Memory before the cuts. */
  readonly bytesBefore: number;
}

function cutAll(cuts: readonly Cut[]): MadeCuts {
  // The session is there before anything is measured.
  LeakscanInspection.hold(() => {});
  const bytesBefore = memoryAfterCollection();
  const refusals = LeakscanInspection.hold((inspection) => cuts.map((cut) => makeCut(inspection, cut)));
  return { refusals, bytesBefore };
}

function outcomeOf(
  { refusals, bytesBefore }: MadeCuts,
  watched: readonly HeapObjectId[],
  file: string,
): CutResult {
  const freedBytes = Math.max(0, bytesBefore - memoryAfterCollection());
  return { refusals, freedBytes, gone: goneOf(watched, file) };
}

function makeCut(inspection: LeakscanInspection, cut: Cut): string | null {
  const owner = inspection.find(cut.owner);
  if (owner?.objectId === undefined)
    return 'the owner of the edge is not an object that JavaScript can reach';
  const answer = inspection.ask<{ result: { value: string | null }; exceptionDetails?: { text: string } }>(
    'Runtime.callFunctionOn',
    {
      objectId: owner.objectId,
      functionDeclaration: cutInProgram.toString(),
      arguments: [{ value: cut }],
      returnByValue: true,
    },
  );
  return answer.exceptionDetails === undefined ? answer.result.value : 'cutting the edge threw an exception';
}

/** Runs in the program's own realm by its source text, with the owner as `this`, so it can use nothing from this file. */
function cutInProgram(this: unknown, cut: Cut): string | null {
  const owner = this as Record<PropertyKey, unknown>;
  const named = (keys: readonly PropertyKey[], name: string): PropertyKey | undefined =>
    keys.find((key) => key === name) ??
    keys.find((key) => typeof key === 'symbol' && key.description === name);
  switch (cut.kind) {
    case 'property': {
      const key = named(Reflect.ownKeys(owner), cut.name);
      if (key === undefined) return `there is no property ${cut.name}`;
      return Reflect.deleteProperty(owner, key) || Reflect.set(owner, key, undefined)
        ? null
        : 'the property is read-only';
    }
    case 'element':
      return Reflect.deleteProperty(owner, cut.index) ? null : 'the element is read-only';
    case 'entry': {
      if (!(this instanceof Map || this instanceof Set)) return 'the owner is neither a Map nor a Set';
      const key = [...this.keys()][cut.index];
      return this.delete(key) ? null : 'there is no such entry';
    }
    case 'entries':
      if (this instanceof Map || this instanceof Set) this.clear();
      else if (Array.isArray(this)) this.length = 0;
      else for (const key of Reflect.ownKeys(owner)) Reflect.deleteProperty(owner, key);
      return null;
    case 'listener': {
      const events = process.getBuiltinModule('node:events');
      const isTarget = this instanceof EventTarget;
      const emitter = this as NodeJS.EventEmitter & EventTarget;
      const event = isTarget ? cut.event : named(emitter.eventNames(), cut.event);
      if (event === undefined) return `there is no listener of ${cut.event}`;
      const listeners = isTarget
        ? events.getEventListeners(emitter, event as string)
        : emitter.rawListeners(event as string);
      const chosen = cut.index === undefined ? listeners : listeners.slice(cut.index, cut.index + 1);
      for (const listener of chosen) {
        if (isTarget)
          for (const capture of [true, false])
            emitter.removeEventListener(event as string, listener as () => void, { capture });
        else emitter.removeListener(event as string, listener as () => void);
      }
      return chosen.length > 0 ? null : 'there is no such listener';
    }
    case 'timer':
      clearTimeout(this as NodeJS.Timeout);
      clearImmediate(this as NodeJS.Immediate);
      return null;
  }
}

/** Twice, because the first collection may only have let go of what the second one frees. */
function memoryAfterCollection(): number {
  collectGarbage();
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function goneOf(watched: readonly HeapObjectId[], file: string): readonly HeapObjectId[] {
  if (watched.length === 0) return [];
  const gone = new Set<number>(watched);
  writeSnapshot(file);
  countNodes(file, (id) => gone.delete(id));
  unlinkSync(file);
  return watched.filter((id) => gone.has(id));
}
