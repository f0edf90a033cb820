import { Failure } from '../../deferred/failure.ts';
import type { LogEvent } from './event.ts';
import { globalLogPublisher } from './global-log.ts';
import type { LogLevel } from './level.ts';
import type { LogPublisher } from './publisher.ts';

type Fields = LogEvent['fields'];

/** Logs events under a name. `{name}` in a text stands for a field. */
export class Logger {
  readonly namespace: string;
  readonly #publisher: LogPublisher;

  constructor(namespace: string, publisher: LogPublisher = globalLogPublisher) {
    this.namespace = namespace;
    this.#publisher = publisher;
  }

  debug(text: string, fields: Fields = {}): void {
    this.emit('debug', text, fields);
  }

  info(text: string, fields: Fields = {}): void {
    this.emit('info', text, fields);
  }

  warn(text: string, fields: Fields = {}): void {
    this.emit('warn', text, fields);
  }

  error(text: string, fields: Fields = {}): void {
    this.emit('error', text, fields);
  }

  critical(text: string, fields: Fields = {}): void {
    this.emit('critical', text, fields);
  }

  /** Logs a failure, or what was thrown. */
  failure(text: string, failure: unknown, level: LogLevel = 'critical', fields: Fields = {}): void {
    this.emit(level, text, fields, failure instanceof Failure ? failure : new Failure(failure, true));
  }

  emit(level: LogLevel, format: string, fields: Fields = {}, failure: Failure | null = null): void {
    this.#publisher.publish({
      time: Date.now() / 1000,
      level,
      namespace: this.namespace,
      format,
      fields,
      failure,
    });
  }
}
