import type { Scheduler } from './clock.ts';
import { DelayedCall, type DelayedCallOwner } from './delayed-call.ts';

/** Longest delay of a timer, in milliseconds; longer ones would run at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

type Timer = ReturnType<typeof setTimeout>;

/**
 * The time of the process, with one timer for each call: what LoopingCall, addTimeout and the rest use when
 * no clock is given and no reactor is loaded.
 */
class SystemClock implements Scheduler, DelayedCallOwner {
  declare timers: Map<DelayedCall, Timer>;

  constructor() {
    this.timers = new Map();
  }

  seconds(): number {
    return performance.now() / 1000;
  }

  callLater<A extends unknown[]>(seconds: number, f: (...args: A) => unknown, ...args: A): DelayedCall {
    const call = new DelayedCall(this.seconds() + seconds, f as (...args: never[]) => unknown, args, this);
    this.#arm(call);
    return call;
  }

  cancelled(call: DelayedCall): void {
    clearTimeout(this.timers.get(call));
    this.timers.delete(call);
  }

  moved(call: DelayedCall): void {
    clearTimeout(this.timers.get(call));
    this.#arm(call);
  }

  #arm(call: DelayedCall): void {
    const delayMs = Math.max(0, Math.ceil((call.getTime() - this.seconds()) * 1000));
    this.timers.set(
      call,
      setTimeout(() => this.#ring(call), Math.min(delayMs, LONGEST_TIMER_MS)),
    );
  }

  #ring(call: DelayedCall): void {
    if (call.getTime() > this.seconds()) {
      this.#arm(call);
      return;
    }
    this.timers.delete(call);
    call.run();
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
