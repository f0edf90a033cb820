import type { Scheduler } from './clock.ts';
import { Deferred, maybeDeferred, type Settled } from './deferred.ts';
import type { DelayedCall } from './delayed-call.ts';
import type { Failure } from './failure.ts';
import { defaultClock } from './system-clock.ts';

/** How often and when `retry` tries again. */
export interface RetryOptions {
  /** Most tries, the first included; default 3. */
  readonly times?: number | undefined;
  /** Seconds before the second try; default 1. */
  readonly delay?: number | undefined;
  /** What the delay is multiplied by after each further try; default 2. */
  readonly factor?: number | undefined;
  /** Part of the delay, from 0 to 1, that is left to chance; default 0.1. */
  readonly jitter?: number | undefined;
  /** Is this failure worth another try? Default: every one. */
  readonly when?: ((failure: Failure) => boolean) | undefined;
  /** Source of chance between 0 and 1; default Math.random. */
  readonly random?: (() => number) | undefined;
}

/**
 * Calls `f(try)`, counting from 1, until it succeeds; fires with its result, or with its last failure.
 * Cancelling cancels the try that is at work, or the wait for the next.
 *
 * Holds `f` and the try at work; the clock holds the next. Each try drops the failure of the one before.
 */
export function retry<R>(
  f: (attempt: number) => R,
  options: RetryOptions = {},
  clock: Scheduler = defaultClock(),
): Deferred<Settled<R>> {
  const series = new Series(f, options, clock);
  attempt(series);
  return series.result as Deferred<Settled<R>>;
}

class Series {
  declare readonly f: (attempt: number) => unknown;
  declare readonly options: RetryOptions;
  declare readonly clock: Scheduler;
  declare readonly result: Deferred<unknown>;
  declare attempts: number;
  declare atWork: Deferred<unknown> | null;
  declare next: DelayedCall | null;
  declare cancelled: boolean;

  constructor(f: (attempt: number) => unknown, options: RetryOptions, clock: Scheduler) {
    this.f = f;
    this.options = options;
    this.clock = clock;
    this.attempts = 0;
    this.atWork = null;
    this.next = null;
    this.cancelled = false;
    this.result = new Deferred<unknown>(() => {
      this.cancelled = true;
      this.next?.cancel();
      this.atWork?.cancel();
    });
  }
}

function attempt(series: Series): void {
  series.next = null;
  series.attempts += 1;
  const atWork = maybeDeferred(series.f, series.attempts);
  series.atWork = atWork;
  atWork.addCallbacks(succeed, decide, [series], [series]);
}

function succeed(value: unknown, series: Series): void {
  series.atWork = null;
  if (!series.result.called) series.result.callback(value);
}

function decide(failure: Failure, series: Series): void {
  series.atWork = null;
  const { times = 3, when } = series.options;
  if (series.result.called) return;
  if (series.cancelled || series.attempts >= times || (when && !when(failure)))
    series.result.errback(failure);
  else series.next = series.clock.callLater(delayBefore(series), attempt, series);
}

function delayBefore({ attempts, options }: Series): number {
  const { delay = 1, factor = 2, jitter = 0.1, random = Math.random } = options;
  return delay * factor ** (attempts - 1) * (1 + jitter * (2 * random() - 1));
}
