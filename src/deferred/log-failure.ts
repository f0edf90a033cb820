import type { Failure } from './failure.ts';

/** Takes a failure that nobody can be handed, with a sentence about where it came from. */
export type FailureLog = (failure: Failure, why: string) => void;

let log: FailureLog = (failure, why) => {
  globalThis.console?.error(why === '' ? failure.getTraceback() : `${why}\n${failure.getTraceback()}`);
};

/** Sends logged failures to `next` instead of to stderr; returns what took them before. */
export function setFailureLog(next: FailureLog): FailureLog {
  const before = log;
  log = next;
  return before;
}

/** Logs a failure. */
export function logFailure(failure: Failure, why = ''): void {
  log(failure, why);
}

/** Errback that logs the failure and gives it back. */
export function logError(failure: Failure): Failure {
  log(failure, '');
  return failure;
}
