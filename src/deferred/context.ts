/** Calls a function in the asynchronous context that was captured. */
export type Context = <A extends unknown[]>(f: (...args: A) => unknown, ...args: A) => unknown;

let capture: (() => Context) | null = null;

/**
 * Lets generators under `inlineCallbacks` and `ensureDeferred` run in the asynchronous context they were
 * started in. Pass `AsyncLocalStorage.snapshot`, or null to stop. Off at first, because it costs something
 * for each generator, and a pending generator then holds what was in the stores when it was started.
 */
export function followContexts(snapshot: (() => Context) | null): void {
  capture = snapshot;
}

/** The context of the caller, or null when contexts are not followed. */
export function contextOfCaller(): Context | null {
  return capture === null ? null : capture();
}
