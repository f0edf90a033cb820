import type { Deferred } from './deferred.ts';
import { errorName, type Failure, messageOf } from './failure.ts';
import { installedObservers, Trace } from './observer.ts';

/**
 * A failure that ended a chain and that nobody took, as text: a report that held the error could hold,
 * through the frames of that error, the very Deferred whose end it waits for.
 */
export interface UnhandledFailure {
  /** Class of the error. */
  readonly name: string;
  readonly message: string;
  /** Stack of the error; empty as long as no cleaning policy has read it. */
  stack: string;
  /** Where the Deferred was made and fired, when that was recorded. */
  readonly createdAt: string | null;
  readonly firedAt: string | null;
  /** What the observer had to say about the failure; empty without one. */
  readonly note: string;
}

/** Hears of each failed Deferred that was collected. */
export type UnhandledListener = (report: UnhandledFailure) => void;

const due = new Set<UnhandledFailure>();
const listeners = new Set<UnhandledListener>();
let graves: FinalizationRegistry<UnhandledFailure> | null = null;

/** The failures nobody has taken at this moment, oldest first. No collection is needed. */
export function unhandledFailures(): UnhandledFailure[] {
  return [...due];
}

/** Reports all failures that nobody has taken, as if their Deferreds had been collected: for the end of a program. */
export function reportUnhandledFailures(): void {
  for (const report of due) deliver(report);
}

/**
 * Calls `listener` for every failed Deferred that is collected, in place of printing it.
 * Returns the function that ends this.
 */
export function onUnhandledFailure(listener: UnhandledListener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Puts the failure at the end of a chain on record until somebody takes it; returns the record. */
export function expectHandling(deferred: Deferred<unknown>, failure: Failure): UnhandledFailure {
  deferred.leakscanTrace ??= new Trace();
  const trace = deferred.leakscanTrace;
  const report: UnhandledFailure = {
    name: errorName(failure.value),
    message: messageOf(failure.value),
    stack: failure.leakscanStack ?? '',
    createdAt: trace.createdAt,
    firedAt: trace.firedAt,
    note: installedObservers()
      .map((observer) => observer.describe?.(failure) ?? '')
      .join(''),
  };
  trace.report = report;
  due.add(report);
  graves ??= openRegistry();
  graves.register(deferred, report, report);
  return report;
}

/** Somebody took the failure: there is nothing to report. */
export function forgetReport(deferred: Deferred<unknown>): void {
  const report = deferred.leakscanTrace?.report;
  if (!report) return;
  (deferred.leakscanTrace as Trace).report = null;
  due.delete(report);
  graves?.unregister(report);
}

function openRegistry(): FinalizationRegistry<UnhandledFailure> {
  const { process } = globalThis as { process?: { on?(event: 'exit', listener: () => void): void } };
  process?.on?.('exit', reportUnhandledFailures);
  return new FinalizationRegistry(deliver);
}

function deliver(report: UnhandledFailure): void {
  if (!due.delete(report)) return;
  const observers = installedObservers().filter((observer) => observer.unhandled);
  for (const observer of observers) observer.unhandled?.(report);
  for (const listener of listeners) listener(report);
  if (observers.length + listeners.size === 0) globalThis.console?.error(describeReport(report));
}

/** The report in the words of Twisted. */
export function describeReport(report: UnhandledFailure): string {
  const lines = ['Unhandled error in Deferred:'];
  if (report.createdAt) lines.push('made at', report.createdAt);
  if (report.firedAt) lines.push('fired at', report.firedAt);
  const frames = report.stack.split('\n').filter((line) => /^\s+at /.test(line));
  lines.push(`${report.name}: ${report.message}`, ...frames);
  return lines.join('\n');
}
