import type { ErrorClass, Failure } from '../../deferred/failure.ts';
import type { LogEvent } from '../log/event.ts';
import { globalLogPublisher } from '../log/global-log.ts';

/** Failures that were logged since watching began and were not flushed; held until they are. */
let logged: Failure[] = [];
let watchers = 0;

/** Begins to gather the failures that are logged; returns the function that ends this and forgets them. */
export function watchLoggedErrors(): () => void {
  watchers += 1;
  globalLogPublisher.addObserver(gather);
  let isWatching = true;
  return () => {
    if (!isWatching) return;
    isWatching = false;
    watchers -= 1;
    if (watchers > 0) return;
    globalLogPublisher.removeObserver(gather);
    logged = [];
  };
}

/** Gives back and forgets the gathered failures of these classes, or all of them. */
export function flushLoggedErrors(...classes: (ErrorClass | string)[]): Failure[] {
  const isMeant = (failure: Failure) => classes.length === 0 || failure.check(...classes) !== null;
  const flushed = logged.filter(isMeant);
  logged = logged.filter((failure) => !isMeant(failure));
  return flushed;
}

function gather(event: LogEvent): void {
  if (event.failure !== null) logged.push(event.failure);
}
