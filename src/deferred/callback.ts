import type { Deferred } from './deferred.ts';

/** Any function of a chain. */
export type AnyStep = (result: unknown, ...args: unknown[]) => unknown;

/** One pair of a chain. Both functions are the waiting Deferred where one Deferred waits for another. */
export class Callback {
  declare callback: AnyStep | Deferred<unknown> | null;
  declare errback: AnyStep | Deferred<unknown> | null;
  declare callbackArgs: unknown[] | null;
  declare errbackArgs: unknown[] | null;
  declare next: Callback | null;

  constructor(
    callback: AnyStep | Deferred<unknown> | null,
    errback: AnyStep | Deferred<unknown> | null,
    callbackArgs: unknown[] | null,
    errbackArgs: unknown[] | null,
  ) {
    this.callback = callback;
    this.errback = errback;
    this.callbackArgs = callbackArgs;
    this.errbackArgs = errbackArgs;
    this.next = null;
  }
}
