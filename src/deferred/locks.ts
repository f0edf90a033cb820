import { Deferred, maybeDeferred, type Settled } from './deferred.ts';
import { AssertionError } from './errors.ts';
import { Line } from './line.ts';
import { noteLine, watching } from './observer.ts';
import { leaveLine } from './waiting-line.ts';

/**
 * What a lock and a semaphore have in common: a line of those who wait, first come, first served.
 *
 * Holds the line, and through `run` the work of those who stand in it.
 */
abstract class Admission {
  /** The acquires that wait. A cancelled one leaves the line; cancelling a holder's acquire releases nothing. */
  declare readonly waiting: Line<Deferred<this>>;

  constructor() {
    this.waiting = new Line();
    if (watching) noteLine(this);
  }

  /** A Deferred that fires with this object when the caller's turn has come. Call `release` once for each. */
  abstract acquire(): Deferred<this>;

  /** Gives the turn to the next in line. @throws AssertionError when nothing was acquired. */
  abstract release(): void;

  /**
   * Calls `f(...args)` when its turn has come, and releases as soon as that is done or has failed: before the
   * callbacks of the Deferred that `run` returns see the result.
   */
  run<R, A extends unknown[]>(f: (...args: A) => R, ...args: A): Deferred<Settled<R>> {
    return this.acquire().addCallback(work as never, this, f, args) as Deferred<Settled<R>>;
  }

  /** Releases at the end of a block: `using held = yield* lock.acquire()`. */
  [Symbol.dispose](): void {
    this.release();
  }

  /** Releases at the end of a block: `await using held = await lock.acquire()`. */
  [Symbol.asyncDispose](): Promise<void> {
    this.release();
    return Promise.resolve();
  }
}

function work(
  _turn: unknown,
  admission: Admission,
  f: (...args: unknown[]) => unknown,
  args: unknown[],
): unknown {
  return maybeDeferred(f, ...args).addBoth(releaseAfter, admission);
}

function releaseAfter(result: unknown, admission: Admission): unknown {
  admission.release();
  return result;
}

/** One holder at a time. */
export class DeferredLock extends Admission {
  /** Is it held? */
  declare locked: boolean;

  constructor() {
    super();
    this.locked = false;
  }

  acquire(): Deferred<this> {
    const deferred = new Deferred<this>(leaveLine(this.waiting));
    if (this.locked) {
      this.waiting.push(deferred);
    } else {
      this.locked = true;
      deferred.callback(this);
    }
    return deferred;
  }

  release(): void {
    if (!this.locked)
      throw new AssertionError('This lock is not held. Release it once for each acquire that fired.');
    this.locked = false;
    const next = this.waiting.shift();
    if (next === undefined) return;
    this.locked = true;
    next.callback(this);
  }
}

/** At most `limit` holders at a time. */
export class DeferredSemaphore extends Admission {
  /** How many may still come in. */
  declare tokens: number;
  declare readonly limit: number;

  /** @throws RangeError for less than one token, and for parts of one. */
  constructor(tokens: number) {
    super();
    if (!(tokens >= 1 && Math.floor(tokens) === tokens)) {
      throw new RangeError(`A semaphore needs one or more whole tokens, not ${tokens}.`);
    }
    this.tokens = tokens;
    this.limit = tokens;
  }

  acquire(): Deferred<this> {
    const deferred = new Deferred<this>(leaveLine(this.waiting));
    if (this.tokens === 0) {
      this.waiting.push(deferred);
    } else {
      this.tokens -= 1;
      deferred.callback(this);
    }
    return deferred;
  }

  release(): void {
    if (this.tokens >= this.limit) {
      throw new AssertionError(
        'This semaphore has all its tokens. Release it once for each acquire that fired.',
      );
    }
    this.tokens += 1;
    const next = this.waiting.shift();
    if (next === undefined) return;
    this.tokens -= 1;
    next.callback(this);
  }
}
