import type { Scheduler } from './clock.ts';
import { Deferred } from './deferred.ts';
import type { DelayedCall } from './delayed-call.ts';

/**
 * Calls `f(...args)` after so many seconds; the Deferred fires with what it returns, or with undefined when
 * there is no `f`. Cancelling stops the call.
 *
 * The clock holds the Deferred, and that `f` and `args`, until the time has come; then nothing does.
 */
export function deferLater<R = undefined, A extends unknown[] = []>(
  clock: Scheduler,
  seconds: number,
  f?: ((...args: A) => R) | null,
  ...args: A
): Deferred<R> {
  const timer = new Timer();
  const deferred = new Deferred<unknown>(stopTimer(timer));
  if (f) deferred.addCallback(callWith as never, f, args);
  else deferred.addCallback(nothing);
  timer.call = clock.callLater(seconds, fireEmpty, deferred);
  return deferred as Deferred<R>;
}

/** What the canceller of a deferLater knows: the call, and nothing of the function and its arguments. */
class Timer {
  declare call: DelayedCall | null;

  constructor() {
    this.call = null;
  }
}

function stopTimer(timer: Timer): () => void {
  return () => timer.call?.cancel();
}

function fireEmpty(deferred: Deferred<unknown>): void {
  deferred.callback(undefined);
}

function nothing(): undefined {}

function callWith(_result: unknown, f: (...args: unknown[]) => unknown, args: unknown[]): unknown {
  return f(...args);
}
