import { describe, expect, test, vi } from 'vitest';
import { Deferred, Failure, logError } from '../../src/deferred/index.ts';
import {
  consoleObserver,
  filteringLogObserver,
  flushLoggedErrors,
  formatEvent,
  formatEventWithFailure,
  globalLogBeginner,
  globalLogPublisher,
  jsonFileLogObserver,
  LimitedHistoryLogObserver,
  type LogEvent,
  Logger,
  LogLevelFilterPredicate,
  LogPublisher,
  log,
  textFileLogObserver,
  watchLoggedErrors,
} from '../../src/reactor/index.ts';

function gather(): { events: LogEvent[]; logger: Logger; publisher: LogPublisher } {
  const events: LogEvent[] = [];
  const publisher = new LogPublisher((event) => events.push(event));
  return { events, publisher, logger: new Logger('a.b', publisher) };
}

describe('2.9 globalLogPublisher, globalLogBeginner.beginLoggingTo, LogPublisher, FilteringLogObserver, LogLevelFilterPredicate, textFileLogObserver, jsonFileLogObserver', () => {
  test('events before logging begins are kept and replayed, critical ones go to standard error', () => {
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    log.msg('early');
    log.err(new Error('early error'), 'why it is told');
    const texts: string[] = [];
    const observer = (event: LogEvent) => texts.push(formatEvent(event));
    globalLogBeginner.beginLoggingTo([observer]);
    log.msg('late');
    expect(texts).toEqual(['early', 'why it is told', 'late']);
    const errors = write.mock.calls.map(([text]) => String(text)).join('');
    expect(errors).toMatch(/why it is told[\s\S]*early error/);
    expect(errors).not.toContain('late');
    write.mockRestore();
    globalLogBeginner.beginLoggingTo([]);
    globalLogPublisher.removeObserver(observer);
  });

  test('an observer that throws is reported and the others still run', () => {
    const { events, publisher, logger } = gather();
    publisher.addObserver(function broken() {
      throw new Error('of the observer');
    });
    publisher.addObserver(() => {
      throw new Error('of another');
    });
    logger.info('hello');
    expect(events.map((event) => formatEventWithFailure(event).split('\n')[0])).toEqual([
      'hello',
      'The log observer broken threw an error.',
      'The log observer without a name threw an error.',
    ]);
  });

  test('levels by namespace', () => {
    const { events, logger } = gather();
    for (const level of ['debug', 'warn'] as const) logger[level](level);
    const levels = new LogLevelFilterPredicate('warn');
    levels.setLogLevelForNamespace('a', 'critical');
    levels.setLogLevelForNamespace('a.b', 'debug');
    expect([levels.logLevelForNamespace('a.b.c'), levels.logLevelForNamespace('a.x')]).toEqual([
      'debug',
      'critical',
    ]);
    expect(levels.logLevelForNamespace('other')).toBe('warn');
    levels.clearLogLevels();
    const passed: string[] = [];
    const refused: string[] = [];
    const observe = filteringLogObserver(
      (event) => passed.push(event.level),
      [levels.predicate],
      (event) => refused.push(event.level),
    );
    for (const event of events) observe(event);
    expect([passed, refused]).toEqual([['warn'], ['debug']]);
    const all = filteringLogObserver((event) => passed.push(event.level), [() => 'yes', () => 'no']);
    all(events[0] as LogEvent);
    expect(passed).toEqual(['warn', 'debug']);
  });

  test('text and JSON', () => {
    const { events, logger } = gather();
    logger.info('{a} and {b}', { a: 1, b: 'two', big: 10n, f: gather, none: undefined });
    const circle: Record<string, unknown> = {};
    circle.itself = circle;
    logger.failure('failed', new Error('why'), 'error', { circle, list: [circle, null] });
    let text = '';
    const stream = {
      write: (more: string) => {
        text += more;
      },
    };
    for (const event of events) textFileLogObserver(stream)(event);
    expect(text).toMatch(
      /^\d{4}-\d\d-\d\dT[\d:.]+Z \[a\.b#info\] 1 and two\n.*\[a\.b#error\] failed\n\tTraceback/,
    );
    text = '';
    for (const event of events) jsonFileLogObserver(stream)(event);
    const [first, second] = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(first).toMatchObject({
      level: 'info',
      namespace: 'a.b',
      text: '1 and two',
      fields: { big: '10' },
    });
    expect(second).toMatchObject({
      failure: { name: 'Error', message: 'why' },
      fields: { circle: { itself: '(circular)' }, list: [{ itself: '(circular)' }, null] },
    });
  });
});

describe('2.9 log.msg, log.err(failure, why), log.deferr', () => {
  test('failures of the runtime, and those that are told by hand', () => {
    const stopWatching = watchLoggedErrors();
    log.err(new Failure(new RangeError('a')));
    const failed = new Deferred<void>();
    failed.addErrback(log.deferr);
    failed.errback(new RangeError('b'));
    logError(new Failure(new RangeError('c')));
    expect(flushLoggedErrors(RangeError).map((failure) => failure.getErrorMessage())).toEqual([
      'a',
      'b',
      'c',
    ]);
    expect(failed.result).toBe(undefined);
    stopWatching();
  });
});

describe('2.9 log.addObserver, removeObserver, startLogging(stream), FileLogObserver, callWithLogger, callWithContext', () => {
  test('observers come and go; a context is told with what is logged in it', () => {
    const events: LogEvent[] = [];
    const observer = (event: LogEvent) => events.push(event);
    log.addObserver(observer);
    log.addObserver(observer);
    const result = log.callWithContext(
      { system: 'server', request: 5 },
      (x: number) => {
        log.msg('inside');
        return 2 * x;
      },
      21,
    );
    log.msg('outside');
    const named = { logPrefix: () => 'Echo' };
    const stopWatching = watchLoggedErrors();
    expect(log.callWithLogger(named, () => 'done')).toBe('done');
    const failed = log.callWithLogger(named, () => {
      throw new Error('caught');
    });
    expect(flushLoggedErrors()).toHaveLength(1);
    stopWatching();
    log.removeObserver(observer);
    log.removeObserver(observer);
    log.msg('unheard');
    expect([result, failed]).toEqual([42, undefined]);
    expect(events.map(({ namespace, format }) => [namespace, format])).toEqual([
      ['server', 'inside'],
      ['-', 'outside'],
      ['Echo', ''],
    ]);
    expect(events[0]?.fields).toEqual({ system: 'server', request: 5 });
  });

  test('startLogging writes to a stream', () => {
    let text = '';
    const observer = log.startLogging({
      write: (more: string) => {
        text += more;
      },
    });
    log.msg('to the stream');
    log.removeObserver(observer);
    expect(text).toContain('[-#info] to the stream\n');
  });
});

describe('2.9 logger.Logger(namespace): debug, info, warn, error, critical, failure(text, failure), levels', () => {
  test('each level, and a failure with what was thrown', () => {
    const { events, logger } = gather();
    for (const level of ['debug', 'info', 'warn', 'error', 'critical'] as const)
      logger[level](`{x} ${level}`, { x: 1 });
    logger.failure('text', 'thrown');
    expect(events.map(formatEvent)).toEqual(['1 debug', '1 info', '1 warn', '1 error', '1 critical', 'text']);
    expect(events.at(-1)).toMatchObject({ level: 'critical', failure: { value: 'thrown' } });
    expect(formatEvent({ ...events[0], format: '{y} {toString}' } as LogEvent)).toBe('{y} {toString}');
  });
});

describe('2.9 LimitedHistoryLogObserver', () => {
  test('keeps the last events, with cleaned failures', () => {
    const history = new LimitedHistoryLogObserver(2);
    const { publisher, logger } = gather();
    publisher.addObserver(history.observe);
    logger.info('one');
    logger.info('two');
    logger.failure('three', new Error('x'));
    const replayed: LogEvent[] = [];
    history.replayTo((event) => replayed.push(event));
    expect(replayed.map(formatEvent)).toEqual(['two', 'three']);
    expect(replayed[1]?.failure?.leakscanStack).toContain('Error: x');
    history.clear();
    history.replayTo((event) => replayed.push(event));
    expect(replayed).toHaveLength(2);
  });
});

describe('2.9 PythonLoggingObserver', () => {
  test('each event goes to the method of its level', () => {
    const calls: [string, string][] = [];
    const method = (name: string) => (text: string) => calls.push([name, text]);
    const target = {
      debug: method('debug'),
      info: method('info'),
      warn: method('warn'),
      error: method('error'),
    };
    const { publisher, logger } = gather();
    publisher.addObserver(consoleObserver(target as unknown as Console));
    for (const level of ['debug', 'info', 'warn', 'error', 'critical'] as const) logger[level]('x');
    expect(calls.map(([name]) => name)).toEqual(['debug', 'info', 'warn', 'error', 'error']);
    expect(calls[0]?.[1]).toBe('[a.b] x');
  });
});

describe('2.11 logging (standard library)', () => {
  test('consoleObserver takes the console by default', () => {
    const info = vi.spyOn(console, 'info').mockReturnValue(undefined);
    const { publisher, logger } = gather();
    publisher.addObserver(consoleObserver());
    logger.info('to the console');
    expect(info).toHaveBeenCalledWith('[a.b] to the console');
    info.mockRestore();
  });
});
