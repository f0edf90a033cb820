import type { Canceller, Deferred } from './deferred.ts';

/** A canceller that aborts a signal first. */
export class CancelSignal {
  declare readonly controller: AbortController;
  declare readonly canceller: Canceller<never> | null;

  constructor(controller: AbortController, canceller: Canceller<never> | null) {
    this.controller = controller;
    this.canceller = canceller;
  }
}

/** An abort listener that cancels. */
export function cancelOnAbort(deferred: Deferred<unknown>, signal: AbortSignal): () => void {
  return () => deferred.cancel(signal.reason);
}

/** Callback that takes an abort listener away again. */
export function stopListening(result: unknown, signal: AbortSignal, listener: () => void): unknown {
  signal.removeEventListener('abort', listener);
  return result;
}
