import { setTimeout as pause } from 'node:timers/promises';
import type { HeapObjectId } from '../../shared/ids.ts';
import type { Cut, CutResult } from '../live-object.ts';
import { collectGarbage } from '../settle.ts';
import { writeSnapshot } from '../v8-source.ts';
import { LeakscanInspection } from './live-objects.ts';

/** What is closed calls back in later turns, and only then lets go of what it held. */
const CLOSING_MS = 50;

/** Bytes in the heap when it was last looked at here. */
let bytesBefore: number | undefined;

/**
 * Cuts edges of the heap as the program itself could, collects garbage, and looks what is gone. The program
 * cannot be trusted to go on afterwards.
 *
 * @param watched objects whose fate is asked about
 * @param file where the snapshot of what is left is written
 */
export function makeCuts(cuts: readonly Cut[], watched: readonly HeapObjectId[], file: string): CutResult {
  bytesBefore ??= lookAgain([], file).bytes;
  return outcomeOf(cutAll(cuts), bytesBefore, watched, file);
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
  bytesBefore ??= lookAgain([], file).bytes;
  const refusals = cutAll(cuts);
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
  if (cuts.some(({ kind }) => kind === 'handle')) await pause(CLOSING_MS);
  return outcomeOf(refusals, bytesBefore, watched, file);
}

/** For each cut in turn, why it could not be made. */
function cutAll(cuts: readonly Cut[]): readonly (string | null)[] {
  return LeakscanInspection.hold((inspection) => {
    const named = cuts.flatMap((cut) => (cut.kind === 'weak-value' ? [cut.owner, cut.key] : [cut.owner]));
    const found = inspection.findAll(named);
    return cuts.map((cut) => makeCut(inspection, cut, (id) => found.get(id)?.objectId));
  });
}

function outcomeOf(
  refusals: readonly (string | null)[],
  before: number,
  watched: readonly HeapObjectId[],
  file: string,
): CutResult {
  const { gone, bytes } = lookAgain(watched, file);
  bytesBefore = bytes;
  return { refusals, freedBytes: Math.max(0, before - bytes), gone, file };
}

function makeCut(
  inspection: LeakscanInspection,
  cut: Cut,
  handleOf: (id: HeapObjectId) => string | undefined,
): string | null {
  const owner = handleOf(cut.owner);
  const key = cut.kind === 'weak-value' ? handleOf(cut.key) : undefined;
  if (owner === undefined || (cut.kind === 'weak-value' && key === undefined))
    return 'the owner of the edge is not an object that JavaScript can reach';
  const answer = inspection.ask<{ result: { value: string | null }; exceptionDetails?: { text: string } }>(
    'Runtime.callFunctionOn',
    {
      objectId: owner,
      functionDeclaration: cutInProgram.toString(),
      arguments: [{ value: cut }, ...(key === undefined ? [] : [{ objectId: key }])],
      returnByValue: true,
    },
  );
  return answer.exceptionDetails === undefined ? answer.result.value : 'cutting the edge threw an exception';
}

/** Runs in the program's own realm by its source text, with the owner as `this`, so it can use nothing from this file. */
function cutInProgram(this: unknown, cut: Cut, key?: object): string | null {
  const owner = this as Record<PropertyKey, unknown>;
  const named = (keys: readonly PropertyKey[], name: string): PropertyKey | undefined =>
    keys.find((each) => each === name) ??
    keys.find((each) => typeof each === 'symbol' && each.description === name);
  switch (cut.kind) {
    case 'properties': {
      const keys = Reflect.ownKeys(owner);
      const known = new Set(keys);
      const chosen = cut.names.flatMap((name) => (known.has(name) ? name : (named(keys, name) ?? [])));
      if (chosen.length === 0) return `there is no property ${cut.names[0]}`;
      const isCut = (each: PropertyKey): boolean =>
        Reflect.deleteProperty(owner, each) || Reflect.set(owner, each, undefined);
      return chosen.filter(isCut).length > 0 ? null : 'the property is read-only';
    }
    case 'entries':
      if (this instanceof Map) Map.prototype.clear.call(this);
      else if (this instanceof Set) Set.prototype.clear.call(this);
      else if (Array.isArray(this)) this.length = 0;
      else
        for (const each of Reflect.ownKeys(owner))
          if (/^\d+$/.test(String(each))) Reflect.deleteProperty(owner, each);
      return null;
    case 'weak-value':
      return (this as WeakMap<object, unknown>).delete(key!) ? null : 'there is no such entry';
    case 'listeners': {
      const events = process.getBuiltinModule('node:events');
      const isTarget = this instanceof EventTarget;
      const emitter = this as NodeJS.EventEmitter & EventTarget;
      const event = isTarget ? cut.event : named(emitter.eventNames(), cut.event);
      if (event === undefined) return `there is no listener of ${cut.event}`;
      const listeners = isTarget
        ? events.getEventListeners(emitter, event as string)
        : emitter.rawListeners(event as string);
      const chosen = cut.indices === undefined ? listeners : cut.indices.flatMap((at) => listeners[at] ?? []);
      for (const listener of chosen) {
        if (isTarget)
          for (const capture of [true, false])
            emitter.removeEventListener(event as string, listener as () => void, { capture });
        else emitter.removeListener(event as string, listener as () => void);
      }
      return chosen.length > 0 ? null : 'there is no such listener';
    }
    case 'subscribers': {
      const channel = this as {
        _subscribers?: readonly unknown[];
        unsubscribe(subscriber: unknown): boolean;
      };
      const subscribers = [...(channel._subscribers ?? [])];
      for (const subscriber of subscribers) channel.unsubscribe(subscriber);
      return subscribers.length > 0 ? null : 'there is no such subscriber';
    }
    case 'timer':
      clearTimeout(this as NodeJS.Timeout);
      clearImmediate(this as NodeJS.Immediate);
      return null;
    case 'handle': {
      const key = Reflect.ownKeys(owner).find(
        (each) => typeof each === 'symbol' && each.description === 'owner_symbol',
      );
      for (const each of [key === undefined ? undefined : owner[key], owner]) {
        const closing = each as Record<string, () => void> | undefined;
        const way = ['destroy', 'terminate', 'close', 'kill'].find(
          (name) => typeof closing?.[name] === 'function',
        );
        if (way === undefined) continue;
        closing![way]!();
        return null;
      }
      return 'there is no way to close it';
    }
  }
}

/** Takes a snapshot, which collects more thoroughly than a collection does, and sees who is missing. */
function lookAgain(watched: readonly HeapObjectId[], file: string) {
  // The session is there before anything is measured.
  LeakscanInspection.hold(() => {});
  // The first collection may only have let go of what the next one frees.
  collectGarbage();
  const gone = new Set<number>(watched);
  const { bytes } = writeSnapshot(file, (id) => gone.delete(id));
  return { gone: watched.filter((id) => gone.has(id)), bytes };
}
