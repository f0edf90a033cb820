import type { Scheduler } from './clock.ts';
import { DelayedCall, type DelayedCallOwner } from './delayed-call.ts';

/** Longest delay of a timer, in milliseconds; longer ones would run at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

type Timer = ReturnType<typeof setTimeout>;

class TimedCall extends DelayedCall {
  declare timer: Timer | null;

  constructor(
    time: number,
    f: (...args: never[]) => unknown,
    args: readonly unknown[],
    owner: DelayedCallOwner,
  ) {
    super(time, f, args, owner);
    this.timer = null;
  }
}

/**
 * The time of the process, with one timer for each call, which holds it: what LoopingCall, addTimeout and the rest
 * use when no clock is given and no reactor is loaded.
 */
class SystemClock implements Scheduler, DelayedCallOwner {
  seconds(): number {
    return performance.now() / 1000;
  }

  callLater<A extends unknown[]>(seconds: number, f: (...args: A) => unknown, ...args: A): DelayedCall {
    const call = new TimedCall(this.seconds() + seconds, f as (...args: never[]) => unknown, args, this);
    this.#arm(call);
    return call;
  }

  cancelled(call: DelayedCall): void {
    this.#disarm(call as TimedCall);
  }

  moved(call: DelayedCall): void {
    this.#disarm(call as TimedCall);
    this.#arm(call as TimedCall);
  }

  #arm(call: TimedCall): void {
    const delayMs = Math.max(0, Math.ceil((call.getTime() - this.seconds()) * 1000));
    call.timer = setTimeout(() => this.#ring(call), Math.min(delayMs, LONGEST_TIMER_MS));
  }

  #disarm(call: TimedCall): void {
    clearTimeout(call.timer as Timer);
    call.timer = null;
  }

  #ring(call: TimedCall): void {
    call.timer = null;
    if (call.getTime() > this.seconds()) this.#arm(call);
    else call.run();
  }
}

let clock: Scheduler | null = null;

/** The clock of whoever is given none: the reactor once one is loaded, else the timers of the process. */
export function defaultClock(): Scheduler {
  clock ??= new SystemClock();
  return clock;
}

/** Puts another clock in the place of the default one. */
export function setDefaultClock(next: Scheduler): void {
  clock = next;
}
