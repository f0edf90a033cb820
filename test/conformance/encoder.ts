import { Deferred, Failure, FirstError, TimeoutError } from '../../src/deferred/index.ts';
import { argumentsOf, vectorName } from './errors.ts';
import type { Json } from './vector.ts';

/** Writes values as the vectors do, and gives objects their labels. Holds objects weakly. */
export class Encoder {
  readonly #labels = new WeakMap<object, string>();
  #unnamed = 0;

  /** Names an object, unless it has a name. */
  name(object: unknown, label: string): void {
    if (isObject(object) && !this.#labels.has(object)) this.#labels.set(object, label);
  }

  /** Name of an object; `#1`, `#2`, … for one without, in order of appearance. */
  label(object: object): string {
    let label = this.#labels.get(object);
    if (label === undefined) {
      this.#unnamed += 1;
      label = `#${this.#unnamed}`;
      this.#labels.set(object, label);
    }
    return label;
  }

  value(value: unknown): Json {
    if (value === undefined || value === null) return null;
    if (typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string') return value;
    if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1');
    if (Array.isArray(value)) return value.map((one) => this.value(one));
    if (value instanceof Failure) return { f: this.errorTuple(value.value) };
    if (value instanceof Error) return { e: this.errorTuple(value) };
    if (value instanceof Deferred) return { d: this.label(value) };
    return { o: this.label(value as object) };
  }

  errorTuple(error: unknown): Json[] {
    if (!(error instanceof Error)) return ['@value', this.value(error)];
    const args = argumentsOf(error);
    if (args) return [vectorName(error), ...args.map((one) => this.value(one))];
    if (error instanceof FirstError) return ['FirstError', this.value(error.subFailure), error.index];
    if (error instanceof TimeoutError && error.message === new TimeoutError(error.seconds).message) {
      return ['TimeoutError', error.seconds];
    }
    return [vectorName(error)];
  }

  state(deferred: Deferred<unknown>): Json {
    return {
      called: deferred.called,
      ...(deferred.paused === 0 ? {} : { paused: deferred.paused }),
      ...(deferred.hasResult ? { result: this.value(deferred.result) } : {}),
      ...(deferred.waitingOn === null ? {} : { on: this.label(deferred.waitingOn) }),
    };
  }
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
