import type { Scheduler } from './clock.ts';
import type { Deferred } from './deferred.ts';
import type { DelayedCall } from './delayed-call.ts';
import { withoutFrames } from './error-class.ts';
import { CancelledError, TimeoutError } from './errors.ts';
import { Failure } from './failure.ts';

/** The work of `addTimeout`: a call that cancels, and two callbacks that translate and stop it. */
export function limitTime(
  deferred: Deferred<unknown>,
  seconds: number,
  clock: Scheduler,
  onTimeout: Timeout['onTimeout'],
): void {
  const timeout = new Timeout(seconds, onTimeout);
  const call = clock.callLater(seconds, expire, deferred, timeout);
  deferred.addBoth(translate, timeout);
  deferred.addBoth(stop, call);
}

/** What the three parts of a timeout share. */
class Timeout {
  declare readonly seconds: number;
  declare readonly onTimeout: ((result: unknown, seconds: number) => unknown) | undefined;
  declare timedOut: boolean;

  constructor(seconds: number, onTimeout: Timeout['onTimeout']) {
    this.seconds = seconds;
    this.onTimeout = onTimeout;
    this.timedOut = false;
  }
}

function expire(deferred: Deferred<unknown>, timeout: Timeout): void {
  timeout.timedOut = true;
  deferred.cancel();
}

function translate(result: unknown, timeout: Timeout): unknown {
  if (!timeout.timedOut) return result;
  const { onTimeout } = timeout;
  if (onTimeout) return onTimeout(result, timeout.seconds);
  if (!(result instanceof Failure)) return result;
  result.trap(CancelledError);
  throw withoutFrames(() => new TimeoutError(timeout.seconds));
}

function stop(result: unknown, call: DelayedCall): unknown {
  if (call.active()) call.cancel();
  return result;
}
