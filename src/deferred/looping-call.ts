import type { Scheduler } from './clock.ts';
import { Deferred, maybeDeferred } from './deferred.ts';
import type { DelayedCall } from './delayed-call.ts';
import { AssertionError } from './errors.ts';
import type { Failure } from './failure.ts';
import { defaultClock } from './system-clock.ts';

/**
 * Calls a function again and again, at multiples of an interval after the start.
 *
 * A late call does not shift the beat, and beats that were missed are skipped. A Deferred that the function
 * returns holds the next call up; one that never fires stops the loop silently. When the function fails the
 * loop ends for good and its Deferred fails.
 *
 * Held by its clock, with the function and all that closes over, from `start` until `stop`.
 */
export class LoopingCall<A extends unknown[] = []> {
  declare readonly f: (...args: never[]) => unknown;
  declare readonly args: readonly unknown[];
  /** Whose time it goes by; may be set before `start`. */
  declare clock: Scheduler;
  /** Started, and neither stopped nor failed since? */
  declare running: boolean;
  /** Seconds between two beats, from `start` on; else null. */
  declare interval: number | null;
  /** When it was started or last reset, in seconds on its clock; else null. */
  declare starttime: number | null;
  declare call: DelayedCall | null;
  declare finished: Deferred<LoopingCall<unknown[]>> | null;
  declare calledAtStart: boolean;
  declare countedUntil: number | null;

  /** A loop over `f(...args)`; the interval is given to `start`. */
  constructor(f: (...args: A) => unknown, ...args: A) {
    this.f = f;
    this.args = args;
    this.clock = defaultClock();
    this.running = false;
    this.interval = null;
    this.starttime = null;
    this.call = null;
    this.finished = null;
    this.calledAtStart = false;
    this.countedUntil = null;
  }

  /**
   * A loop over `f(count)`, with the number of beats since its last call: usually 1, more after a stall, and
   * always 1 at interval 0. Not called when that number is 0.
   */
  static withCount(f: (count: number) => unknown): LoopingCall {
    const loop: LoopingCall = new LoopingCall(() => callWithCount(loop, f));
    return loop;
  }

  /**
   * Starts the loop; the first call is made at once unless `now` is false. The Deferred fires with the loop
   * when it is stopped, or with the failure of the function. Cancelling it does not stop the loop.
   *
   * @throws AssertionError when it runs already, RangeError for an interval below zero.
   */
  start(seconds: number, options: { now?: boolean | undefined } = {}): Deferred<LoopingCall<A>> {
    if (this.running) throw new AssertionError('This loop runs already. Stop it before starting it again.');
    if (seconds < 0)
      throw new RangeError(`The interval of a loop must be 0 or more seconds, not ${seconds}.`);
    const { now = true } = options;
    const finished = new Deferred<LoopingCall<A>>();
    this.running = true;
    this.finished = finished as Deferred<unknown> as Deferred<AnyLoop>;
    this.starttime = this.clock.seconds();
    this.interval = seconds;
    this.calledAtStart = now;
    if (now) beat(this);
    else scheduleFrom(this, this.starttime);
    return finished;
  }

  /**
   * Makes no more calls. The Deferred of `start` fires now, or, while the function is busy, when that is done.
   *
   * @throws AssertionError when it does not run.
   */
  stop(): void {
    if (!this.running) throw new AssertionError('This loop does not run. Ask `running` before stopping it.');
    this.running = false;
    if (this.call === null) return;
    this.call.cancel();
    this.call = null;
    finish(this);
  }

  /** Begins the interval anew at this moment. While the function is busy nothing changes. @throws as `stop` */
  reset(): void {
    if (!this.running) throw new AssertionError('This loop does not run. Ask `running` before resetting it.');
    if (this.call === null) return;
    this.call.cancel();
    this.call = null;
    this.starttime = this.clock.seconds();
    scheduleFrom(this, this.starttime);
  }

  toString(): string {
    return `LoopingCall<${this.interval}>(${this.f.name || 'anonymous'})`;
  }
}

type AnyLoop = LoopingCall<unknown[]>;

/** The one call of this beat, and what follows when it is done. */
function beat(loop: AnyLoop): void {
  loop.call = null;
  const done = maybeDeferred(loop.f, ...(loop.args as never[]));
  done.addCallback(goOn, loop);
  done.addErrback(giveUp, loop);
}

function goOn(_result: unknown, loop: AnyLoop): void {
  if (loop.running) scheduleFrom(loop, loop.clock.seconds());
  else finish(loop);
}

function giveUp(failure: Failure, loop: AnyLoop): void {
  loop.running = false;
  takeFinished(loop).errback(failure);
}

function finish(loop: AnyLoop): void {
  takeFinished(loop).callback(loop);
}

function takeFinished(loop: AnyLoop): Deferred<AnyLoop> {
  const { finished } = loop;
  if (finished === null) {
    throw new AssertionError(
      'This loop has ended already. It was started again while its function was still busy.',
    );
  }
  loop.finished = null;
  return finished;
}

function scheduleFrom(loop: AnyLoop, when: number): void {
  loop.call = loop.clock.callLater(untilNextBeat(loop, when), beat, loop);
}

/** Seconds from `when` to the next beat; a whole interval if that time is too short to make a difference. */
function untilNextBeat(loop: AnyLoop, when: number): number {
  const interval = loop.interval ?? 0;
  if (interval === 0) return 0;
  const left = interval - modulo(when - (loop.starttime ?? 0), interval);
  return when === when + left ? interval : left;
}

/** Remainder with the sign of the divisor. */
function modulo(dividend: number, divisor: number): number {
  const remainder = dividend % divisor;
  return remainder < 0 ? remainder + divisor : remainder;
}

function callWithCount(loop: AnyLoop, f: (count: number) => unknown): unknown {
  const now = loop.clock.seconds();
  if (loop.interval === 0) {
    loop.countedUntil = now;
    return f(1);
  }
  const interval = loop.interval ?? 0;
  const start = loop.starttime ?? 0;
  const from = loop.countedUntil ?? (loop.calledAtStart ? start - interval : start);
  const count = Math.trunc((now - start) / interval) - Math.trunc((from - start) / interval);
  if (count <= 0) return undefined;
  loop.countedUntil = now;
  return f(count);
}
