import type { Scheduler } from '../deferred/clock.ts';
import { Deferred, fail, maybeDeferred, succeed } from '../deferred/deferred.ts';
import type { DelayedCall } from '../deferred/delayed-call.ts';
import { withoutFrames } from '../deferred/error-class.ts';
import { CancelledError } from '../deferred/errors.ts';
import type { Failure } from '../deferred/failure.ts';
import { defaultClock } from '../deferred/system-clock.ts';
import { type ClientEndpoint, ProxyFactory, type ProxyProtocol } from './endpoints.ts';
import type { Factory } from './factory.ts';
import { Logger } from './log/logger.ts';
import type { Protocol } from './protocol.ts';
import { Service } from './service.ts';

const log = new Logger('leakscan.reactor.client-service');

/** Seconds to wait before the next attempt, by the number of attempts that have failed. */
export type RetryPolicy = (failedAttempts: number) => number;

/** Delays that grow by a factor up to a limit, plus up to a second of jitter. */
export function backoffPolicy(
  options: {
    readonly initialDelay?: number | undefined;
    readonly maxDelay?: number | undefined;
    readonly factor?: number | undefined;
    readonly jitter?: (() => number) | undefined;
  } = {},
): RetryPolicy {
  const { initialDelay = 1, maxDelay = 60, factor = 1.5, jitter = Math.random } = options;
  return (failedAttempts) =>
    Math.min(initialDelay * factor ** Math.min(100, failedAttempts), maxDelay) + jitter();
}

export interface ClientServiceOptions<P extends Protocol> {
  readonly retryPolicy?: RetryPolicy | undefined;
  readonly clock?: Scheduler | undefined;
  /** What has to be done with a new connection before it is given out; may return a Deferred. */
  readonly prepareConnection?: ((protocol: P) => unknown) | undefined;
}

interface Waiter<P> {
  readonly deferred: Deferred<P>;
  failuresLeft: number;
}

/** Keeps a connection while it runs: connects again, with growing delays, whenever there is none. */
export class ClientService<P extends Protocol = Protocol> extends Service {
  readonly #endpoint: ClientEndpoint;
  readonly #factory: Factory<P>;
  readonly #retryPolicy: RetryPolicy;
  readonly #clock: Scheduler;
  readonly #prepare: (protocol: P) => unknown;
  #attempt: Deferred<unknown> | null = null;
  #nextTry: DelayedCall | null = null;
  #connection: ProxyProtocol<P> | null = null;
  #isReady = false;
  #failedAttempts = 0;
  /** Was it stopped, and not started since? */
  #hasEnded = false;
  #waiters: Waiter<P>[] = [];
  #stops: Deferred<void>[] = [];

  constructor(endpoint: ClientEndpoint, factory: Factory<P>, options: ClientServiceOptions<P> = {}) {
    super();
    this.#endpoint = endpoint;
    this.#factory = factory;
    this.#retryPolicy = options.retryPolicy ?? backoffPolicy();
    this.#clock = options.clock ?? defaultClock();
    this.#prepare = options.prepareConnection ?? (() => undefined);
  }

  /**
   * Fires with the protocol when there is a connection. Fails with CancelledError when the service is stopped,
   * and, if that is given, with the reason of the last of so many failed attempts.
   */
  whenConnected(failAfterFailures = Number.POSITIVE_INFINITY): Deferred<P> {
    if (this.#connection !== null && this.#isReady) return succeed(this.#connection.inner);
    if (this.#hasEnded) return fail(stopped());
    const waiter: Waiter<P> = { deferred: new Deferred<P>(), failuresLeft: failAfterFailures };
    this.#waiters.push(waiter);
    return waiter.deferred;
  }

  override startService(): unknown {
    if (this.running) return undefined;
    super.startService();
    this.#hasEnded = false;
    this.#failedAttempts = 0;
    if (this.#connection === null && this.#attempt === null) this.#connect();
    return undefined;
  }

  /** Fires when the connection is gone. */
  override stopService(): Deferred<void> {
    super.stopService();
    this.#hasEnded = true;
    if (this.#nextTry?.active()) this.#nextTry.cancel();
    this.#nextTry = null;
    this.#attempt?.cancel();
    for (const { deferred } of this.#waiters.splice(0)) deferred.errback(stopped());
    if (this.#connection === null) return succeed(undefined);
    const done = new Deferred<void>();
    this.#stops.push(done);
    this.#connection.inner.transport.loseConnection();
    return done;
  }

  #connect(): void {
    this.#nextTry = null;
    const factory = new ProxyFactory(this.#factory, null, () => this.#lost());
    this.#attempt = this.#endpoint.connect(factory).addCallback((connection) => {
      this.#connection = connection;
      return maybeDeferred(this.#prepare, connection.inner);
    });
    this.#attempt.addCallbacks(
      () => this.#connected(),
      (failure) => this.#failed(failure),
    );
  }

  #connected(): void {
    this.#attempt = null;
    this.#failedAttempts = 0;
    const connection = this.#connection;
    if (connection === null) return;
    if (!this.running) {
      connection.inner.transport.loseConnection();
      return;
    }
    this.#isReady = true;
    for (const { deferred } of this.#waiters.splice(0)) deferred.callback(connection.inner);
  }

  #failed(failure: Failure): void {
    this.#attempt = null;
    this.#failedAttempts += 1;
    this.#connection?.inner.transport.loseConnection();
    if (!this.running) return;
    log.info(`Connecting failed: ${failure.getErrorMessage()}`);
    this.#tellWaiters(failure);
    if (this.#connection === null) this.#tryLater();
  }

  #tellWaiters(failure: Failure): void {
    for (const waiter of this.#waiters) waiter.failuresLeft -= 1;
    const gone = this.#waiters.filter(({ failuresLeft }) => failuresLeft <= 0);
    this.#waiters = this.#waiters.filter(({ failuresLeft }) => failuresLeft > 0);
    for (const { deferred } of gone) deferred.errback(failure);
  }

  #tryLater(): void {
    this.#nextTry = this.#clock.callLater(this.#retryPolicy(this.#failedAttempts), () => this.#connect());
  }

  #lost(): void {
    this.#connection = null;
    this.#isReady = false;
    for (const done of this.#stops.splice(0)) done.callback(undefined);
    if (this.running && this.#attempt === null && this.#nextTry === null) this.#tryLater();
  }
}

function stopped(): CancelledError {
  return withoutFrames(() => new CancelledError('The service was stopped.'));
}
