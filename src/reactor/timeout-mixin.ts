import type { Scheduler } from '../deferred/clock.ts';
import type { DelayedCall } from '../deferred/delayed-call.ts';
import { defaultClock } from '../deferred/system-clock.ts';
import type { Protocol } from './protocol.ts';

/** What TimeoutMixin adds to a protocol. */
export interface Timeouts {
  /** Whose time it goes by. */
  clock: Scheduler;
  /** Seconds, or null when there is no timeout. */
  readonly timeOut: number | null;
  /** Begins a timeout of so many seconds, or ends it with null; gives the old one. */
  setTimeout(seconds: number | null): number | null;
  /** The timeout begins anew: call it whenever something comes. */
  resetTimeout(): void;
  /** What happens on timeout; by default the connection is closed. */
  timeoutConnection(): void;
}

// biome-ignore lint/suspicious/noExplicitAny: TypeScript asks for it in the constructor of a mixin
type Mixable<P> = new (...args: any[]) => P;

/**
 * A class of protocols that can time out: `class Echo extends TimeoutMixin(LineReceiver)`.
 *
 * The clock holds the protocol until the time is up: call `setTimeout(null)` in `connectionLost`.
 */
export function TimeoutMixin<C extends Mixable<Protocol>>(Base: C): C & Mixable<Timeouts> {
  return class extends Base implements Timeouts {
    clock: Scheduler = defaultClock();
    timeOut: number | null = null;
    #call: DelayedCall | null = null;

    setTimeout(seconds: number | null): number | null {
      const before = this.timeOut;
      this.timeOut = seconds;
      if (seconds === null) {
        if (this.#call?.active()) this.#call.cancel();
        this.#call = null;
      } else if (this.#call !== null) {
        this.#call.reset(seconds);
      } else {
        this.#call = this.clock.callLater(seconds, () => {
          this.#call = null;
          this.timeoutConnection();
        });
      }
      return before;
    }

    resetTimeout(): void {
      if (this.#call !== null && this.timeOut !== null) this.#call.reset(this.timeOut);
    }

    timeoutConnection(): void {
      this.transport.loseConnection();
    }
  };
}
