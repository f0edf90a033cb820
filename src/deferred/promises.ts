import type { Canceller, Deferred } from './deferred.ts';
import { Failure } from './failure.ts';
import { SWALLOW_ONE } from './heap-shape.ts';

/** Callback that settles a promise, by `resolve` or `reject`. */
export function settlePromise(result: unknown, settle: (result: unknown) => void): void {
  settle(result instanceof Failure ? result.value : result);
}

/** A canceller that swallows the late result itself, because one with a function behind it is not swallowed for. */
export function cancelPromise(cancel: () => void): Canceller<never> {
  return (deferred) => {
    deferred.leakscanFlags |= SWALLOW_ONE;
    cancel();
  };
}

/** Fires a Deferred when a promise settles. */
export function followPromise(promise: PromiseLike<unknown>, deferred: Deferred<unknown>): void {
  Promise.resolve(promise).then(
    (value) => deferred.callback(value),
    (reason) => deferred.errback(new Failure(reason, true)),
  );
}
