import { connect, createServer, type Socket } from 'node:net';
import { describe, expect, test, vi } from 'vitest';
import { Failure } from '../../src/deferred/index.ts';
import {
  CannotListenError,
  ClientFactory,
  ConnectionAborted,
  ConnectionDone,
  ConnectionLost,
  ConnectionRefusedError,
  type Connector,
  DNSLookupError,
  Factory,
  FileSender,
  flushLoggedErrors,
  type HalfCloseableProtocol,
  NotConnectingError,
  NotImplementedError,
  Protocol,
  ReconnectingClientFactory,
  RuntimeError,
  ServerFactory,
  type StreamTransport,
  TimeoutError,
  UserError,
  watchLoggedErrors,
} from '../../src/reactor/index.ts';
import { collectGarbage } from '../deferred/support.ts';
import { Echo, Noting, portOf, reactorOfTest, turns, until, when } from './support.ts';

const ofTest = reactorOfTest();
const loopback = { interface: '127.0.0.1' };

/** A server for protocols of this class, and those that it built. */
async function serve<P extends Protocol>(Kind: new () => P) {
  const built: P[] = [];
  class Building extends ServerFactory<P> {
    override noisy = false;
    override protocol = Kind;
    override buildProtocol(address: never): P | null {
      const protocol = super.buildProtocol(address);
      if (protocol) built.push(protocol);
      return protocol;
    }
  }
  const factory = new Building();
  const port = ofTest.reactor.listenTCP(0, factory, loopback);
  return { factory, port, built, number: await portOf(port) };
}

class NotingClient extends ClientFactory<Protocol> {
  override noisy = false;
  readonly events: string[] = [];
  readonly built: Protocol;

  constructor(protocol: Protocol) {
    super();
    this.built = protocol;
  }

  override startFactory(): void {
    this.events.push('start');
  }

  override stopFactory(): void {
    this.events.push('stop');
  }

  override startedConnecting(): void {
    this.events.push('connecting');
  }

  override buildProtocol(): Protocol | null {
    this.events.push('build');
    return this.built;
  }

  override clientConnectionFailed(_connector: Connector, reason: Failure): void {
    this.events.push(`failed ${(reason.value as Error).name}`);
  }

  override clientConnectionLost(_connector: Connector, reason: Failure): void {
    this.events.push(`lost ${(reason.value as Error).name}`);
  }
}

describe('2.5 listenTCP(port, factory, backlog=50, interface) → IListeningPort', () => {
  test('builds a protocol for each connection; stopListening leaves connections alone', async () => {
    const { factory, port, built, number } = await serve(Noting);
    expect(port.getHost()).toEqual({ type: 'TCP', family: 'IPv4', host: '127.0.0.1', port: number });
    expect(factory.numPorts).toBe(1);
    const client = connect(number, '127.0.0.1');
    client.write('hello');
    await until(() => built[0]?.events.length === 2);
    await when(port.stopListening());
    expect(factory.numPorts).toBe(0);
    client.end('bye');
    await until(() => built[0]?.events.includes('lost ConnectionDone') ?? false);
    expect(built[0]?.events).toEqual(['made', 'data hello', 'data bye', 'lost ConnectionDone']);
    expect(built[0]?.factory).toBe(factory);
  });

  test('no protocol, or a factory that throws: the connection is dropped', async () => {
    const stopWatching = watchLoggedErrors();
    for (const build of [
      () => null,
      () => {
        throw new Error('cannot build');
      },
    ]) {
      const factory = new ServerFactory();
      factory.noisy = false;
      factory.buildProtocol = build;
      const port = ofTest.reactor.listenTCP(0, factory, loopback);
      const client = connect(await portOf(port), '127.0.0.1');
      client.on('error', () => {});
      await new Promise((resolve) => client.once('close', resolve));
      await when(port.stopListening());
    }
    expect(flushLoggedErrors()).toHaveLength(1);
    stopWatching();
  });

  test('a port in use fails with CannotListenError, or that is logged', async () => {
    const { port, number } = await serve(Noting);
    const second = ofTest.reactor.listenTCP(number, new ServerFactory(), loopback);
    await expect(when(second.whenListening())).rejects.toBeInstanceOf(CannotListenError);
    await expect(when(second.whenListening())).rejects.toBeInstanceOf(CannotListenError);
    const stopWatching = watchLoggedErrors();
    ofTest.reactor.listenTCP(number, new ServerFactory(), loopback);
    let logged: Failure[] = [];
    await until(() => {
      logged = [...logged, ...flushLoggedErrors(CannotListenError)];
      return logged.length === 1;
    });
    stopWatching();
    await when(second.stopListening());
    await when(port.stopListening());
  });

  test('a port that is stopped before it was open never listens', async () => {
    const factory = new ServerFactory();
    const port = ofTest.reactor.listenTCP(0, factory, loopback);
    await when(port.stopListening());
    await turns(3);
    expect([factory.numPorts, ofTest.reactor.openThings().ports.length]).toEqual([0, 0]);
  });
});

describe('2.5 connectTCP(host, port, factory, timeout=30, bindAddress) → IConnector', () => {
  test('tells the factory of the attempt, the connection and its end', async () => {
    const { port, built, number } = await serve(Noting);
    const client = new NotingClient(new Noting());
    const connector = ofTest.reactor.connectTCP('127.0.0.1', number, client, {
      bindAddress: { host: '127.0.0.1' },
    });
    expect(connector.getDestination()).toMatchObject({ host: '127.0.0.1', port: number });
    expect(client.events).toEqual(['start', 'connecting']);
    expect(() => connector.connect()).toThrow(RuntimeError);
    await until(() => built.length === 1 && client.events.length === 3);
    connector.disconnect();
    await until(() => client.events.includes('stop'));
    expect(client.events).toEqual(['start', 'connecting', 'build', 'lost ConnectionDone', 'stop']);
    expect((client.built as Noting).events).toEqual(['made', 'lost ConnectionDone']);
    await until(() => built[0]?.events.includes('lost ConnectionDone') ?? false);
    expect(() => connector.stopConnecting()).toThrow(NotConnectingError);
    await when(port.stopListening());
  });

  test('a refused connection, a name without address, a timeout, an end by the program', async () => {
    const { port, number } = await serve(Noting);
    await when(port.stopListening());
    const failures: unknown[] = [];
    class Failing extends ClientFactory {
      override noisy = false;
      override clientConnectionFailed(_connector: Connector, reason: Failure): void {
        failures.push(reason.value);
      }
    }
    ofTest.reactor.connectTCP('127.0.0.1', number, new Failing());
    await until(() => failures.length === 1);
    ofTest.reactor.connectTCP('no-such-host.invalid', 1, new Failing());
    await until(() => failures.length === 2);
    ofTest.reactor.connectTCP('192.0.2.1', 9, new Failing(), { timeout: 0.001 });
    await until(() => failures.length === 3);
    ofTest.reactor.connectTCP('192.0.2.1', 9, new Failing()).stopConnecting();
    expect(failures.map((one) => (one as Error).constructor)).toEqual([
      ConnectionRefusedError,
      DNSLookupError,
      expect.toBeOneOf([TimeoutError, ConnectionRefusedError, expect.any(Function)]),
      UserError,
    ]);
  });

  test('a factory may connect again from what it is told', async () => {
    const { port, number } = await serve(Noting);
    await when(port.stopListening());
    let tries = 0;
    let stops = 0;
    class Again extends ClientFactory {
      override noisy = false;
      override clientConnectionFailed(connector: Connector): void {
        tries += 1;
        if (tries < 3) connector.connect();
      }
      override stopFactory(): void {
        stops += 1;
      }
    }
    ofTest.reactor.connectTCP('127.0.0.1', number, new Again());
    await until(() => stops === 1);
    expect(tries).toBe(3);
  });

  test('without a protocol the connection is closed', async () => {
    const { port, number } = await serve(Noting);
    const client = new NotingClient(new Noting());
    client.buildProtocol = () => null;
    ofTest.reactor.connectTCP('127.0.0.1', number, client);
    await until(() => client.events.includes('stop'));
    expect(client.events).toContain('lost ConnectionDone');
    await when(port.stopListening());
  });
});

describe('2.5 transport: write, writeSequence, loseConnection, abortConnection, loseWriteConnection, getPeer, getHost, setTcpNoDelay, setTcpKeepAlive, disconnecting', () => {
  test('loseConnection sends what was written first, and delivers nothing more', async () => {
    class Farewell extends Noting {
      override dataReceived(data: Buffer): void {
        super.dataReceived(data);
        this.transport.writeSequence([Buffer.alloc(200_000, 'x'), 'the ', 'end']);
        this.transport.loseConnection();
        this.transport.write('too late');
        this.events.push(`disconnecting ${this.transport.disconnecting}`);
      }
    }
    const { port, built, number } = await serve(Farewell);
    const client = connect(number, '127.0.0.1');
    client.write('go');
    let received = '';
    for await (const chunk of client) received += chunk;
    expect(received).toHaveLength(200_007);
    expect(received.endsWith('the end')).toBe(true);
    await until(() => built[0]?.events.at(-1) === 'lost ConnectionDone');
    expect(built[0]?.events).toEqual(['made', 'data go', 'disconnecting true', 'lost ConnectionDone']);
    await when(port.stopListening());
  });

  test('abortConnection drops it; connectionLost comes once, later, with ConnectionAborted', async () => {
    const { port, built, number } = await serve(Noting);
    const client = connect(number, '127.0.0.1');
    const errors: unknown[] = [];
    client.on('error', (error: NodeJS.ErrnoException) => errors.push(error.code));
    await until(() => built.length === 1);
    built[0]?.transport.abortConnection();
    expect(built[0]?.events).toEqual(['made']);
    client.resume();
    await new Promise((resolve) => client.once('close', resolve));
    await turns(2);
    expect(built[0]?.events).toEqual(['made', 'lost ConnectionAborted']);
    expect(errors).toEqual(['ECONNRESET']);
    built[0]?.transport.write('into nothing');
    built[0]?.transport.loseConnection();
    built[0]?.transport.abortConnection();
    await when(port.stopListening());
  });

  test('a connection that the peer resets is lost, with the reason of the system', async () => {
    const reasons: Failure[] = [];
    class Keeping extends Protocol {
      override connectionLost(reason: Failure): void {
        reasons.push(reason);
      }
    }
    const { port, built, number } = await serve(Keeping);
    const client = connect(number, '127.0.0.1');
    await until(() => built.length === 1);
    client.resetAndDestroy();
    await until(() => reasons.length === 1);
    expect(reasons[0]?.check(ConnectionDone, ConnectionAborted)).toBe(null);
    expect(reasons[0]?.check(ConnectionLost)).toBe(ConnectionLost);
    expect(reasons[0]?.value).toMatchObject({ cause: { code: 'ECONNRESET' } });
    await when(port.stopListening());
  });

  test('addresses and options of the socket', async () => {
    const { port, built, number } = await serve(Noting);
    const client = connect(number, '127.0.0.1');
    await until(() => built.length === 1);
    const transport = built[0]?.transport as StreamTransport;
    expect(transport.getHost()).toMatchObject({ type: 'TCP', host: '127.0.0.1', port: number });
    expect(transport.getPeer()).toMatchObject({ host: '127.0.0.1', port: client.localPort });
    transport.setTcpNoDelay(true);
    transport.setTcpKeepAlive(true);
    expect(transport.getPeerCertificate()).toBe(null);
    client.destroy();
    await until(() => built[0]?.events.length === 2);
    await when(port.stopListening());
  });

  test('loseWriteConnection closes one direction for protocols that know of it', async () => {
    const events: string[] = [];
    class Half extends Protocol implements HalfCloseableProtocol {
      override connectionMade(): void {
        this.transport.write('question');
        (this.transport as StreamTransport).loseWriteConnection();
      }
      override dataReceived(data: Buffer): void {
        events.push(`data ${data}`);
      }
      readConnectionLost(): void {
        events.push('read lost');
      }
      writeConnectionLost(): void {
        events.push('write lost');
      }
      override connectionLost(reason: Failure): void {
        events.push(`lost ${(reason.value as Error).name}`);
      }
    }
    const server = createServer({ allowHalfOpen: true }, (socket: Socket) => {
      socket.on('data', () => {});
      socket.on('end', () => socket.end('answer'));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    ofTest.reactor.connectTCP('127.0.0.1', port, new NotingClient(new Half()));
    await until(() => events.length === 4);
    expect(events).toEqual(['write lost', 'data answer', 'read lost', 'lost ConnectionDone']);
    server.close();
  });

  test('an error of the protocol is logged and ends the connection, as its reason', async () => {
    const stopWatching = watchLoggedErrors();
    const reasons: unknown[] = [];
    class Broken extends Protocol {
      override dataReceived(): void {
        throw new RangeError('of the protocol');
      }
      override connectionLost(reason: Failure): void {
        reasons.push(reason.value);
      }
    }
    const { port, number } = await serve(Broken);
    connect(number, '127.0.0.1')
      .on('error', () => {})
      .write('x');
    await until(() => reasons.length === 1);
    expect(reasons[0]).toEqual(new RangeError('of the protocol'));
    expect(flushLoggedErrors(RangeError)).toHaveLength(1);
    stopWatching();
    await when(port.stopListening());
  });

  test('a peer that does not read is dropped when too much waits for it', async () => {
    const { port, built, number } = await serve(Noting);
    const client = connect(number, '127.0.0.1');
    client.pause();
    client.on('error', () => {});
    await until(() => built.length === 1);
    const transport = built[0]?.transport as StreamTransport;
    transport.maxUnsentBytes = 1024 * 1024;
    for (let i = 0; i < 1000 && transport.connected && !transport.disconnecting; i += 1) {
      transport.write(Buffer.alloc(64 * 1024));
      await turns(1);
    }
    await until(() => built[0]?.events.length === 2);
    expect(built[0]?.events).toEqual(['made', 'lost ConnectionAborted']);
    client.destroy();
    await when(port.stopListening());
  });
});

describe('a peer that stalls', () => {
  test('is dropped when it takes nothing of what is left to send', async () => {
    const { port, built, number } = await serve(Noting);
    const client = connect(number, '127.0.0.1');
    client.pause();
    client.on('error', () => {});
    await until(() => built.length === 1);
    const transport = built[0]?.transport as StreamTransport;
    transport.lingerSeconds = 0.02;
    transport.write(Buffer.alloc(64 * 1024 * 1024));
    transport.loseConnection();
    await until(() => built[0]?.events.length === 2);
    expect(built[0]?.events).toEqual(['made', 'lost ConnectionAborted']);
    client.destroy();
    await when(port.stopListening());
  });
});

describe('2.5 registerProducer(p, streaming), unregisterProducer; pauseProducing, resumeProducing, stopProducing (IPushProducer, IPullProducer, IConsumer)', () => {
  test('a push producer is paused when the peer does not read, and resumed when it does', async () => {
    const { port, built, number } = await serve(Noting);
    const client = connect(number, '127.0.0.1');
    client.pause();
    await until(() => built.length === 1);
    const transport = built[0]!.transport;
    const calls: string[] = [];
    let isPaused = false;
    let written = 0;
    transport.registerProducer(
      {
        pauseProducing: () => {
          isPaused = true;
          calls.push('pause');
        },
        resumeProducing: () => {
          isPaused = false;
          calls.push('resume');
        },
        stopProducing: () => calls.push('stop'),
      },
      true,
    );
    expect(() =>
      transport.registerProducer({ resumeProducing: () => {}, stopProducing: () => {} }, false),
    ).toThrow(RuntimeError);
    while (!isPaused) {
      transport.write(Buffer.alloc(64 * 1024));
      written += 64 * 1024;
      await turns(1);
    }
    transport.loseConnection();
    let received = 0;
    client.on('data', (chunk) => {
      received += chunk.length;
    });
    client.resume();
    await until(() => !isPaused);
    transport.write('last');
    transport.unregisterProducer();
    await until(() => built[0]?.events.length === 2);
    await until(() => received === written + 4);
    expect(calls).toEqual(['pause', 'resume']);
    await when(port.stopListening());
  });

  test('a pull producer is asked for the next portion when the last one is sent', async () => {
    const { port, built, number } = await serve(Noting);
    const client = connect(number, '127.0.0.1');
    await until(() => built.length === 1);
    const transport = built[0]!.transport;
    const portions = ['one ', 'two ', 'three'];
    transport.registerProducer(
      {
        resumeProducing: () => {
          const next = portions.shift();
          if (next !== undefined) transport.write(next);
          else {
            transport.unregisterProducer();
            transport.loseConnection();
          }
        },
        stopProducing: () => {},
      },
      false,
    );
    let received = '';
    for await (const chunk of client) received += chunk;
    expect(received).toBe('one two three');
    await until(() => built[0]?.events.length === 2);
    await when(port.stopListening());
  });

  test('a producer is told to stop when the connection goes, or was gone before', async () => {
    const { port, built, number } = await serve(Noting);
    const client = connect(number, '127.0.0.1');
    await until(() => built.length === 1);
    let stops = 0;
    const producer = {
      pauseProducing: () => {},
      resumeProducing: () => {},
      stopProducing: () => {
        stops += 1;
      },
    };
    built[0]!.transport.registerProducer(producer, true);
    client.destroy();
    await until(() => stops === 1);
    built[0]!.transport.registerProducer(producer, true);
    expect(stops).toBe(2);
    await when(port.stopListening());
  });

  test('a protocol that pauses its transport gets nothing until it resumes', async () => {
    const { port, built, number } = await serve(Noting);
    const client = connect(number, '127.0.0.1');
    await until(() => built.length === 1);
    built[0]!.transport.pauseProducing();
    client.write('waiting');
    await turns(20);
    expect(built[0]?.events).toEqual(['made']);
    built[0]!.transport.resumeProducing();
    await until(() => built[0]?.events.length === 2);
    built[0]!.transport.stopProducing();
    await until(() => built[0]?.events.length === 3);
    await when(port.stopListening());
  });
});

describe('2.6 StatefulStringProtocol, FileSender', () => {
  test('sends a file, and fails when the consumer goes away', async () => {
    const sent: unknown[] = [];
    class Sending extends Protocol {
      override connectionMade(): void {
        new FileSender()
          .beginFileTransfer(new URL(import.meta.url).pathname, this.transport)
          .addBoth((result) => {
            sent.push(result instanceof Failure ? (result.value as Error).name : result);
            this.transport.loseConnection();
          });
      }
    }
    const { port, number } = await serve(Sending);
    let text = '';
    for await (const chunk of connect(number, '127.0.0.1')) text += chunk;
    expect(text.startsWith('import')).toBe(true);
    expect(sent).toEqual([undefined]);
    const client = connect(number, '127.0.0.1');
    client.on('error', () => {});
    client.once('connect', () => client.resetAndDestroy());
    await until(() => sent.length === 2);
    await when(port.stopListening());
  });
});

describe('2.6 Protocol: makeConnection, connectionMade, dataReceived, connectionLost(reason), transport, factory, connected, logPrefix', () => {
  test('connectionMade, data, connectionLost once; connected stays true', async () => {
    const { port, built, number } = await serve(Noting);
    const client = connect(number, '127.0.0.1');
    client.end('x');
    await until(() => built[0]?.events.length === 3);
    await turns(3);
    expect(built[0]?.events).toEqual(['made', 'data x', 'lost ConnectionDone']);
    expect([built[0]?.connected, built[0]?.logPrefix()]).toEqual([true, 'Noting']);
    expect(new Noting().connected).toBe(false);
    await when(port.stopListening());
  });

  test('after connectionLost nothing of the runtime holds the protocol', async () => {
    const references: WeakRef<Protocol>[] = [];
    class Weak extends Echo {
      readonly weight = new Uint8Array(1000);
      constructor() {
        super();
        references.push(new WeakRef(this));
      }
    }
    const factory = ServerFactory.forProtocol(Weak);
    const port = ofTest.reactor.listenTCP(0, factory, loopback);
    const number = await portOf(port);
    const clients = [1, 2, 3].map(() => connect(number, '127.0.0.1'));
    const transports: unknown[] = [];
    await until(() => references.length === 3);
    for (const reference of references) transports.push(reference.deref()?.transport);
    clients[0]?.end('x');
    clients[1]?.destroy();
    (transports[2] as StreamTransport).abortConnection();
    clients[2]?.on('error', () => {});
    await until(() => ofTest.reactor.openThings().connections.length === 0);
    await turns(5);
    await collectGarbage();
    expect(references.map((reference) => reference.deref())).toEqual([undefined, undefined, undefined]);
    await when(port.stopListening());
  });
});

describe('after connectionLost', () => {
  test('neither connector nor factory hold the protocol of a client', async () => {
    const { port, number } = await serve(Echo);
    const references: WeakRef<Protocol>[] = [];
    class Weak extends Protocol {
      constructor() {
        super();
        references.push(new WeakRef(this));
      }
      override connectionMade(): void {
        this.transport.write('x');
      }
      override dataReceived(): void {
        this.transport.loseConnection();
      }
    }
    const factory = ClientFactory.forProtocol(Weak);
    factory.noisy = false;
    const connector = ofTest.reactor.connectTCP('127.0.0.1', number, factory);
    await until(() => references.length === 1 && factory.numPorts === 0);
    await until(() => ofTest.reactor.openThings().connections.length === 0);
    await turns(5);
    await collectGarbage();
    expect(references[0]?.deref()).toBe(undefined);
    expect(connector.getDestination()).toMatchObject({ port: number });
    await when(port.stopListening());
  });
});

describe('2.6 Factory: protocol, buildProtocol(addr), forProtocol, doStart/doStop, startFactory/stopFactory, numPorts, noisy', () => {
  test('counts its ports; start and stop are called for the first and the last', () => {
    const events: string[] = [];
    class Counting extends Factory {
      override startFactory(): void {
        events.push('start');
      }
      override stopFactory(): void {
        events.push('stop');
      }
    }
    const factory = Counting.forProtocol(Echo);
    factory.noisy = false;
    factory.doStop();
    for (let i = 0; i < 2; i += 1) factory.doStart();
    expect([factory.numPorts, ...events]).toEqual([2, 'start']);
    for (let i = 0; i < 2; i += 1) factory.doStop();
    expect([factory.numPorts, ...events]).toEqual([0, 'start', 'stop']);
    const protocol = factory.buildProtocol({ type: 'pipe' });
    expect([protocol instanceof Echo, protocol?.factory]).toEqual([true, factory]);
    expect(() => new Factory().buildProtocol({ type: 'pipe' })).toThrow(NotImplementedError);
  });
});

describe('2.6 ServerFactory, ClientFactory: startedConnecting, clientConnectionFailed, clientConnectionLost', () => {
  test('do nothing by themselves', async () => {
    const { port, number } = await serve(Noting);
    const factory = ClientFactory.forProtocol(Noting);
    factory.noisy = false;
    const connector = ofTest.reactor.connectTCP('127.0.0.1', number, factory);
    await until(() => ofTest.reactor.openThings().connections.length === 2);
    connector.disconnect();
    await until(() => factory.numPorts === 0);
    await when(port.stopListening());
    ofTest.reactor.connectTCP('127.0.0.1', number, factory);
    await until(() => factory.numPorts === 0);
  });
});

describe('2.6 ReconnectingClientFactory: retry, resetDelay, stopTrying, initialDelay 1, factor e, jitter 0.1196, maxDelay 3600, maxRetries', () => {
  test('connects again with growing delays, begins anew after success, and ends on request', async () => {
    const { MemoryReactorClock } = await import('../../src/reactor/index.ts');
    const clock = new MemoryReactorClock();
    const factory = new ReconnectingClientFactory();
    Object.assign(factory, { clock, jitter: 0, noisy: false, factor: 2, maxDelay: 5 });
    expect(new ReconnectingClientFactory()).toMatchObject({
      initialDelay: 1,
      factor: Math.E,
      jitter: 0.11962656472,
      maxDelay: 3600,
      maxRetries: null,
    });
    const connector = clock.connectTCP('host', 1, factory);
    const reason = new Failure(new ConnectionRefusedError('no'));
    const delays: number[] = [];
    for (let i = 0; i < 4; i += 1) {
      factory.clientConnectionFailed(connector, reason);
      const [call] = clock.getDelayedCalls();
      delays.push((call?.getTime() ?? 0) - clock.seconds());
      clock.advance(10);
    }
    expect(delays).toEqual([2, 4, 5, 5]);
    expect(connector.connectCalled).toBe(5);
    factory.resetDelay();
    factory.clientConnectionLost(connector, reason);
    expect(clock.getDelayedCalls().map((call) => call.getTime() - clock.seconds())).toEqual([2]);
    factory.stopTrying();
    expect([clock.getDelayedCalls(), connector.stoppedConnecting]).toEqual([[], true]);
    factory.clientConnectionFailed(connector, reason);
    factory.retry(connector);
    expect(clock.getDelayedCalls()).toEqual([]);
  });

  test('gives up after maxRetries; jitter spreads the delays around their mean', async () => {
    const { MemoryReactorClock } = await import('../../src/reactor/index.ts');
    const clock = new MemoryReactorClock();
    const factory = new ReconnectingClientFactory();
    Object.assign(factory, { clock, maxRetries: 2, noisy: false });
    const connector = clock.connectTCP('host', 1, factory);
    const random = vi.spyOn(Math, 'random').mockReturnValue(0.25);
    for (let i = 0; i < 4; i += 1) {
      factory.clientConnectionFailed(connector, new Failure(new UserError('no')));
      clock.advance(100);
    }
    random.mockRestore();
    expect(connector.connectCalled).toBe(3);
    expect(factory.retries).toBe(2);
  });
});

describe('2.5 error: ConnectionDone, ConnectionLost, ConnectionAborted, ConnectError and its kinds (ConnectionRefusedError, TimeoutError, NoRouteError, DNSLookupError, UserError ...), CannotListenError, AlreadyCalled, AlreadyCancelled, ReactorNotRunning, ReactorAlreadyRunning, ProcessDone, ProcessTerminated, ProcessExitedAlready, NotConnectingError', () => {
  test('kinds are made from the codes of Node', async () => {
    const { connectErrorOf } = await import('../../src/reactor/errors.ts');
    const kind = (code: string) => connectErrorOf(Object.assign(new Error('x'), { code })).name;
    expect(
      [
        'ECONNREFUSED',
        'ETIMEDOUT',
        'EHOSTUNREACH',
        'ENETUNREACH',
        'EADDRNOTAVAIL',
        'ENOTFOUND',
        'ENOENT',
        'CERT_HAS_EXPIRED',
        'EWHATEVER',
      ].map(kind),
    ).toEqual([
      'ConnectionRefusedError',
      'TCPTimedOutError',
      'NoRouteError',
      'NoRouteError',
      'ConnectBindError',
      'DNSLookupError',
      'BadFileError',
      'SSLError',
      'ConnectError',
    ]);
    const both = new AggregateError([Object.assign(new Error('x'), { code: 'ECONNREFUSED' })]);
    expect(connectErrorOf(both)).toBeInstanceOf(ConnectionRefusedError);
  });
});

describe('2.4 run, stop, crash, iterate, running', () => {
  test('stopping closes what is open, with ConnectionLost', async () => {
    const { reactor } = ofTest;
    const { built, number } = await serve(Noting);
    const client = new NotingClient(new Noting());
    reactor.connectTCP('127.0.0.1', number, client);
    await until(() => built.length === 1 && client.events.includes('build'));
    const ended = reactor.run();
    reactor.stop();
    await ended;
    expect(reactor.openThings()).toEqual({ ports: [], connections: [], connectors: [], processes: [] });
    expect(built[0]?.events).toEqual(['made', 'lost ConnectionLost']);
    expect(client.events).toContain('lost ConnectionLost');
  });
});
