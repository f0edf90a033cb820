import { nameClass } from './error-class.ts';
import type { Failure } from './failure.ts';

// The errors of the runtime, under the names they have in Twisted.

/** Misuse of the runtime: the program, not its input, is wrong. */
export class AssertionError extends Error {
  static {
    nameClass(AssertionError, 'AssertionError');
  }
}

/** A Deferred was fired a second time. */
export class AlreadyCalledError extends Error {
  static {
    nameClass(AlreadyCalledError, 'AlreadyCalledError');
  }
}

/** A Deferred was cancelled before it fired. */
export class CancelledError extends Error {
  static {
    nameClass(CancelledError, 'CancelledError');
  }
}

/** Something did not come in time. */
export class TimeoutError extends Error {
  static {
    nameClass(TimeoutError, 'TimeoutError');
  }
  /** The time that was allowed, in seconds. */
  readonly seconds: number;

  constructor(seconds: number, message = `Nothing came within ${seconds} seconds.`) {
    super(message);
    this.seconds = seconds;
  }
}

/** One member of a DeferredList failed; with the failure inside and the member's place in the list. */
export class FirstError extends Error {
  static {
    nameClass(FirstError, 'FirstError');
  }
  readonly subFailure: Failure;
  readonly index: number;

  constructor(subFailure: Failure, index: number) {
    super(`Member ${index} failed: ${subFailure}`);
    this.subFailure = subFailure;
    this.index = index;
  }
}

/** All members of a `race` failed; with the failures, in the order of the list. */
export class FailureGroup extends Error {
  static {
    nameClass(FailureGroup, 'FailureGroup');
  }
  readonly failures: readonly Failure[];

  constructor(failures: readonly Failure[]) {
    super(`All ${failures.length} failed: ${failures.join(', ')}`);
    this.failures = failures;
  }
}

/** `errback` or `Failure` was given nothing to wrap. JavaScript has no current exception to fall back on. */
export class NoCurrentExceptionError extends Error {
  static {
    nameClass(NoCurrentExceptionError, 'NoCurrentExceptionError');
  }
}

/** `ensureDeferred` was given something that cannot be driven. */
export class NotACoroutineError extends TypeError {
  static {
    nameClass(NotACoroutineError, 'NotACoroutineError');
  }
}

/** A DeferredQueue has no room for one more value. */
export class QueueOverflow extends Error {
  static {
    nameClass(QueueOverflow, 'QueueOverflow');
  }
}

/** A DeferredQueue has no room for one more waiting `get`. */
export class QueueUnderflow extends Error {
  static {
    nameClass(QueueUnderflow, 'QueueUnderflow');
  }
}

/** `deferUntilLocked` was called while an earlier call still waits. */
export class AlreadyTryingToLockError extends Error {
  static {
    nameClass(AlreadyTryingToLockError, 'AlreadyTryingToLockError');
  }
}

/** A delayed call was used after it ran. */
export class AlreadyCalled extends Error {
  static {
    nameClass(AlreadyCalled, 'AlreadyCalled');
  }
}

/** A delayed call was used after it was cancelled. */
export class AlreadyCancelled extends Error {
  static {
    nameClass(AlreadyCancelled, 'AlreadyCancelled');
  }
}

/** Root of what a Cooperator and its tasks throw. */
export class SchedulerError extends Error {
  static {
    nameClass(SchedulerError, 'SchedulerError');
  }
}

/** The Cooperator of a task was stopped. */
export class SchedulerStopped extends SchedulerError {
  static {
    nameClass(SchedulerStopped, 'SchedulerStopped');
  }
}

/** A task was resumed more often than paused. */
export class NotPaused extends SchedulerError {
  static {
    nameClass(NotPaused, 'NotPaused');
  }
}

/** A task that came to its end cannot be paused or stopped. */
export class TaskFinished extends SchedulerError {
  static {
    nameClass(TaskFinished, 'TaskFinished');
  }
}

/** The iterator of the task ran out. */
export class TaskDone extends TaskFinished {
  static {
    nameClass(TaskDone, 'TaskDone');
  }
}

/** The task was stopped. */
export class TaskStopped extends TaskFinished {
  static {
    nameClass(TaskStopped, 'TaskStopped');
  }
}

/** The iterator of the task, or a Deferred it yielded, failed. */
export class TaskFailed extends TaskFinished {
  static {
    nameClass(TaskFailed, 'TaskFailed');
  }
}

/** The reactor was stopped while it did not run. */
export class ReactorNotRunning extends Error {
  static {
    nameClass(ReactorNotRunning, 'ReactorNotRunning');
  }
}

/** Ends the program under `react` with an exit code of its own. */
export class SystemExit extends Error {
  static {
    nameClass(SystemExit, 'SystemExit');
  }
  readonly code: number;

  constructor(code = 0) {
    super(`exit with ${code}`);
    this.code = code;
  }
}
