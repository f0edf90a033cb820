import { withoutFrames } from './error-class.ts';
import { AlreadyCalled, AlreadyCancelled } from './errors.ts';
import { DELAYED_CALL_TEXT } from './heap-shape.ts';

/** The side of a clock or reactor that a delayed call talks to. */
export interface DelayedCallOwner {
  /** Present time in seconds. */
  seconds(): number;
  /** The call was cancelled and need not be kept. */
  cancelled(call: DelayedCall): void;
  /** The time of the call was changed. `earlier` when it may now be due before calls that it was behind. */
  moved(call: DelayedCall, earlier: boolean): void;
}

/**
 * A call that waits for its time on a clock.
 *
 * Holds function and arguments; `cancel` drops them at once, running does not. Its clock holds it until it
 * has run or is cancelled.
 */
export class DelayedCall {
  declare readonly leakscanKind: string;
  /** Scheduled time in seconds, without what `delay` and `reset` put on top. */
  declare time: number;
  declare delayedTime: number;
  declare f: ((...args: never[]) => unknown) | null;
  declare args: readonly unknown[];
  declare called: boolean;
  declare cancelled: boolean;
  declare readonly owner: DelayedCallOwner;

  constructor(
    time: number,
    f: (...args: never[]) => unknown,
    args: readonly unknown[],
    owner: DelayedCallOwner,
  ) {
    this.leakscanKind = DELAYED_CALL_TEXT;
    this.time = time;
    this.delayedTime = 0;
    this.f = f;
    this.args = args;
    this.called = false;
    this.cancelled = false;
    this.owner = owner;
  }

  /** When it will run, in seconds on its clock. */
  getTime(): number {
    return this.time + this.delayedTime;
  }

  /** Is it still to run? */
  active(): boolean {
    return !(this.cancelled || this.called);
  }

  /** Takes the call back. @throws AlreadyCancelled, AlreadyCalled */
  cancel(): void {
    this.#assertActive();
    this.owner.cancelled(this);
    this.cancelled = true;
    this.f = null;
    this.args = [];
  }

  /** Puts it off to so many seconds from now. @throws AlreadyCancelled, AlreadyCalled */
  reset(secondsFromNow: number): void {
    this.#assertActive();
    const time = this.owner.seconds() + secondsFromNow;
    const earlier = time < this.time;
    if (earlier) {
      this.delayedTime = 0;
      this.time = time;
    } else {
      this.delayedTime = time - this.time;
    }
    this.owner.moved(this, earlier);
  }

  /** Puts it off by so many seconds from its present time; less than zero brings it forward. @throws as `reset` */
  delay(seconds: number): void {
    this.#assertActive();
    this.delayedTime += seconds;
    const earlier = this.delayedTime < 0;
    if (earlier) {
      this.time += this.delayedTime;
      this.delayedTime = 0;
    }
    this.owner.moved(this, earlier);
  }

  /** Runs the call, which counts as called from then on. For clocks. */
  run(): void {
    this.called = true;
    const { f, args } = this;
    if (f !== null) f(...(args as never[]));
  }

  #assertActive(): void {
    if (this.cancelled) {
      throw withoutFrames(
        () => new AlreadyCancelled('This call was cancelled. Ask active() before changing it.'),
      );
    }
    if (this.called) {
      throw withoutFrames(() => new AlreadyCalled('This call has run. Ask active() before changing it.'));
    }
  }
}
