import type { Deferred } from './deferred.ts';
import { Failure } from './failure.ts';

const ids = new WeakMap<object, number>();
let lastId = 0;

/** Number of a Deferred in texts, given when it is first asked for. */
export function identify(deferred: Deferred<unknown>): number {
  let id = ids.get(deferred);
  if (id === undefined) {
    lastId += 1;
    id = lastId;
    ids.set(deferred, id);
  }
  return id;
}

/** A value in a few words. */
export function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'function') return `function ${value.name || '(anonymous)'}`;
  if (typeof value !== 'object' || value === null || value instanceof Failure) return String(value);
  return `a ${value.constructor?.name ?? 'null-prototype object'}`;
}
