import { spawnSync } from 'node:child_process';
import { describe, expect, test, vi } from 'vitest';
import {
  AlreadyCalled,
  AlreadyCancelled,
  Deferred,
  type DelayedCall,
  defaultClock,
  fail,
  LoopingCall,
  ReactorNotRunning,
  succeed,
} from '../../src/deferred/index.ts';
import {
  createReactor,
  DNSLookupError,
  flushLoggedErrors,
  KeyError,
  reactor as processReactor,
  ReactorAlreadyRunning,
  ReactorNotRestartable,
  react,
  watchLoggedErrors,
} from '../../src/reactor/index.ts';
import { reactorOfTest, turns, until, when } from './support.ts';

const ofTest = reactorOfTest();

describe('2.4 reactor (global)', () => {
  test('there is one for the process, which is the default clock, and others on request', () => {
    expect(defaultClock()).toBe(processReactor);
    expect(new LoopingCall(() => {}).clock).toBe(processReactor);
    expect(createReactor()).not.toBe(createReactor());
  });
});

describe('2.4 run, stop, crash, iterate, running', () => {
  test('run starts at once and ends after stop, when the triggers of shutdown have run', async () => {
    const { reactor } = ofTest;
    const events: string[] = [];
    reactor.callWhenRunning(() => events.push('running'));
    reactor.addSystemEventTrigger('before', 'shutdown', () => events.push('shutdown'));
    const ended = reactor.run();
    expect([reactor.running, ...events]).toEqual([true, 'running']);
    reactor.stop();
    expect(events).toEqual(['running']);
    await ended;
    expect([reactor.running, ...events]).toEqual([false, 'running', 'shutdown']);
  });

  test('misuse: stopping what does not run, running twice, running again', async () => {
    const { reactor } = ofTest;
    expect(() => reactor.stop()).toThrow(ReactorNotRunning);
    const ended = reactor.run();
    expect(() => reactor.run()).toThrow(ReactorAlreadyRunning);
    reactor.stop();
    expect(() => reactor.stop()).toThrow(ReactorNotRunning);
    await ended;
    expect(() => reactor.stop()).toThrow(ReactorNotRunning);
    expect(() => reactor.run()).toThrow(ReactorNotRestartable);
  });

  test('crash ends it without the triggers, and it may run again', async () => {
    const { reactor } = ofTest;
    let shutdowns = 0;
    reactor.addSystemEventTrigger('before', 'shutdown', () => {
      shutdowns += 1;
    });
    const crashed = reactor.run();
    reactor.crash();
    await crashed;
    expect([reactor.running, shutdowns]).toEqual([false, 0]);
    const stopped = reactor.run();
    expect(reactor.running).toBe(true);
    reactor.stop();
    await stopped;
    expect(shutdowns).toBe(1);
  });

  test('a signal stops it, and its handlers are gone afterwards', async () => {
    const { reactor } = ofTest;
    const before = process.listenerCount('SIGTERM');
    const ended = reactor.run();
    expect(process.listenerCount('SIGTERM')).toBe(before + 1);
    process.emit('SIGTERM');
    process.emit('SIGTERM');
    await ended;
    expect(process.listenerCount('SIGTERM')).toBe(before);
  });

  test('installSignalHandlers: false leaves the signals alone', async () => {
    const { reactor } = ofTest;
    const before = process.listenerCount('SIGINT');
    const ended = reactor.run({ installSignalHandlers: false });
    expect(process.listenerCount('SIGINT')).toBe(before);
    reactor.stop();
    await ended;
  });
});

describe('2.4 run, in a program', () => {
  const program = (script: string) => {
    const library = new URL('../../dist/reactor/index.js', import.meta.url).href;
    const text = `import { reactor } from '${library}'; ${script}`;
    return spawnSync(process.execPath, ['--input-type=module', '-e', text], {
      encoding: 'utf8',
      timeout: 20_000,
    });
  };

  test('keeps the process until stop, and delayed calls no longer do after it', () => {
    const { stdout, status } = program(`
      setTimeout(() => reactor.stop(), 50).unref();
      reactor.callLater(1000, () => {});
      await reactor.run();
      console.log('ended');
    `);
    expect([stdout, status]).toEqual(['ended\n', 0]);
  });

  test('without run delayed calls keep the process and are made', () => {
    const { stdout, status } = program("reactor.callLater(0.01, () => console.log('made'))");
    expect([stdout, status]).toEqual(['made\n', 0]);
  });
});

describe('2.4 callWhenRunning(f, ...)', () => {
  test('calls at start-up, or at once when it runs', async () => {
    const { reactor } = ofTest;
    const calls: string[] = [];
    const trigger = reactor.callWhenRunning((name) => calls.push(name), 'late');
    const removed = reactor.callWhenRunning(() => calls.push('never'));
    expect(trigger).not.toBe(null);
    if (removed) reactor.removeSystemEventTrigger(removed);
    const ended = reactor.run();
    expect(reactor.callWhenRunning((name) => calls.push(name), 'now')).toBe(null);
    expect(calls).toEqual(['late', 'now']);
    reactor.stop();
    await ended;
  });
});

describe('2.4 addSystemEventTrigger(phase, event, f, ...), removeSystemEventTrigger, fireSystemEvent', () => {
  test('during waits for the Deferreds of before, after comes last', () => {
    const { reactor } = ofTest;
    const order: string[] = [];
    const wait = new Deferred<void>();
    reactor.addSystemEventTrigger('after', 'x', () => order.push('after'));
    reactor.addSystemEventTrigger('during', 'x', (what) => order.push(what), 'during');
    reactor.addSystemEventTrigger('before', 'x', () => {
      order.push('before 1');
      return wait;
    });
    reactor.addSystemEventTrigger('before', 'x', () => order.push('before 2'));
    reactor.fireSystemEvent('x');
    expect(order).toEqual(['before 1', 'before 2']);
    wait.callback(undefined);
    expect(order).toEqual(['before 1', 'before 2', 'during', 'after']);
    reactor.fireSystemEvent('x');
    expect(order).toHaveLength(4);
  });

  test('an error in a trigger is logged and the rest goes on', () => {
    const { reactor } = ofTest;
    const stopWatching = watchLoggedErrors();
    const order: string[] = [];
    for (const phase of ['before', 'during', 'after'] as const) {
      reactor.addSystemEventTrigger(phase, 'x', () => {
        throw new Error(phase);
      });
      reactor.addSystemEventTrigger(phase, 'x', () => order.push(phase));
    }
    reactor.fireSystemEvent('x');
    expect(order).toEqual(['before', 'during', 'after']);
    expect(flushLoggedErrors().map((failure) => failure.getErrorMessage())).toEqual(order);
    stopWatching();
  });

  test('misuse: another phase, a trigger that is gone', () => {
    const { reactor } = ofTest;
    expect(() => reactor.addSystemEventTrigger('soon' as 'before', 'x', () => {})).toThrow(KeyError);
    const trigger = reactor.addSystemEventTrigger('before', 'x', () => {});
    reactor.removeSystemEventTrigger(trigger);
    expect(() => reactor.removeSystemEventTrigger(trigger)).toThrow(RangeError);
  });
});

describe('2.4 seconds()', () => {
  test('goes on and never back', async () => {
    const { reactor } = ofTest;
    const first = reactor.seconds();
    await until(() => reactor.seconds() > first);
    expect(reactor.seconds()).toBeGreaterThan(first);
  });
});

describe('2.4 callLater(delay, f, ...)', () => {
  test('runs what is due in order of time, equals in the order in which they were added', async () => {
    const { reactor } = ofTest;
    const order: string[] = [];
    reactor.callLater(0.01, (name) => order.push(name), 'later');
    reactor.callLater(0, (name) => order.push(name), 'first');
    reactor.callLater(0, (name) => order.push(name), 'second');
    expect(order).toEqual([]);
    await until(() => order.length === 3);
    expect(order).toEqual(['first', 'second', 'later']);
  });

  test('an error is logged and the next one runs', async () => {
    const { reactor } = ofTest;
    const stopWatching = watchLoggedErrors();
    let ran = false;
    reactor.callLater(0, () => {
      throw new Error('in a call');
    });
    reactor.callLater(0, () => {
      ran = true;
    });
    await until(() => ran);
    expect(flushLoggedErrors(Error)).toHaveLength(1);
    stopWatching();
  });

  test('a call that schedules another without delay lets others have their turn', async () => {
    const { reactor } = ofTest;
    let calls = 0;
    const again = (): void => {
      calls += 1;
      if (!isOver) reactor.callLater(0, again);
    };
    let isOver = false;
    again();
    await turns(5);
    expect(calls).toBeGreaterThan(2);
    expect(calls).toBeLessThan(20);
    isOver = true;
    await turns(2);
  });

  test('refuses what is no delay', () => {
    expect(() => ofTest.reactor.callLater(-1, () => {})).toThrow(RangeError);
    expect(() => ofTest.reactor.callLater(Number.NaN, () => {})).toThrow(RangeError);
  });

  test('one timer serves all calls', () => {
    const { reactor } = ofTest;
    const set = vi.spyOn(globalThis, 'setTimeout');
    const calls = Array.from({ length: 100 }, (_, i) => reactor.callLater(1000 + i, () => {}));
    expect(set).toHaveBeenCalledTimes(1);
    for (const call of calls) call.cancel();
    set.mockRestore();
  });

  test('a far call does not run at once', async () => {
    const { reactor } = ofTest;
    let ran = false;
    const call = reactor.callLater(2 ** 32, () => {
      ran = true;
    });
    await turns(3);
    expect(ran).toBe(false);
    call.cancel();
  });
});

describe('2.4 DelayedCall: cancel, reset, delay, active, getTime', () => {
  test('moved calls run in the order of their new times', async () => {
    const { reactor } = ofTest;
    const order: string[] = [];
    const add = (seconds: number, name: string) => reactor.callLater(seconds, () => order.push(name));
    const a = add(0.001, 'a');
    const b = add(500, 'b');
    const c = add(0.002, 'c');
    const gone = add(0, 'gone');
    gone.cancel();
    b.delay(-500);
    a.reset(0.02);
    await until(() => order.length === 3);
    expect(order).toEqual(['b', 'c', 'a']);
    expect([a.active(), gone.active()]).toEqual([false, false]);
    expect(() => gone.cancel()).toThrow(AlreadyCancelled);
    expect(() => c.reset(1)).toThrow(AlreadyCalled);
  });

  test('cancel drops function and arguments at once', () => {
    const call = ofTest.reactor.callLater(10, (_kept: object) => {}, {});
    call.cancel();
    expect([call.f, call.args]).toEqual([null, []]);
  });
});

describe('2.4 getDelayedCalls()', () => {
  test('gives what is pending, and that only', () => {
    const { reactor } = ofTest;
    const calls: DelayedCall[] = [3, 1, 2].map((seconds) => reactor.callLater(seconds, () => {}));
    calls[0]?.cancel();
    expect(new Set(reactor.getDelayedCalls())).toEqual(new Set(calls.slice(1)));
    for (const call of calls.slice(1)) call.cancel();
    expect(reactor.getDelayedCalls()).toEqual([]);
  });
});

describe('2.4 callFromThread(f, ...)', () => {
  test('queues, runs in order, and an error does not stop the next', async () => {
    const { reactor } = ofTest;
    const stopWatching = watchLoggedErrors();
    const order: number[] = [];
    reactor.callFromThread((n) => order.push(n), 1);
    reactor.callFromThread(() => {
      throw new Error('from a thread');
    });
    reactor.callFromThread((n) => order.push(n), 2);
    expect(order).toEqual([]);
    await turns(2);
    expect(order).toEqual([1, 2]);
    expect(flushLoggedErrors()).toHaveLength(1);
    stopWatching();
  });
});

describe('2.4 resolve(name), nameResolver, installResolver', () => {
  test('finds an address, and fails with DNSLookupError when there is none', async () => {
    const { reactor } = ofTest;
    expect(await when(reactor.resolve('127.0.0.1'))).toBe('127.0.0.1');
    expect(await when(reactor.resolve('localhost'))).toMatch(/^127\.|^::1$/);
    await expect(when(reactor.resolve('no-such-host.invalid'))).rejects.toBeInstanceOf(DNSLookupError);
  });

  test('another resolver is asked once it is installed', async () => {
    const { reactor } = ofTest;
    const before = reactor.installResolver({ getHostByName: (name) => succeed(`of ${name}`) });
    expect(await when(reactor.resolve('x'))).toBe('of x');
    reactor.installResolver(before);
    expect(await when(reactor.resolve('::1'))).toBe('::1');
  });
});

describe('2.3 react(main, argv, reactor)', () => {
  test('runs a real reactor until main is done', async () => {
    const codeBefore = process.exitCode;
    const { reactor } = ofTest;
    const code = await when(
      react(
        (on: typeof reactor, word: string) => {
          const done = new Deferred<string>();
          on.callLater(0.001, () => done.callback(word));
          return done;
        },
        ['hello'],
        reactor,
      ),
    );
    expect([code, reactor.running]).toEqual([0, false]);
    process.exitCode = codeBefore;
  });

  test('a failure is logged and gives 1', async () => {
    const codeBefore = process.exitCode;
    const stopWatching = watchLoggedErrors();
    expect(await when(react(() => fail(new Error('of main')), [], createReactor()))).toBe(1);
    expect(flushLoggedErrors(Error)).toHaveLength(1);
    stopWatching();
    process.exitCode = codeBefore;
  });
});
