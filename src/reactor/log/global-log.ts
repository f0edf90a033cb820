import type { Failure } from '../../deferred/failure.ts';
import { setFailureLog } from '../../deferred/log-failure.ts';
import type { LogEvent, LogObserver } from './event.ts';
import {
  filteringLogObserver,
  LimitedHistoryLogObserver,
  LogLevelFilterPredicate,
  textFileLogObserver,
} from './observers.ts';
import { LogPublisher } from './publisher.ts';

/** Observers of its own that a process has before logging begins. */
const OWN_OBSERVERS = 2;

/** Events that are kept until logging begins. */
const KEPT_EVENTS = 200;

/** Where all events of the process go. */
export const globalLogPublisher = new LogPublisher();

/**
 * Begins the logging of the process. Until then the last 200 events are kept, and, as long as nobody else
 * observes, critical ones are written to standard error; then the observers get what was kept.
 */
class LogBeginner {
  readonly #history = new LimitedHistoryLogObserver(KEPT_EVENTS);
  readonly #emergency = filteringLogObserver(
    textFileLogObserver({ write: (text: string) => process.stderr.write(text) }),
    [
      new LogLevelFilterPredicate('critical').predicate,
      () => (globalLogPublisher.size > OWN_OBSERVERS ? 'no' : 'maybe'),
    ],
  );
  #begun = false;

  constructor() {
    globalLogPublisher.addObserver(this.#history.observe);
    globalLogPublisher.addObserver(this.#emergency);
  }

  /** Adds observers, and gives them what was kept unless `discardBuffer` is said. */
  beginLoggingTo(
    observers: Iterable<LogObserver>,
    options: { discardBuffer?: boolean | undefined } = {},
  ): void {
    const all = [...observers];
    if (!this.#begun) {
      this.#begun = true;
      globalLogPublisher.removeObserver(this.#history.observe);
      globalLogPublisher.removeObserver(this.#emergency);
      if (!options.discardBuffer) for (const observer of all) this.#history.replayTo(observer);
      this.#history.clear();
    }
    for (const observer of all) globalLogPublisher.addObserver(observer);
  }
}

export const globalLogBeginner = new LogBeginner();

/** Logs a failure as critical. */
function publishFailure(failure: Failure, why: string, fields: LogEvent['fields'] = {}): void {
  globalLogPublisher.publish({
    time: Date.now() / 1000,
    level: 'critical',
    namespace: 'leakscan.deferred',
    format: why,
    fields,
    failure,
  });
}

setFailureLog(publishFailure);
