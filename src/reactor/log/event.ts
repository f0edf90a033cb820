import type { Failure } from '../../deferred/failure.ts';
import type { LogLevel } from './level.ts';

/** Something that was logged. An observer that keeps events keeps the failures in them. */
export interface LogEvent {
  /** Seconds since 1970. */
  readonly time: number;
  readonly level: LogLevel;
  /** Who logged it. */
  readonly namespace: string;
  /** What happened; `{name}` stands for a field. Empty for a failure that speaks for itself. */
  readonly format: string;
  readonly fields: Readonly<Record<string, unknown>>;
  /** The error, when there is one. */
  readonly failure: Failure | null;
}

/** Takes events as they are logged. May throw: that is logged, and the others still get the event. */
export type LogObserver = (event: LogEvent) => void;

/** The text of an event, without its failure. */
export function formatEvent(event: LogEvent): string {
  return event.format.replace(/\{(\w+)\}/g, (placeholder, name: string) =>
    Object.hasOwn(event.fields, name) ? String(event.fields[name]) : placeholder,
  );
}

/** The text of an event, with its failure on the lines below. */
export function formatEventWithFailure(event: LogEvent): string {
  const text = formatEvent(event);
  if (event.failure === null) return text;
  const traceback = event.failure.getTraceback();
  return text === '' ? traceback : `${text}\n${traceback}`;
}
