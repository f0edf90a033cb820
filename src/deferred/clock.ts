import { BinaryHeap } from './binary-heap.ts';
import { DelayedCall, type DelayedCallOwner } from './delayed-call.ts';

/** Whoever can call a function later: a Clock in tests, the reactor in programs. */
export interface Scheduler {
  /** Present time in seconds, as floating point; never goes back. */
  seconds(): number;
  /** Calls `f(...args)` in so many seconds. */
  callLater<A extends unknown[]>(seconds: number, f: (...args: A) => unknown, ...args: A): DelayedCall;
}

/** A call with its place in the order of its clock: by time, and by rank among equals. */
class ClockCall extends DelayedCall {
  declare place: number;
  declare sortedTime: number;
  declare rank: number;

  constructor(
    time: number,
    f: (...args: never[]) => unknown,
    args: readonly unknown[],
    owner: DelayedCallOwner,
  ) {
    super(time, f, args, owner);
    this.place = -1;
    this.sortedTime = time;
    this.rank = 0;
  }
}

function isBefore(a: ClockCall, b: ClockCall): boolean {
  return a.sortedTime === b.sortedTime ? a.rank < b.rank : a.sortedTime < b.sortedTime;
}

/**
 * A clock that tests move by hand.
 *
 * Its calls stand in a line that is sorted by time whenever one is added, when `advance` begins and after each
 * call; the sort is stable, and a call that was reset keeps its place in the line until then. `advance` first
 * moves the time to the end of the step and then runs what is due, also what is added meanwhile: a call that
 * schedules another after 0 seconds never ends inside it. An error of a call leaves `advance` at once; the rest
 * stays. Adding, moving and cancelling a call is O(log calls).
 *
 * Holds its calls until they have run or are cancelled.
 */
export class Clock implements Scheduler, DelayedCallOwner {
  /** Present time in seconds. */
  declare rightNow: number;
  declare readonly calls: BinaryHeap<ClockCall>;
  /** Calls that were moved since the line was sorted last. */
  declare readonly displaced: Set<ClockCall>;
  declare firstRank: number;
  declare lastRank: number;

  constructor() {
    this.rightNow = 0;
    this.calls = new BinaryHeap(isBefore);
    this.displaced = new Set();
    this.firstRank = 0;
    this.lastRank = 0;
  }

  seconds(): number {
    return this.rightNow;
  }

  callLater<A extends unknown[]>(seconds: number, f: (...args: A) => unknown, ...args: A): DelayedCall {
    const call = new ClockCall(this.rightNow + seconds, f as (...args: never[]) => unknown, args, this);
    this.#sort();
    this.lastRank += 1;
    call.rank = this.lastRank;
    this.calls.add(call);
    return call;
  }

  /** The calls that are still to run, in the order in which they stand in line. */
  getDelayedCalls(): DelayedCall[] {
    return [...this.calls.elements].sort((a, b) => (isBefore(a, b) ? -1 : 1));
  }

  /** Moves the time by so many seconds and runs what is due by then. */
  advance(seconds: number): void {
    this.rightNow += seconds;
    this.#sort();
    for (let call = this.calls.first; call && call.sortedTime <= this.rightNow; call = this.calls.first) {
      this.calls.remove(call);
      call.run();
      this.#sort();
    }
  }

  /** Advances by each of the steps in turn. */
  pump(steps: Iterable<number>): void {
    for (const seconds of steps) this.advance(seconds);
  }

  /** For its calls. */
  cancelled(call: DelayedCall): void {
    this.displaced.delete(call as ClockCall);
    this.calls.remove(call as ClockCall);
  }

  /** For its calls. */
  moved(call: DelayedCall): void {
    this.displaced.add(call as ClockCall);
  }

  /**
   * Sorts the line. A stable sort leaves a call that was put off before those that stood at its new time already,
   * and one that was brought forward behind them; calls of one kind stay in the order they had.
   */
  #sort(): void {
    if (this.displaced.size === 0) return;
    const inOldOrder = [...this.displaced].sort((a, b) => (isBefore(a, b) ? -1 : 1));
    this.displaced.clear();
    const putOff = inOldOrder.filter((call) => call.getTime() > call.sortedTime);
    const broughtForward = inOldOrder.filter((call) => call.getTime() < call.sortedTime);
    for (const call of putOff.reverse()) {
      this.firstRank -= 1;
      this.#place(call, this.firstRank);
    }
    for (const call of broughtForward) {
      this.lastRank += 1;
      this.#place(call, this.lastRank);
    }
  }

  #place(call: ClockCall, rank: number): void {
    call.sortedTime = call.getTime();
    call.rank = rank;
    this.calls.update(call);
  }
}
