import { BinaryHeap } from '../deferred/binary-heap.ts';
import type { Scheduler } from '../deferred/clock.ts';
import { DelayedCall, type DelayedCallOwner } from '../deferred/delayed-call.ts';
import { Failure } from '../deferred/failure.ts';
import { logFailure } from '../deferred/log-failure.ts';

/** Longest delay of a timer, in milliseconds; longer ones would run at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** A call with its place in the heap, so that it can be moved and removed without a search. */
class PlacedCall extends DelayedCall {
  declare place: number;
  /** Number of calls that were added before: what was added first runs first at equal times. */
  declare readonly order: number;

  constructor(
    time: number,
    f: (...args: never[]) => unknown,
    args: readonly unknown[],
    owner: DelayedCallOwner,
    order: number,
  ) {
    super(time, f, args, owner);
    this.place = -1;
    this.order = order;
  }
}

function isBefore(a: PlacedCall, b: PlacedCall): boolean {
  const difference = a.getTime() - b.getTime();
  return difference < 0 || (difference === 0 && a.order < b.order);
}

interface Wake {
  readonly at: number;
  stop(): void;
  hold(on: boolean): void;
}

/**
 * The time of the process, with one timer for all delayed calls: it is set for the earliest.
 *
 * Calls that are due run in order of time, each guarded: an error is logged and the next one runs. What is
 * added meanwhile waits for the next turn of the event loop, also at delay 0. Holds its calls until they have
 * run or are cancelled; an armed timer holds the process unless `hold(false)` was said.
 */
export class ReactorClock implements Scheduler, DelayedCallOwner {
  readonly #calls = new BinaryHeap(isBefore);
  #wake: Wake | null = null;
  #added = 0;
  #holding = true;

  seconds(): number {
    return performance.now() / 1000;
  }

  callLater<A extends unknown[]>(seconds: number, f: (...args: A) => unknown, ...args: A): DelayedCall {
    if (!(seconds >= 0)) {
      throw new RangeError(`A call can be made in 0 or more seconds, not in ${seconds}.`);
    }
    const time = this.seconds() + seconds;
    const call = new PlacedCall(time, f as (...args: never[]) => unknown, args, this, this.#added);
    this.#added += 1;
    this.#calls.add(call);
    this.#arm();
    return call;
  }

  /** The calls that are still to run, in no order. */
  getDelayedCalls(): DelayedCall[] {
    return [...this.#calls.elements];
  }

  cancelled(call: DelayedCall): void {
    this.#calls.remove(call as PlacedCall);
    this.#arm();
  }

  moved(call: DelayedCall): void {
    this.#calls.update(call as PlacedCall);
    this.#arm();
  }

  /** Is a waiting call a reason for the process to stay? */
  hold(on: boolean): void {
    this.#holding = on;
    this.#wake?.hold(on);
  }

  /** Sets the timer, unless it is set early enough already: one that rings too soon sets itself again. */
  #arm(): void {
    const { first } = this.#calls;
    const wake = this.#wake;
    if (first === undefined) {
      wake?.stop();
      this.#wake = null;
      return;
    }
    const at = first.getTime();
    if (wake !== null && wake.at <= at) return;
    wake?.stop();
    this.#wake = this.#wakeAt(at);
    if (!this.#holding) this.#wake.hold(false);
  }

  #wakeAt(at: number): Wake {
    const delayMs = (at - this.seconds()) * 1000;
    if (delayMs <= 0) {
      const immediate = setImmediate(() => this.#ring());
      return {
        at,
        stop: () => clearImmediate(immediate),
        hold: (on) => (on ? immediate.ref() : immediate.unref()),
      };
    }
    const timer = setTimeout(() => this.#ring(), Math.min(Math.ceil(delayMs), LONGEST_TIMER_MS));
    return { at, stop: () => clearTimeout(timer), hold: (on) => (on ? timer.ref() : timer.unref()) };
  }

  #ring(): void {
    this.#wake = null;
    const now = this.seconds();
    const addedBefore = this.#added;
    for (let { first } = this.#calls; first !== undefined; { first } = this.#calls) {
      if (first.getTime() > now || first.order >= addedBefore) break;
      this.#calls.remove(first);
      try {
        first.run();
      } catch (thrown) {
        logFailure(new Failure(thrown, true), 'A delayed call threw an error.');
      }
    }
    this.#arm();
  }
}
