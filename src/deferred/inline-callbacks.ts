import { type Context, contextOfCaller } from './context.ts';
import { adopt, appendBoth, Deferred, NOT_AT_REST, prependErrback, takeAtRest } from './deferred.ts';
import { nameClass, withoutFrames } from './error-class.ts';
import { NotACoroutineError } from './errors.ts';
import { Failure } from './failure.ts';

/**
 * Turns a generator function into one that runs its body up to the first Deferred and returns a Deferred for
 * its end. `yield d` waits and gives what d fired with, or throws its error; d is left with undefined. A
 * promise is waited for as well, any other value comes straight back, and a Failure is thrown. `yield* d`
 * waits with a typed result and leaves a result that is there already in its place.
 *
 * Cancelling the returned Deferred cancels what the generator waits for. It may catch that and go on; it is
 * never closed by force, and a generator that is collected while it waits never runs its `finally`.
 *
 * The suspended generator, with all its locals, is held by the Deferred it waits for and by its own.
 *
 * @throws TypeError, when the result is called, if `f` is no generator function.
 */
export function inlineCallbacks<A extends unknown[], T>(
  f: (...args: A) => Generator<unknown, T, never>,
): (...args: A) => Deferred<T> {
  return function (this: unknown, ...args: A): Deferred<T> {
    const generator: unknown = f.apply(this, args);
    if (!isGenerator<T>(generator)) {
      throw new TypeError(
        `inlineCallbacks needs a generator function, and ${f.name || 'this one'} is none. Write function* () { … }.`,
      );
    }
    return run(generator);
  };
}

/**
 * A Deferred for what can be waited for: a Deferred comes back as it is, a generator object is driven as by
 * `inlineCallbacks`, and a promise is followed.
 *
 * @throws NotACoroutineError for anything else.
 */
export function ensureDeferred<T>(
  x: Deferred<T> | Generator<unknown, T, never> | PromiseLike<T>,
): Deferred<T> {
  if (x instanceof Deferred) return x;
  if (isGenerator<T>(x)) return run(x);
  const followed = typeof x === 'object' && x !== null ? adopt(x) : null;
  if (followed !== null) return followed as Deferred<T>;
  throw new NotACoroutineError(
    'Only a Deferred, a promise or a generator object can be driven. Call the generator function, and pass what it returns.',
  );
}

// Called by hand: every generator function has a prototype of its own, which makes method look-ups slow.
const { next: generatorNext, throw: generatorThrow } = Object.getPrototypeOf(
  function* () {}.prototype,
) as Generator<unknown, unknown, unknown>;

function isGenerator<T>(x: unknown): x is Generator<unknown, T, never> {
  return Object.prototype.toString.call(x) === '[object Generator]';
}

/** Fires the Deferred of a generator for a cancel; the errback in front of its chain takes it away again. */
class InternalInlineCallbacksCancelledError extends Error {
  static {
    nameClass(InternalInlineCallbacksCancelledError, '_InternalInlineCallbacksCancelledError');
  }
}

/** A generator on its way from one Deferred to the next. */
class GeneratorRun {
  declare readonly generator: Generator<unknown, unknown, unknown>;
  /** What is fired at the end; another one after each cancel. */
  declare result: Deferred<unknown>;
  /** The Deferred it waits for, or waited for last. */
  declare waitingOn: Deferred<unknown> | null;
  /** This run as extra arguments of a callback, the same array for every wait. */
  declare readonly args: unknown[];
  /** The asynchronous context it was started in, if contexts are followed. */
  declare readonly context: Context | null;
  /** Is a callback being added, so that a result which comes now needs no new loop? */
  declare adding: boolean;
  declare received: unknown;

  constructor(generator: Generator<unknown, unknown, unknown>) {
    this.generator = generator;
    this.result = new Deferred<unknown>(interruption(this));
    this.waitingOn = null;
    this.args = [this];
    this.context = contextOfCaller();
    this.adding = false;
    this.received = undefined;
  }
}

function run<T>(generator: Generator<unknown, T, never>): Deferred<T> {
  const started = new GeneratorRun(generator as Generator<unknown, T, unknown>);
  const { result } = started;
  enter(started, undefined);
  return result as Deferred<T>;
}

/** Goes on in the context in which the generator was started. */
function enter(run: GeneratorRun, result: unknown): void {
  if (run.context === null) resume(run, result);
  else run.context(resume, run, result);
}

/** Drives the generator with one result after the other until it ends or has to wait. */
function resume(run: GeneratorRun, sent: unknown): void {
  let result = sent;
  for (;;) {
    let step: IteratorResult<unknown, unknown>;
    try {
      step =
        result instanceof Failure
          ? generatorThrow.call(run.generator, result.value)
          : generatorNext.call(run.generator, result);
    } catch (thrown) {
      run.result.errback(new Failure(thrown, true));
      return;
    }
    if (step.done) {
      run.result.callback(step.value);
      return;
    }
    result = step.value;
    if (typeof result !== 'object' || result === null || result instanceof Failure) continue;
    const waited = result instanceof Deferred ? result : adopt(result);
    if (waited === null) continue;
    result = takeAtRest(waited);
    if (result !== NOT_AT_REST) continue;
    run.adding = true;
    appendBoth(waited, receive, run.args);
    if (run.adding) {
      run.adding = false;
      run.waitingOn = waited;
      return;
    }
    result = run.received;
    run.received = undefined;
  }
}

/** Callback of the Deferred that is waited for. */
function receive(result: unknown, run: GeneratorRun): void {
  if (run.adding) {
    run.adding = false;
    run.received = result;
  } else {
    enter(run, result);
  }
}

/** The canceller of a generator's Deferred: fires it, so that `interrupt` runs before its other callbacks. */
function interruption(run: GeneratorRun): (deferred: Deferred<unknown>) => void {
  return (deferred) => {
    prependErrback(deferred, interrupt, run.args);
    deferred.errback(withoutFrames(() => new InternalInlineCallbacksCancelledError()));
  };
}

/** Cancels what the generator waits for; its Deferred then waits for a new one, which the end will fire. */
function interrupt(_failure: Failure, run: GeneratorRun): Deferred<unknown> {
  run.result = new Deferred<unknown>(interruption(run));
  run.waitingOn?.cancel();
  return run.result;
}

/** Kept for the machine code of `resume`, as `shapeKeepers` are; its Deferred has fired. */
export const runKeeper: object = endedRun();

function endedRun(): GeneratorRun {
  const ended = new GeneratorRun((function* () {})());
  resume(ended, undefined);
  return ended;
}
