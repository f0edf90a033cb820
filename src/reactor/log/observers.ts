import type { TextStream } from '../../deferred/failure.ts';
import { formatEvent, formatEventWithFailure, type LogEvent, type LogObserver } from './event.ts';
import { isAtLeast, type LogLevel } from './level.ts';

/** Writes a line for each event, and the traceback of its failure below. */
export function textFileLogObserver(stream: TextStream): LogObserver {
  return (event) => {
    const text = formatEventWithFailure(event).replaceAll('\n', '\n\t');
    stream.write(`${isoTime(event.time)} [${event.namespace}#${event.level}] ${text}\n`);
  };
}

/** Writes each event as one line of JSON. */
export function jsonFileLogObserver(stream: TextStream): LogObserver {
  return (event) => {
    const { time, level, namespace, fields, failure } = event;
    stream.write(`${stringify({ time, level, namespace, text: formatEvent(event), fields, failure })}\n`);
  };
}

/** Gives events to the console, each to the method of its level. */
export function consoleObserver(
  target: Pick<Console, 'debug' | 'info' | 'warn' | 'error'> = console,
): LogObserver {
  return (event) => {
    const method = event.level === 'critical' ? 'error' : event.level;
    target[method](`[${event.namespace}] ${formatEventWithFailure(event)}`);
  };
}

/** Yes, no, or leave it to the next. */
export type FilterVerdict = 'yes' | 'no' | 'maybe';
export type FilterPredicate = (event: LogEvent) => FilterVerdict;

/** Passes an event on unless a predicate says no; the first that does not say maybe decides. */
export function filteringLogObserver(
  observer: LogObserver,
  predicates: Iterable<FilterPredicate>,
  negativeObserver: LogObserver = () => {},
): LogObserver {
  const all = [...predicates];
  return (event) => {
    for (const predicate of all) {
      const verdict = predicate(event);
      if (verdict === 'yes') break;
      if (verdict === 'no') {
        negativeObserver(event);
        return;
      }
    }
    observer(event);
  };
}

/** Levels by namespace: that of `a.b` counts for `a.b.c`, unless this has its own. */
export class LogLevelFilterPredicate {
  readonly #defaultLevel: LogLevel;
  readonly #levelByNamespace = new Map<string, LogLevel>();

  constructor(defaultLevel: LogLevel = 'info') {
    this.#defaultLevel = defaultLevel;
  }

  setLogLevelForNamespace(namespace: string, level: LogLevel): void {
    this.#levelByNamespace.set(namespace, level);
  }

  clearLogLevels(): void {
    this.#levelByNamespace.clear();
  }

  logLevelForNamespace(namespace: string): LogLevel {
    for (let name = namespace; name !== ''; name = name.slice(0, Math.max(0, name.lastIndexOf('.')))) {
      const level = this.#levelByNamespace.get(name);
      if (level) return level;
    }
    return this.#levelByNamespace.get('') ?? this.#defaultLevel;
  }

  /** For `filteringLogObserver`. */
  readonly predicate: FilterPredicate = (event) =>
    isAtLeast(event.level, this.logLevelForNamespace(event.namespace)) ? 'maybe' : 'no';
}

/** Keeps the last events; the failures in them are cleaned, so that they hold no frames. */
export class LimitedHistoryLogObserver {
  readonly #size: number;
  readonly #events: LogEvent[] = [];

  constructor(size = 100) {
    this.#size = size;
  }

  readonly observe: LogObserver = (event) => {
    event.failure?.cleanFailure();
    this.#events.push(event);
    if (this.#events.length > this.#size) this.#events.shift();
  };

  replayTo(observer: LogObserver): void {
    for (const event of [...this.#events]) observer(event);
  }

  clear(): void {
    this.#events.length = 0;
  }
}

function isoTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}

/** As JSON.stringify; what JSON does not know is written as text. */
function stringify(value: unknown): string {
  const above = new Set<unknown>();
  const plain = (one: unknown): unknown => {
    if (typeof one === 'bigint' || typeof one === 'symbol' || typeof one === 'function') return String(one);
    if (typeof one !== 'object' || one === null) return one;
    if (above.has(one)) return '(circular)';
    above.add(one);
    const { toJSON } = one as { toJSON?: () => unknown };
    const source = typeof toJSON === 'function' ? toJSON.call(one) : one;
    const copy =
      typeof source !== 'object' || source === null
        ? source
        : Array.isArray(source)
          ? source.map(plain)
          : Object.fromEntries(Object.entries(source).map(([key, member]) => [key, plain(member)]));
    above.delete(one);
    return copy;
  };
  return JSON.stringify(plain(value));
}
