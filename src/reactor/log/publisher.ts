import { Failure } from '../../deferred/failure.ts';
import type { LogEvent, LogObserver } from './event.ts';

/** Gives each event to all its observers. Holds them until they are removed. */
export class LogPublisher {
  readonly #observers: LogObserver[];

  constructor(...observers: LogObserver[]) {
    this.#observers = observers;
  }

  /** Number of observers. */
  get size(): number {
    return this.#observers.length;
  }

  /** Once, however often it is added. */
  addObserver(observer: LogObserver): void {
    if (!this.#observers.includes(observer)) this.#observers.push(observer);
  }

  removeObserver(observer: LogObserver): void {
    const place = this.#observers.indexOf(observer);
    if (place >= 0) this.#observers.splice(place, 1);
  }

  /** An observer that throws is reported to the others. */
  publish(event: LogEvent): void {
    const observers = [...this.#observers];
    for (const observer of observers) {
      try {
        observer(event);
      } catch (thrown) {
        reportTo(
          observers.filter((one) => one !== observer),
          new Failure(thrown, true),
          observer,
        );
      }
    }
  }
}

function reportTo(others: readonly LogObserver[], failure: Failure, broken: LogObserver): void {
  const event: LogEvent = {
    time: Date.now() / 1000,
    level: 'critical',
    namespace: 'leakscan.reactor.log',
    format: 'The log observer {name} threw an error.',
    fields: { name: broken.name || 'without a name' },
    failure,
  };
  for (const other of others) {
    try {
      other(event);
    } catch {
      // Who cannot take the report of another's error has thrown at the event itself as well, and is reported for that.
    }
  }
}
