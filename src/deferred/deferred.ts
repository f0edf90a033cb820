import { CancelSignal, cancelOnAbort, stopListening } from './abort-signal.ts';
import { type AnyStep, Callback } from './callback.ts';
import type { Scheduler } from './clock.ts';
import { describe, identify } from './deferred-text.ts';
import { withoutFrames } from './error-class.ts';
import { AlreadyCalledError, AssertionError, CancelledError } from './errors.ts';
import { Failure } from './failure.ts';
import { checkPolicy, type FailurePolicy, settleFailure } from './failure-policy.ts';
import {
  type DeferredState,
  FIRED,
  LeakscanBrand,
  PENDING,
  RUNNING,
  SUCCESS,
  SWALLOW_ONE,
  UNHANDLED,
  WAITING,
} from './heap-shape.ts';
import { noteCreation, noteFiring, Trace, watching } from './observer.ts';
import { cancelPromise, followPromise, settlePromise } from './promises.ts';
import { defaultClock } from './system-clock.ts';
import { limitTime } from './timeout.ts';
import { forgetReport } from './unhandled-failures.ts';
import { Wait } from './wait.ts';

/** What a step of a chain may return: a value, a Failure, or a Deferred or promise that is waited for. */
export type Settled<R> = Exclude<Awaited<R>, Failure>;

/** Ends the work behind a Deferred that is cancelled; may fire the Deferred itself. */
export type Canceller<T> = (deferred: Deferred<T>) => void;

/** Options of a new Deferred. */
export interface DeferredOptions {
  /** Cancels the Deferred when it aborts; the listener is gone when the Deferred has fired. */
  readonly signal?: AbortSignal | undefined;
  /** Cleaning policy of this Deferred, in place of that of the process. */
  readonly failurePolicy?: FailurePolicy | undefined;
}

const brand = new LeakscanBrand();

/**
 * A result that will arrive, and the chain of callbacks and errbacks that waits for it.
 *
 * State: unfired, then fired once; `result` is the present value or Failure of the chain. Order: callbacks
 * run in the order in which they were added, inside `callback`, `errback`, `unpause` or, once the Deferred
 * has fired, inside the call that adds them; no microtask lies between two of them. Re-entrancy: what a
 * running callback adds to its own Deferred takes its turn in the running loop. A callback that returns a
 * Deferred holds the chain up until that one has a result, and takes the result over: results move, they
 * are not copied, and the giver is left with undefined.
 *
 * Holds its callbacks and their extra arguments until they have run, the canceller until it fires, the
 * result until it is handed over or replaced, and the Deferred it waits for. Its callers hold it: whoever
 * will fire it, and whatever it waits for.
 */
export class Deferred<T = unknown> implements PromiseLike<T> {
  declare readonly leakscanBrand: LeakscanBrand;
  declare leakscanState: DeferredState;
  declare leakscanResult: unknown;
  declare leakscanChain: Callback | null;
  declare leakscanChainEnd: Callback | null;
  declare leakscanWaitingOn: Deferred<unknown> | null;
  declare leakscanCanceller: Canceller<never> | CancelSignal | null;
  declare leakscanTrace: Trace | null;
  declare leakscanPaused: number;
  declare leakscanFlags: number;

  /**
   * An unfired Deferred. `canceller` is called by `cancel` while it is unfired, with the Deferred; if it
   * does not fire it, `cancel` does, with CancelledError. It is dropped when the Deferred fires.
   */
  constructor(canceller?: Canceller<T> | null, options?: DeferredOptions) {
    this.leakscanBrand = brand;
    this.leakscanState = PENDING;
    this.leakscanResult = undefined;
    this.leakscanChain = null;
    this.leakscanChainEnd = null;
    this.leakscanWaitingOn = null;
    this.leakscanCanceller = canceller ?? null;
    this.leakscanTrace = null;
    this.leakscanPaused = 0;
    this.leakscanFlags = 0;
    if (watching) noteCreation(this);
    if (options !== undefined) applyOptions(this, options);
  }

  /** Has it been fired? Stays true while the chain is paused or waits for another Deferred. */
  get called(): boolean {
    return this.leakscanState !== PENDING;
  }

  /** Pauses less unpauses; a Deferred that waits for another is paused once by that. */
  get paused(): number {
    return this.leakscanPaused;
  }

  /** Is there a result? True from the firing on, also when the result was handed to another Deferred. */
  get hasResult(): boolean {
    return this.leakscanState !== PENDING;
  }

  /** The present result: a value, a Failure, the Deferred waited for; undefined without one or after a hand-over. */
  get result(): T | Failure | Deferred<T> | undefined {
    return this.leakscanResult as T | undefined;
  }

  /** The Deferred whose result this one will get, or null. */
  get waitingOn(): Deferred<unknown> | null {
    return this.leakscanWaitingOn;
  }

  /** Number of pairs that have not run yet. */
  get pendingCallbacks(): number {
    let count = 0;
    for (let link = this.leakscanChain; link !== null; link = link.next) count += 1;
    return count;
  }

  /** Adds `f(value, ...args)` for a value; a Failure passes by. Returns this Deferred, typed by what `f` returns. */
  addCallback<R, A extends unknown[]>(f: (value: T, ...args: A) => R, ...args: A): Deferred<Settled<R>> {
    append(this, new Callback(checkStep(f), null, args.length === 0 ? null : copyOf(args), null));
    return this as unknown as Deferred<Settled<R>>;
  }

  /** Adds `f(failure, ...args)` for a Failure; a value passes by. What `f` returns takes the failure's place. */
  addErrback<R, A extends unknown[]>(
    f: (failure: Failure, ...args: A) => R,
    ...args: A
  ): Deferred<T | Settled<R>> {
    append(this, new Callback(null, checkStep(f), null, args.length === 0 ? null : copyOf(args)));
    return this as unknown as Deferred<T | Settled<R>>;
  }

  /** Adds `f(result, ...args)` for whatever comes. */
  addBoth<R, A extends unknown[]>(
    f: (result: T | Failure, ...args: A) => R,
    ...args: A
  ): Deferred<Settled<R>> {
    const step = checkStep(f);
    const extra = args.length === 0 ? null : copyOf(args);
    append(this, new Callback(step, step, extra, extra));
    return this as unknown as Deferred<Settled<R>>;
  }

  /**
   * Adds a pair: one of the two runs, by what the result is when its turn comes. `errback` does not see
   * errors of `callback`. Null in place of a function passes the result on.
   */
  addCallbacks<R, S = never, A extends unknown[] = [], B extends unknown[] = []>(
    callback: ((value: T, ...args: A) => R) | null | undefined,
    errback?: ((failure: Failure, ...args: B) => S) | null,
    callbackArgs?: A | null,
    errbackArgs?: B | null,
  ): Deferred<Settled<R> | Settled<S>> {
    append(
      this,
      new Callback(
        callback == null ? null : checkStep(callback),
        errback == null ? null : checkStep(errback),
        callbackArgs ?? null,
        errbackArgs ?? null,
      ),
    );
    return this as unknown as Deferred<Settled<R> | Settled<S>>;
  }

  /** Fires `other` with the result when its turn in this chain comes, and leaves undefined. No cancel goes back. */
  chainDeferred(other: Deferred<T>): Deferred<void> {
    other.leakscanWaitingOn = this;
    const args = [other];
    append(this, new Callback(fireChained as AnyStep, failChained as AnyStep, args, args));
    return this as unknown as Deferred<void>;
  }

  /**
   * Fires with a value and runs the chain before it returns. A Failure fires the errbacks.
   *
   * @throws AlreadyCalledError when it was fired before, unless that was a `cancel` without a canceller.
   * @throws AssertionError for a Deferred: return one from a callback, or use `chainDeferred`.
   */
  callback(result: T | Failure): void {
    if (result instanceof Deferred) {
      throw new AssertionError(
        'A Deferred cannot be the result of a Deferred. Return it from a callback, or chain it with chainDeferred.',
      );
    }
    fire(this, result);
  }

  /**
   * Fires with a failure; what is not a Failure is wrapped in one.
   *
   * @throws AlreadyCalledError when it was fired before, unless that was a `cancel` without a canceller.
   * @throws TypeError for text, NoCurrentExceptionError for nothing.
   */
  errback(reason?: unknown): void {
    fire(this, reason instanceof Failure ? reason : new Failure(reason));
  }

  /** Holds the chain up until `unpause` was called as often. Callbacks that run at this moment go on to the end. */
  pause(): void {
    this.leakscanPaused += 1;
  }

  /** Takes one pause back; at zero the chain runs on. More unpauses than pauses make it stand still as well. */
  unpause(): void {
    this.leakscanPaused -= 1;
    if (this.leakscanPaused === 0 && this.leakscanState !== PENDING) runCallbacks(this);
  }

  /**
   * Asks for an end. Unfired: calls the canceller, and fires with CancelledError if that did not fire it;
   * without a canceller one late firing is swallowed. Fired and waiting for another Deferred: cancels that
   * one. Else nothing. `reason` becomes the `cause` of the CancelledError.
   *
   * @throws whatever the canceller throws; the Deferred is then as it was.
   */
  cancel(reason?: unknown): void {
    if (this.leakscanState === PENDING) {
      let canceller = this.leakscanCanceller;
      if (canceller instanceof CancelSignal) {
        canceller.controller.abort(reason);
        canceller = canceller.canceller;
      }
      if (canceller === null) this.leakscanFlags |= SWALLOW_ONE;
      else canceller(this as Deferred<unknown> as Deferred<never>);
      if (this.leakscanState === PENDING) this.errback(cancellation(reason));
    } else if (this.leakscanResult instanceof Deferred) {
      this.leakscanResult.cancel(reason);
    }
  }

  /**
   * Cancels after so many seconds; the CancelledError of that becomes a TimeoutError. Covers the callbacks
   * added before, not those after. `onTimeout(result, seconds)` replaces the translation and is called only
   * after a timeout. Any outcome stops the clock's call; until then the clock holds this Deferred.
   */
  addTimeout<R = never>(
    seconds: number,
    clock: Scheduler = defaultClock(),
    onTimeout?: (result: T | Failure, seconds: number) => R,
  ): Deferred<T | Settled<R>> {
    limitTime(this as Deferred<unknown>, seconds, clock, onTimeout as Parameters<typeof limitTime>[3]);
    return this as unknown as Deferred<T | Settled<R>>;
  }

  /** Cleaning policy of this Deferred, in place of that of the process. Returns this Deferred. */
  setFailurePolicy(policy: FailurePolicy): this {
    this.leakscanTrace ??= new Trace();
    this.leakscanTrace.policy = checkPolicy(policy);
    return this;
  }

  /**
   * Cancels when `signal` aborts; with the callbacks added before covered, as by `addTimeout`. The listener
   * is removed when the chain comes to this point, so that the signal does not hold a Deferred that fired.
   * Returns this Deferred.
   */
  withSignal(signal: AbortSignal): this {
    if (signal.aborted) {
      this.cancel(signal.reason);
      return this;
    }
    const listener = cancelOnAbort(this, signal);
    signal.addEventListener('abort', listener, { once: true });
    this.addBoth(stopListening as AnyStep, signal, listener);
    return this;
  }

  /** A signal that aborts when this Deferred is cancelled, to be handed to what cannot be cancelled otherwise. */
  toSignal(): AbortSignal {
    if (this.leakscanCanceller instanceof CancelSignal) return this.leakscanCanceller.controller.signal;
    const controller = new AbortController();
    if (this.leakscanState === PENDING) {
      this.leakscanCanceller = new CancelSignal(controller, this.leakscanCanceller);
    }
    return controller.signal;
  }

  /**
   * A promise for the result. Takes result and failure away: the Deferred is left with undefined. When
   * `signal` aborts the Deferred is cancelled. A result that is itself a promise is waited for.
   */
  toPromise(options: { signal?: AbortSignal | undefined } = {}): Promise<T> {
    if (options.signal) this.withSignal(options.signal);
    return new Promise<T>((resolve, reject) => {
      append(this, new Callback(settlePromise as AnyStep, settlePromise as AnyStep, [resolve], [reject]));
    });
  }

  /** `toPromise().then(…)`: lets `await` take the result, one microtask later than a callback would. */
  // biome-ignore lint/suspicious/noThenProperty: a Deferred is awaited through it
  then<R = T, S = never>(
    onFulfilled?: ((value: T) => R | PromiseLike<R>) | null,
    onRejected?: ((reason: unknown) => S | PromiseLike<S>) | null,
  ): Promise<R | S> {
    return this.toPromise().then(onFulfilled, onRejected);
  }

  /**
   * A Deferred for the result of a promise, fired from its reaction. The promise holds the Deferred until it
   * settles. Cancelling fires with CancelledError at once, calls `cancel`, and swallows the late result.
   */
  static fromPromise<T>(
    promise: PromiseLike<T>,
    options: { cancel?: (() => void) | undefined } = {},
  ): Deferred<T> {
    const { cancel } = options;
    const deferred = new Deferred<T>(cancel ? (cancelPromise(cancel) as Canceller<T>) : null);
    followPromise(promise, deferred);
    return deferred;
  }

  /**
   * For `yield* deferred` in a generator: waits, and gives the result typed. A result that is there already
   * is taken without moving it, and only its report is withdrawn; one that is not comes through a callback.
   */
  [Symbol.iterator](): Iterator<Deferred<T>, T, unknown> {
    return new Wait(this) as Iterator<Deferred<T>, T, unknown>;
  }

  toString(): string {
    const id = identify(this);
    if (this.leakscanState === PENDING) return `<Deferred #${id}>`;
    const { leakscanResult: result } = this;
    if (result instanceof Deferred) return `<Deferred #${id} waiting on Deferred #${identify(result)}>`;
    return `<Deferred #${id} current result: ${describe(result)}>`;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

function applyOptions(deferred: Deferred<unknown>, options: DeferredOptions): void {
  if (options.failurePolicy !== undefined) deferred.setFailurePolicy(options.failurePolicy);
  if (options.signal !== undefined) deferred.withSignal(options.signal);
}

function checkStep(f: unknown): AnyStep {
  if (typeof f === 'function') return f as AnyStep;
  throw notAFunction(f);
}

function notAFunction(f: unknown): AssertionError {
  return new AssertionError(`A callback must be a function, not ${describe(f)}.`);
}

/**
 * The extra arguments of a callback in an array of their own. Called only when there are any: V8 then sees that
 * the array of rest arguments never leaves a call without, and does not make it.
 */
function copyOf(args: readonly unknown[]): unknown[] {
  const copy: unknown[] = [];
  for (let i = 0; i < args.length; i += 1) copy.push(args[i]);
  return copy;
}

function append(deferred: Deferred<unknown>, link: Callback): void {
  if (deferred.leakscanChainEnd === null) deferred.leakscanChain = link;
  else deferred.leakscanChainEnd.next = link;
  deferred.leakscanChainEnd = link;
  if (deferred.leakscanState !== PENDING) runCallbacks(deferred);
}

/** Adds one internal step for whatever comes, with an array of arguments that the caller may share. */
export function appendBoth(
  deferred: Deferred<unknown>,
  step: (result: never, ...args: never[]) => unknown,
  args: unknown[] | null,
): void {
  append(deferred, new Callback(step as AnyStep, step as AnyStep, args, args));
}

/** Puts an errback before all others of a Deferred that has not fired. */
export function prependErrback(
  deferred: Deferred<unknown>,
  step: (failure: Failure, ...args: never[]) => unknown,
  args: unknown[] | null,
): void {
  const link = new Callback(null, step as AnyStep, null, args);
  link.next = deferred.leakscanChain;
  deferred.leakscanChain = link;
  if (link.next === null) deferred.leakscanChainEnd = link;
}

/** What `takeAtRest` gives for a Deferred that is not at rest. */
export const NOT_AT_REST = Symbol('not at rest');

/** Takes the result of a Deferred whose chain is at rest, leaving undefined, as a callback would. */
export function takeAtRest(deferred: Deferred<unknown>): unknown {
  if (
    deferred.leakscanState === PENDING ||
    deferred.leakscanPaused !== 0 ||
    deferred.leakscanChain !== null ||
    (deferred.leakscanFlags & RUNNING) !== 0
  ) {
    return NOT_AT_REST;
  }
  const result = deferred.leakscanResult;
  deferred.leakscanWaitingOn = null;
  giveAway(deferred);
  return result;
}

function fireChained(result: unknown, other: Deferred<unknown>): void {
  other.callback(result);
}

function failChained(failure: Failure, other: Deferred<unknown>): void {
  other.errback(failure);
}

function fire(deferred: Deferred<unknown>, result: unknown): void {
  if (deferred.leakscanState !== PENDING) {
    if ((deferred.leakscanFlags & SWALLOW_ONE) === 0) throw alreadyCalled(deferred);
    deferred.leakscanFlags &= ~SWALLOW_ONE;
    return;
  }
  deferred.leakscanState = FIRED;
  deferred.leakscanResult = result;
  deferred.leakscanCanceller = null;
  if (watching) noteFiring(deferred);
  if (deferred.leakscanChain === null && deferred.leakscanPaused === 0 && !(result instanceof Failure)) {
    deferred.leakscanWaitingOn = null;
    deferred.leakscanState = SUCCESS;
  } else {
    runCallbacks(deferred);
  }
}

function alreadyCalled(deferred: Deferred<unknown>): AlreadyCalledError {
  const trace = deferred.leakscanTrace;
  return new AlreadyCalledError(
    `This Deferred was fired before. A Deferred fires once: make a new one for each result.${
      trace?.createdAt ? `\nmade at\n${trace.createdAt}` : ''
    }${trace?.firedAt ? `\nfirst fired at\n${trace.firedAt}` : ''}`,
  );
}

/**
 * Runs the chain of a fired Deferred, and in turn those of all that wait for it.
 *
 * A plain function with the Deferred as argument: as the receiver of a frame it would be held by every error
 * that a callback throws. Iterative: `givers` are the Deferreds that handed their result on and have to be
 * looked at again when their receiver is done. A receiver that is paused ends the whole walk; what is left of
 * the chains of its givers runs when they are run again.
 */
function runCallbacks(start: Deferred<unknown>): void {
  if ((start.leakscanFlags & RUNNING) !== 0) return;
  let current = start;
  let givers: Deferred<unknown>[] | null = null;
  for (;;) {
    if (current.leakscanPaused !== 0) return;
    current.leakscanWaitingOn = null;
    const receiver = runChain(current);
    if (receiver !== null) {
      givers ??= [];
      givers.push(current);
      current = receiver;
      continue;
    }
    const giver = givers?.pop();
    if (giver === undefined) return;
    current = giver;
  }
}

/**
 * Runs one chain until it is empty, waits for another Deferred, or comes to a Deferred that waits for it:
 * that one has then got the result and is returned. Otherwise the chain is at rest, and null is returned.
 */
function runChain(current: Deferred<unknown>): Deferred<unknown> | null {
  if (current.leakscanState !== UNHANDLED) current.leakscanState = FIRED;
  for (let link = current.leakscanChain; link !== null; link = current.leakscanChain) {
    current.leakscanChain = link.next;
    if (link.next === null) current.leakscanChainEnd = null;
    let result = current.leakscanResult;
    const failed = result instanceof Failure;
    const step = failed ? link.errback : link.callback;
    if (typeof step === 'function') {
      if (failed && current.leakscanState === UNHANDLED) beginHandling(current);
      const args = failed ? link.errbackArgs : link.callbackArgs;
      current.leakscanFlags |= RUNNING;
      try {
        result = args === null ? step(result) : step(result, ...args);
      } catch (thrown) {
        result = new Failure(thrown, true);
      }
      current.leakscanFlags &= ~RUNNING;
      current.leakscanResult = result;
    } else if (step !== null) {
      return handOn(current, step);
    }
    if (typeof result === 'object' && result !== null && holdsUp(current, result, step !== null)) return null;
  }
  if (current.leakscanResult instanceof Failure) restWithFailure(current, current.leakscanResult);
  else current.leakscanState = SUCCESS;
  return null;
}

/** An errback gets the failure that is on record. */
function beginHandling(current: Deferred<unknown>): void {
  forgetReport(current);
  current.leakscanState = FIRED;
}

function restWithFailure(current: Deferred<unknown>, failure: Failure): void {
  if (current.leakscanState === UNHANDLED) return;
  current.leakscanState = UNHANDLED;
  settleFailure(current, failure);
}

/** Gives the result to a Deferred that waits for it. */
function handOn(current: Deferred<unknown>, receiver: Deferred<unknown>): Deferred<unknown> {
  receiver.leakscanResult = current.leakscanResult;
  receiver.leakscanState = FIRED;
  receiver.leakscanPaused -= 1;
  giveAway(current);
  return receiver;
}

/** Does the chain have to wait for this result? A promise is looked for only among what a step has just returned. */
function holdsUp(current: Deferred<unknown>, result: object, isNew: boolean): boolean {
  if (result instanceof Failure) return false;
  if (result === current) warnOfOwnDeferred();
  if (result instanceof Deferred) return waitFor(current, result);
  const adopted = isNew ? adopt(result) : null;
  return adopted !== null && waitFor(current, adopted);
}

/** Takes the result of `inner` over and returns false, or waits for it and returns true. */
function waitFor(current: Deferred<unknown>, inner: Deferred<unknown>): boolean {
  current.leakscanResult = inner;
  if (
    inner.leakscanState === PENDING ||
    inner.leakscanPaused !== 0 ||
    inner.leakscanResult instanceof Deferred
  ) {
    current.leakscanPaused += 1;
    current.leakscanWaitingOn = inner;
    current.leakscanState = WAITING;
    const link = new Callback(current, current, null, null);
    if (inner.leakscanChainEnd === null) inner.leakscanChain = link;
    else inner.leakscanChainEnd.next = link;
    inner.leakscanChainEnd = link;
    return true;
  }
  current.leakscanResult = inner.leakscanResult;
  giveAway(inner);
  return false;
}

/** Leaves a Deferred whose result another one took with nothing, not even the report of a failure. */
function giveAway(giver: Deferred<unknown>): void {
  if (giver.leakscanState === UNHANDLED) forgetReport(giver);
  giver.leakscanState = SUCCESS;
  giver.leakscanResult = undefined;
}

/** A promise, or any object that can be awaited, as a Deferred; null for everything else. */
export function adopt(result: object): Deferred<unknown> | null {
  try {
    return typeof (result as PromiseLike<unknown>).then === 'function'
      ? Deferred.fromPromise(result as PromiseLike<unknown>)
      : null;
  } catch (thrown) {
    const failed = new Deferred();
    failed.errback(new Failure(thrown, true));
    return failed;
  }
}

function warnOfOwnDeferred(): void {
  const { process } = globalThis as { process?: { emitWarning?(text: string, category: string): void } };
  process?.emitWarning?.(
    'A callback returned the Deferred it was attached to, which now waits for itself. Return the value instead.',
    'DeprecationWarning',
  );
}

function cancellation(reason: unknown): CancelledError {
  return withoutFrames(
    () =>
      new CancelledError('The Deferred was cancelled.', reason === undefined ? undefined : { cause: reason }),
  );
}

/** A Deferred that has fired with `value`. @throws AssertionError for a Deferred: return that one as it is. */
export function succeed<T>(value: T): Deferred<T> {
  const deferred = new Deferred<T>();
  deferred.callback(value);
  return deferred;
}

/** A Deferred that has failed. @throws as `errback` does, for text and for nothing. */
export function fail<T = never>(reason?: unknown): Deferred<T> {
  const deferred = new Deferred<T>();
  deferred.errback(reason);
  return deferred;
}

/** Calls `f` and wraps what comes: a fired Deferred with its value, or a failed one with what it threw. */
export function execute<R, A extends unknown[]>(
  f: (...args: A) => R,
  ...args: A
): Deferred<Exclude<R, Failure>> {
  let result: R;
  try {
    result = f(...args);
  } catch (thrown) {
    return fail(new Failure(thrown, true));
  }
  return succeed(result) as Deferred<Exclude<R, Failure>>;
}

/** Calls `f`; a Deferred comes back as it is, a promise through `fromPromise`, all else as by `execute`. */
export function maybeDeferred<R, A extends unknown[]>(
  f: (...args: A) => R,
  ...args: A
): Deferred<Settled<R>> {
  let result: unknown;
  try {
    result = f(...args);
  } catch (thrown) {
    return fail(new Failure(thrown, true));
  }
  if (result instanceof Deferred) return result as Deferred<Settled<R>>;
  if (typeof result === 'object' && result !== null && !(result instanceof Failure)) {
    const adopted = adopt(result);
    if (adopted !== null) return adopted as Deferred<Settled<R>>;
  }
  return succeed(result) as Deferred<Settled<R>>;
}

/** Gives back what it gets: a step that changes nothing. */
export function passthru<T>(result: T): T {
  return result;
}

/**
 * One object of each kind, kept for ever: when the last object of a hidden class is collected V8 throws away
 * the machine code that was made for it.
 */
export const shapeKeepers: readonly object[] = [new Callback(null, null, null, null), succeed(undefined)];
