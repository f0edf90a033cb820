import { Failure, type TextStream } from '../../deferred/failure.ts';
import type { LogEvent, LogObserver } from './event.ts';
import { globalLogBeginner, globalLogPublisher } from './global-log.ts';
import { textFileLogObserver } from './observers.ts';

// The older way of logging: functions in place of a Logger.

type Fields = LogEvent['fields'];

let context: Fields = {};

/** Logs a text. */
export function msg(text: string, fields: Fields = {}): void {
  publish('info', text, fields, null);
}

/** Logs a failure, or what was thrown, and why that is told. */
export function err(reason: unknown, why = ''): void {
  publish('critical', why, {}, reason instanceof Failure ? reason : new Failure(reason, true));
}

/** As `err`, for `addErrback`: the failure ends here. */
export function deferr(failure: Failure): void {
  err(failure);
}

export function addObserver(observer: LogObserver): void {
  globalLogPublisher.addObserver(observer);
}

export function removeObserver(observer: LogObserver): void {
  globalLogPublisher.removeObserver(observer);
}

/** Begins to log to a stream; returns the observer that writes there. */
export function startLogging(stream: TextStream): LogObserver {
  const observer = textFileLogObserver(stream);
  globalLogBeginner.beginLoggingTo([observer]);
  return observer;
}

/** Calls `f(...args)`; what `msg` and `err` log inside gets these fields, and `system` becomes its namespace. */
export function callWithContext<A extends unknown[], R>(fields: Fields, f: (...args: A) => R, ...args: A): R {
  const before = context;
  context = { ...before, ...fields };
  try {
    return f(...args);
  } finally {
    context = before;
  }
}

/** Calls `f(...args)` under the name of a protocol or factory; what it throws is logged. */
export function callWithLogger<A extends unknown[], R>(
  logger: { logPrefix(): string },
  f: (...args: A) => R,
  ...args: A
): R | undefined {
  return callWithContext({ system: logger.logPrefix() }, () => {
    try {
      return f(...args);
    } catch (thrown) {
      err(new Failure(thrown, true));
      return undefined;
    }
  });
}

function publish(level: 'info' | 'critical', format: string, fields: Fields, failure: Failure | null): void {
  globalLogPublisher.publish({
    time: Date.now() / 1000,
    level,
    namespace: String(context.system ?? '-'),
    format,
    fields: { ...context, ...fields },
    failure,
  });
}
