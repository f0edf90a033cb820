import { DelayedCall, type DelayedCallOwner } from './delayed-call.ts';

/** Whoever can call a function later: a Clock in tests, the reactor in programs. */
export interface Scheduler {
  /** Present time in seconds, as floating point; never goes back. */
  seconds(): number;
  /** Calls `f(...args)` in so many seconds. */
  callLater<A extends unknown[]>(seconds: number, f: (...args: A) => unknown, ...args: A): DelayedCall;
}

/**
 * A clock that tests move by hand.
 *
 * Calls are sorted by time whenever one is added, when `advance` begins and after each call; the sort is
 * stable, and a call that was reset keeps its place among equals. `advance` first moves the time to the end of
 * the step and then runs what is due, also what is added meanwhile: a call that schedules another after 0
 * seconds never ends inside it. An error of a call leaves `advance` at once; the rest stays.
 *
 * Holds its calls until they have run or are cancelled.
 */
export class Clock implements Scheduler, DelayedCallOwner {
  /** Present time in seconds. */
  declare rightNow: number;
  declare calls: DelayedCall[];
  declare sorted: boolean;

  constructor() {
    this.rightNow = 0;
    this.calls = [];
    this.sorted = true;
  }

  seconds(): number {
    return this.rightNow;
  }

  callLater<A extends unknown[]>(seconds: number, f: (...args: A) => unknown, ...args: A): DelayedCall {
    const call = new DelayedCall(this.rightNow + seconds, f as (...args: never[]) => unknown, args, this);
    this.#sort();
    this.calls.splice(this.#placeAfter(call.getTime()), 0, call);
    return call;
  }

  /** The calls that are still to run. */
  getDelayedCalls(): DelayedCall[] {
    return [...this.calls];
  }

  /** Moves the time by so many seconds and runs what is due by then. */
  advance(seconds: number): void {
    this.rightNow += seconds;
    this.#sort();
    for (let call = this.calls[0]; call && call.getTime() <= this.rightNow; call = this.calls[0]) {
      this.calls.shift();
      call.run();
      this.#sort();
    }
  }

  /** Advances by each of the steps in turn. */
  pump(steps: Iterable<number>): void {
    for (const seconds of steps) this.advance(seconds);
  }

  cancelled(call: DelayedCall): void {
    this.calls.splice(this.calls.indexOf(call), 1);
  }

  moved(): void {
    this.sorted = false;
  }

  #sort(): void {
    if (this.sorted) return;
    this.calls.sort((a, b) => a.getTime() - b.getTime());
    this.sorted = true;
  }

  /** Where a new call of this time belongs: behind its equals. */
  #placeAfter(time: number): number {
    let low = 0;
    let high = this.calls.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.calls[middle]!.getTime() <= time) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
