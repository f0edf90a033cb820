import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { Deferred, deferLater, fail, succeed } from '../../src/deferred/index.ts';
import {
  AccumulatingProtocol,
  Agent,
  assertCleanReactor,
  assertFailure,
  assertNoResult,
  ClientFactory,
  createReactor,
  DirtyReactorAggregateError,
  deferredBody,
  deferredTestWith,
  Factory,
  FailTest,
  failureResultOf,
  flushLoggedErrors,
  log,
  MemoryReactor,
  MemoryReactorClock,
  Monitor,
  type MonitorReport,
  Protocol,
  reactor as processReactor,
  prometheusText,
  ReactorNotRunning,
  RuntimeError,
  readBody,
  ServerFactory,
  StringTransport,
  StringTransportWithDisconnection,
  successResultOf,
  watchLoggedErrors,
} from '../../src/reactor/index.ts';
import { portOf, reactorOfTest, until, when } from './support.ts';

const ofTest = reactorOfTest();

describe('2.8 successResultOf(d), failureResultOf(d, ...classes), assertNoResult(d)', () => {
  test('they take result and failure away', () => {
    const good = succeed(3);
    expect([successResultOf(good), good.result]).toEqual([3, undefined]);
    const bad = fail(new RangeError('x'));
    expect(failureResultOf(bad, RangeError).getErrorMessage()).toBe('x');
    expect(bad.result).toBe(undefined);
    const open = new Deferred();
    assertNoResult(open);
    open.callback(1);
    expect(open.result).toBe(1);
  });

  test('FailTest otherwise', () => {
    expect(() => successResultOf(new Deferred())).toThrow(FailTest);
    expect(() => successResultOf(fail(new Error('x')))).toThrow(/has failed/);
    expect(() => failureResultOf(succeed(1))).toThrow(/has the value 1/);
    expect(() => failureResultOf(fail(new Error('x')), TypeError, 'RangeError')).toThrow(
      /TypeError or RangeError/,
    );
    const failed = fail(new Error('x'));
    expect(() => assertNoResult(failed)).toThrow(FailTest);
    expect(failed.result).toBe(undefined);
  });
});

describe('2.8 assertFailure(d, ...classes)', () => {
  test('a Deferred of the error', async () => {
    const error = new RangeError('x');
    expect(await when(assertFailure(fail(error), TypeError, RangeError))).toBe(error);
    await expect(when(assertFailure(succeed(1), RangeError))).rejects.toBeInstanceOf(FailTest);
    await expect(when(assertFailure(fail(new Error('x')), RangeError))).rejects.toBeInstanceOf(FailTest);
  });
});

describe('2.8 flushLoggedErrors(...classes)', () => {
  test('gives back and forgets the failures of logged errors, by class', () => {
    const stopWatching = watchLoggedErrors();
    const stopAgain = watchLoggedErrors();
    log.err(new RangeError('a'));
    log.err(new TypeError('b'));
    log.msg('no error');
    expect(flushLoggedErrors(RangeError)).toHaveLength(1);
    stopAgain();
    stopAgain();
    expect(flushLoggedErrors().map(({ value }) => (value as Error).name)).toEqual(['TypeError']);
    log.err(new Error('forgotten'));
    stopWatching();
    expect(flushLoggedErrors()).toEqual([]);
  });
});

describe('2.8 TestCase: tests, setUp and tearDown may return deferreds; timeout; addCleanup', () => {
  const run = (f: () => unknown, options = {}) => deferredBody(f, { reactor: ofTest.reactor, ...options })();

  test('waits for Deferreds and promises', async () => {
    let isDone = false;
    await run(() =>
      deferLater(ofTest.reactor, 0.001, () => {
        isDone = true;
      }),
    );
    expect(isDone).toBe(true);
    await run(async () => 'a promise');
    await expect(run(() => fail(new RangeError('of the test')))).rejects.toThrow('of the test');
    await expect(
      run(() => {
        throw new RangeError('at once');
      }),
    ).rejects.toThrow('at once');
  });

  test('a Deferred that does not come in fails the test', async () => {
    await expect(run(() => new Deferred(), { timeout: 0.001 })).rejects.toThrow(/within 0.001 seconds/);
  });

  test('registers with the runner it is given', async () => {
    const registered: [string, () => Promise<void>][] = [];
    deferredTestWith((name, body) => registered.push([name, body]))('a test', () => succeed(1), {
      reactor: ofTest.reactor,
    });
    expect(registered[0]?.[0]).toBe('a test');
    await registered[0]?.[1]();
  });
});

describe('2.8 deferredTest under vitest', () => {
  const deferredTest = deferredTestWith(test);

  deferredTest('waits for the Deferred of a test', () =>
    deferLater(processReactor, 0.001, () => expect(processReactor.getDelayedCalls()).toHaveLength(1)),
  );
});

describe('2.8 deferredTest under node:test', () => {
  test('passes and fails as the Deferred does', () => {
    const folder = mkdtempSync(join(tmpdir(), 'leakscan-node-test-'));
    const library = new URL('../../dist/reactor/index.js', import.meta.url).href;
    const script = join(folder, 'sample.test.mjs');
    writeFileSync(
      script,
      `import { deferredTest, reactor } from '${library}';
       import { deferLater, fail } from '${new URL('../../dist/deferred/index.js', import.meta.url).href}';
       deferredTest('good', () => deferLater(reactor, 0.001));
       deferredTest('bad', () => fail(new Error('as it should')));
       deferredTest('dirty', () => { reactor.callLater(1000, function forgotten() {}); });
       deferredTest('clean again', () => {});`,
    );
    const environment = { ...process.env };
    delete environment.NODE_TEST_CONTEXT;
    const { stdout } = spawnSync(process.execPath, ['--test-reporter=tap', script], {
      encoding: 'utf8',
      env: environment,
    });
    rmSync(folder, { recursive: true });
    expect(stdout.match(/^(not )?ok \d+ - .*$/gm)).toEqual([
      'ok 1 - good',
      'not ok 2 - bad',
      'not ok 3 - dirty',
      'ok 4 - clean again',
    ]);
    expect(stdout).toContain('delayed call of forgotten');
  });
});

describe('2.8 trial command, reporters, `--until-failure`, `--force-gc`', () => {
  test('forceGC collects before and after each test', async () => {
    const collected: string[] = [];
    const registry = new FinalizationRegistry((name: string) => collected.push(name));
    registry.register({}, 'before');
    const body = deferredBody(
      () => {
        registry.register({}, 'after');
        expect(collected).toEqual(['before']);
      },
      { reactor: ofTest.reactor, forceGC: true },
    );
    await body();
    expect(collected).toEqual(['before', 'after']);
  });
});

describe('2.8 unhandled failures', () => {
  test('a failure that nobody took, or that was logged and not flushed, fails the test', async () => {
    const kept: unknown[] = [];
    const body = deferredBody(() => void kept.push(fail(new RangeError('nobody took it'))), {
      reactor: ofTest.reactor,
    });
    await expect(body()).rejects.toThrow(/Unhandled error in Deferred[\s\S]*nobody took it/);
    (kept[0] as Deferred<never>).addErrback(() => {});
    const logging = deferredBody(() => {
      log.err(new Error('first'));
      log.err(new Error('second'));
    });
    await expect(logging()).rejects.toThrow(/and 1 more[\s\S]*first/);
    await deferredBody(() => {
      log.err(new Error('meant'));
      expect(flushLoggedErrors()).toHaveLength(1);
    })();
  });
});

describe('2.8 dirty reactor check (DirtyReactorAggregateError)', () => {
  test('names what is left, and cancels and closes it', async () => {
    const reactor = createReactor();
    const call = reactor.callLater(100, function lateCall() {});
    reactor.callLater(100, () => {});
    const factory = ServerFactory.forProtocol(Protocol);
    factory.noisy = false;
    const port = reactor.listenTCP(0, factory, { interface: '127.0.0.1' });
    const number = await portOf(port);
    const client = new ClientFactory();
    client.noisy = false;
    client.protocol = Protocol;
    reactor.connectTCP('127.0.0.1', number, client);
    await until(() => reactor.openThings().connections.length === 2);
    reactor.connectTCP('192.0.2.1', 9, client);
    let thrown: unknown;
    try {
      assertCleanReactor(reactor);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(DirtyReactorAggregateError);
    const text = (thrown as Error).message;
    expect(text).toMatch(/delayed call of lateCall in \d+\.\d+ s/);
    expect(text).toContain('delayed call of an anonymous function');
    expect(text).toContain(`port 127.0.0.1:${number} is open`);
    expect(text).toMatch(/connection from 127\.0\.0\.1:\d+ to 127\.0\.0\.1:\d+ is open/);
    expect(text).toContain('connecting to 192.0.2.1:9');
    await until(() => reactor.openThings().connections.length === 0);
    expect(call.active()).toBe(false);
    assertCleanReactor(reactor);
  });

  test('can be a warning', async () => {
    const reactor = createReactor();
    const warn = vi.spyOn(process, 'emitWarning').mockReturnValue(undefined);
    await deferredBody(() => void reactor.callLater(50, () => {}), { reactor, uncleanWarnings: true })();
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('delayed call'), 'DirtyReactorWarning');
    warn.mockRestore();
  });
});

describe('2.8 StringTransport, StringTransportWithDisconnection, MemoryReactor, MemoryReactorClock, AccumulatingProtocol', () => {
  test('StringTransport keeps what is written', () => {
    const transport = new StringTransport();
    transport.write('a');
    transport.writeSequence([Buffer.from('b'), 'c']);
    expect(String(transport.value())).toBe('abc');
    transport.clear();
    expect(transport.value()).toHaveLength(0);
    const producer = { resumeProducing: () => {}, stopProducing: () => {} };
    transport.registerProducer(producer, false);
    expect(() => transport.registerProducer(producer, false)).toThrow(RuntimeError);
    transport.unregisterProducer();
    expect(() => transport.unregisterProducer()).toThrow(RuntimeError);
    transport.stopProducing();
    expect(() => transport.resumeProducing()).toThrow(RuntimeError);
  });

  test('StringTransportWithDisconnection tells its protocol', () => {
    for (const end of ['loseConnection', 'abortConnection'] as const) {
      const protocol = new AccumulatingProtocol();
      const transport = new StringTransportWithDisconnection();
      transport.protocol = protocol;
      protocol.makeConnection(transport);
      protocol.dataReceived(Buffer.from('x'));
      transport[end]();
      transport.loseConnection();
      expect([protocol.made, String(protocol.data), protocol.closed]).toEqual([true, 'x', true]);
      expect(protocol.closedReason?.value).toMatchObject({
        name: end === 'loseConnection' ? 'ConnectionDone' : 'ConnectionAborted',
      });
    }
  });

  test('MemoryReactor remembers, MemoryReactorClock has time as well', () => {
    const reactor = new MemoryReactorClock();
    const events: string[] = [];
    const factory = Factory.forProtocol(Protocol);
    const client = ClientFactory.forProtocol(Protocol);
    const port = reactor.listenTCP(80, factory);
    reactor.listenTLS(443, factory, {});
    reactor.listenUNIX('/x', factory);
    const connector = reactor.connectTCP('host', 1, client);
    reactor.connectTLS('host', 2, client);
    reactor.connectUNIX('/y', client);
    expect([reactor.tcpServers, reactor.tlsServers, reactor.unixServers].map((all) => all.length)).toEqual([
      1, 1, 1,
    ]);
    expect([reactor.tcpClients, reactor.tlsClients, reactor.unixClients].map((all) => all.length)).toEqual([
      1, 1, 1,
    ]);
    expect([port.getHost(), successResultOf(port.stopListening()), port.isListening]).toEqual([
      { type: 'TCP', family: 'IPv4', host: '0.0.0.0', port: 80 },
      undefined,
      false,
    ]);
    connector.disconnect();
    expect(() => connector.stopConnecting()).toThrow(RuntimeError);
    reactor.callLater(1, () => events.push('call'));
    reactor.pump([0.5, 0.5]);
    reactor.advance(0);
    expect([reactor.seconds(), reactor.getDelayedCalls(), ...events]).toEqual([1, [], 'call']);
    const removed = reactor.addSystemEventTrigger('before', 'shutdown', () => events.push('removed'));
    reactor.removeSystemEventTrigger(removed);
    reactor.addSystemEventTrigger('before', 'shutdown', () => events.push('shutdown'));
    reactor.callWhenRunning(() => events.push('running'));
    expect(() => reactor.stop()).toThrow(ReactorNotRunning);
    reactor.run();
    expect([reactor.hasRun, reactor.hasStopped, ...events]).toEqual([
      true,
      true,
      'call',
      'running',
      'shutdown',
    ]);
    const second = new MemoryReactor();
    second.callWhenRunning(() => {
      second.callWhenRunning(() => events.push('at once'));
      second.crash();
    });
    second.run();
    expect([events.at(-1), second.hasStopped]).toEqual(['at once', false]);
  });
});

describe('7 watching a service', () => {
  test('the monitor reports to listeners, to the log, and as Prometheus text on a loopback port', async () => {
    const { reactor } = ofTest;
    const reports: MonitorReport[] = [];
    const lines: string[] = [];
    const observer = (event: { namespace: string; format: string }) => {
      if (event.namespace === 'leakscan.reactor.monitor') lines.push(event.format);
    };
    log.addObserver(observer);
    const monitor = new Monitor({ reactor, interval: 0.005, port: 0 });
    const stop = monitor.onReport((report) => reports.push(report));
    monitor.startService();
    const pending = new Deferred<void>();
    const call = reactor.callLater(100, () => pending.callback(undefined));
    await until(() => reports.length >= 3);
    expect(reports.at(-1)).toMatchObject({ openPorts: 1, openConnections: 0, queued: 0 });
    expect(reports.at(-1)?.pending).toBeGreaterThanOrEqual(1);
    expect(reports.at(-1)?.delayedCalls).toBeGreaterThanOrEqual(1);
    const number = await portOf(monitor.port as never);
    expect(monitor.port?.getHost()).toMatchObject({ host: '127.0.0.1' });
    const response = await when(new Agent(reactor).request('GET', `http://127.0.0.1:${number}/metrics`));
    const text = String(await when(readBody(response)));
    expect(response.headers['content-type']).toContain('version=0.0.4');
    for (const line of text.trim().split('\n')) {
      expect(line).toMatch(/^(# HELP \w+ .+|# TYPE \w+ gauge|leakscan_\w+ \d+)$/);
    }
    expect(text).toMatch(/^leakscan_open_connections 1$/m);
    stop();
    const before = reports.length;
    const linesBefore = lines.length;
    await until(() => lines.length > linesBefore + 1);
    expect(reports).toHaveLength(before);
    call.cancel();
    await when(monitor.stopService() as Deferred<void>);
    await until(() => reactor.openThings().connections.length === 0);
    expect(monitor.report().live).toBe(0);
    expect(prometheusText(monitor.report())).toContain('leakscan_delayed_calls 0\n');
    log.removeObserver(observer);
  });
});
