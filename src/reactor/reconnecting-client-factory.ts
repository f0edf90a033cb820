import type { Scheduler } from '../deferred/clock.ts';
import type { DelayedCall } from '../deferred/delayed-call.ts';
import type { Failure } from '../deferred/failure.ts';
import { defaultClock } from '../deferred/system-clock.ts';
import type { Connector } from './connector.ts';
import { ClientFactory } from './factory.ts';
import { Logger } from './log/logger.ts';
import type { Protocol } from './protocol.ts';

const log = new Logger('leakscan.reactor.reconnecting');

/**
 * Connects again whenever the connection could not be made or is gone, each time after a longer delay. Call
 * `resetDelay` when a connection has proved good, and `stopTrying` to end it.
 *
 * The clock holds the next try, that the connector, and that this factory: it never ends by itself.
 */
export class ReconnectingClientFactory<P extends Protocol = Protocol> extends ClientFactory<P> {
  /** Longest delay, in seconds. */
  maxDelay = 3600;
  /** First delay, in seconds. */
  initialDelay = 1;
  /** By how much the delay grows each time. */
  factor = Math.E;
  /** Spread of the delay, so that not all clients come at the same time; 0 for none. */
  jitter = 0.11962656472;
  /** Tries after which it gives up; null for never. */
  maxRetries: number | null = null;
  /** Next delay, in seconds. */
  delay = 1;
  /** Tries since the last `resetDelay`. */
  retries = 0;
  /** Whose time it goes by. */
  clock: Scheduler = defaultClock();
  /** Does it go on trying? */
  continueTrying = true;
  #connector: Connector | null = null;
  #nextTry: DelayedCall | null = null;

  override clientConnectionFailed(connector: Connector, _reason: Failure): void {
    this.#tryAgain(connector);
  }

  override clientConnectionLost(connector: Connector, _reason: Failure): void {
    this.#tryAgain(connector);
  }

  #tryAgain(connector: Connector): void {
    if (!this.continueTrying) return;
    this.#connector = connector;
    this.retry();
  }

  /** Connects again after the next delay. */
  retry(connector: Connector | null = this.#connector): void {
    if (!this.continueTrying || connector === null) return;
    if (this.maxRetries !== null && this.retries >= this.maxRetries) {
      if (this.noisy) log.info(`Giving up after ${this.retries} tries`);
      return;
    }
    this.retries += 1;
    this.delay = Math.min(this.delay * this.factor, this.maxDelay);
    if (this.jitter > 0) this.delay = Math.max(0, gaussian(this.delay, this.delay * this.jitter));
    if (this.noisy) log.info(`Trying again in ${Math.round(this.delay)} seconds`);
    this.#nextTry = this.clock.callLater(this.delay, connectAgain, connector);
  }

  /** Ends it: cancels the next try, and stops the present one. */
  stopTrying(): void {
    this.continueTrying = false;
    if (this.#nextTry?.active()) this.#nextTry.cancel();
    this.#nextTry = null;
    try {
      this.#connector?.stopConnecting();
    } catch {
      // It was not connecting.
    }
    this.#connector = null;
  }

  /** The connection is good: the next delay is the first again, and it goes on trying. */
  resetDelay(): void {
    this.delay = this.initialDelay;
    this.retries = 0;
    this.continueTrying = true;
    this.#nextTry = null;
  }
}

function connectAgain(connector: Connector): void {
  connector.connect();
}

/** A number around the mean, after Box and Muller (1958). */
function gaussian(mean: number, deviation: number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - Math.random()));
  return mean + deviation * radius * Math.cos(2 * Math.PI * Math.random());
}
