import type { Deferred } from './deferred.ts';
import { AssertionError } from './errors.ts';
import { Failure } from './failure.ts';
import { type DeferredState, OBSERVED, PENDING, RUNNING, UNHANDLED } from './heap-shape.ts';
import { forgetReport } from './unhandled-failures.ts';

/** One `yield*` of a Deferred. */
export class Wait {
  declare readonly deferred: Deferred<unknown>;
  declare seenState: DeferredState | null;
  declare seenResult: unknown;

  constructor(deferred: Deferred<unknown>) {
    this.deferred = deferred;
    this.seenState = null;
    this.seenResult = undefined;
  }

  next(): IteratorResult<Deferred<unknown>, unknown> {
    const { deferred } = this;
    const { leakscanState: state, leakscanResult: result } = deferred;
    if (state === PENDING || deferred.leakscanPaused !== 0) {
      if (
        state === this.seenState &&
        result === this.seenResult &&
        (deferred.leakscanFlags & RUNNING) === 0
      ) {
        throw new AssertionError(
          'A Deferred is no collection. Wait for it with yield* under inlineCallbacks.',
        );
      }
      this.seenState = state;
      this.seenResult = result;
      return { done: false, value: deferred };
    }
    if (!(result instanceof Failure)) return { done: true, value: result };
    if (state === UNHANDLED) {
      forgetReport(deferred);
      deferred.leakscanState = OBSERVED;
    }
    throw result.value;
  }

  throw(error: unknown): never {
    throw error;
  }
}
