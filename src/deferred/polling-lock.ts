import type { Scheduler } from './clock.ts';
import { Deferred, fail } from './deferred.ts';
import type { DelayedCall } from './delayed-call.ts';
import { withoutFrames } from './error-class.ts';
import { AlreadyTryingToLockError, CancelledError, TimeoutError } from './errors.ts';
import { Failure } from './failure.ts';
import { defaultClock } from './system-clock.ts';

/** A lock outside the process, which does not tell when it becomes free: a file, a row, a key. */
export interface OuterLock {
  readonly name: string;
  /** Does this object believe that it holds the lock? */
  readonly locked: boolean;
  /** Was it free of a dead holder's remains when it was taken last? */
  readonly clean: boolean;
  /** Tries to take it; true when it was free. */
  lock(): boolean;
  unlock(): void;
}

/** Seconds between two tries. */
const TRY_EVERY_SECONDS = 1;

/**
 * Waits for a lock that cannot be waited for, by asking again every second.
 *
 * While it waits its clock holds the next try, and that the lock and the Deferred.
 */
export class PollingLock {
  declare readonly outer: OuterLock;
  declare readonly clock: Scheduler;
  declare nextTry: DelayedCall | null;
  declare timeout: DelayedCall | null;

  constructor(outer: OuterLock, clock: Scheduler = defaultClock()) {
    this.outer = outer;
    this.clock = clock;
    this.nextTry = null;
    this.timeout = null;
  }

  get name(): string {
    return this.outer.name;
  }

  /** Does this object believe that it holds the lock? */
  get locked(): boolean {
    return this.outer.locked;
  }

  /** Was it free of a dead holder's remains when it was taken last? */
  get clean(): boolean {
    return this.outer.clean;
  }

  /** Tries once; true when it was free. */
  lock(): boolean {
    return this.outer.lock();
  }

  unlock(): void {
    this.outer.unlock();
  }

  /**
   * Fires when the lock was taken. Fails with TimeoutError after so many seconds, or with
   * AlreadyTryingToLockError while another wait goes on. Cancelling, like the timeout, tries once more before
   * it fails. As in Twisted, an object whose wait has timed out remembers that: its next wait has no timeout
   * and throws AlreadyCalled when it gets the lock. Use a new one.
   */
  deferUntilLocked(timeoutSeconds?: number | null): Deferred<void> {
    if (this.nextTry !== null) {
      return fail(
        new AlreadyTryingToLockError(
          'This lock is being waited for already. Use that Deferred, or a lock of its own.',
        ),
      );
    }
    const wait = new LockWait(this, timeoutSeconds ?? null);
    tryLock(wait);
    return wait.result;
  }
}

/** One call of `deferUntilLocked`. */
class LockWait {
  declare readonly lock: PollingLock;
  declare readonly timeoutSeconds: number | null;
  declare readonly result: Deferred<void>;

  constructor(lock: PollingLock, timeoutSeconds: number | null) {
    this.lock = lock;
    this.timeoutSeconds = timeoutSeconds;
    this.result = new Deferred<void>(() => {
      tryLast(
        this,
        withoutFrames(() => new CancelledError('The wait for the lock was cancelled.')),
      );
    });
  }
}

function tryLock(wait: LockWait): void {
  const { lock, timeoutSeconds } = wait;
  if (lock.lock()) {
    lock.timeout?.cancel();
    lock.timeout = null;
    lock.nextTry = null;
    wait.result.callback(undefined);
  } else {
    if (timeoutSeconds !== null && lock.timeout === null) {
      lock.timeout = lock.clock.callLater(timeoutSeconds, giveUp, wait, timeoutSeconds);
    }
    lock.nextTry = lock.clock.callLater(TRY_EVERY_SECONDS, tryLock, wait);
  }
}

function giveUp(wait: LockWait, seconds: number): void {
  tryLast(
    wait,
    withoutFrames(
      () => new TimeoutError(seconds, `The lock ${wait.lock.name} was not free within ${seconds} s.`),
    ),
  );
}

function tryLast(wait: LockWait, reason: Error): void {
  const { lock } = wait;
  lock.nextTry?.cancel();
  lock.nextTry = null;
  if (lock.timeout?.active()) {
    lock.timeout.cancel();
    lock.timeout = null;
  }
  if (lock.lock()) wait.result.callback(undefined);
  else wait.result.errback(new Failure(reason));
}
