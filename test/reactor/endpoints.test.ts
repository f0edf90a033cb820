import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { CancelledError, Clock, Deferred, type Failure } from '../../src/deferred/index.ts';
import {
  Application,
  backoffPolicy,
  CannotListenError,
  type ClientEndpoint,
  ClientFactory,
  ClientService,
  ConnectError,
  ConnectingCancelledError,
  ConnectionRefusedError,
  CooperatorService,
  clientFromString,
  connectProtocol,
  createReactor,
  DatagramProtocol,
  Factory,
  FakePort,
  flushLoggedErrors,
  MemoryReactor,
  MultiService,
  type Protocol,
  ServerFactory,
  Service,
  StreamServerEndpointService,
  StringTransport,
  serverFromString,
  startApplication,
  TCPClient,
  TCPClientEndpoint,
  TCPServer,
  TCPServerEndpoint,
  TimerService,
  TLSClient,
  TLSServer,
  UDPServer,
  UNIXClient,
  UNIXServer,
  watchLoggedErrors,
  wrapClientTLS,
} from '../../src/reactor/index.ts';
import { Echo, Noting, portOf, reactorOfTest, until, when } from './support.ts';

const ofTest = reactorOfTest();
const folder = mkdtempSync(join(tmpdir(), 'leakscan-endpoints-'));
afterAll(() => rmSync(folder, { recursive: true }));

const pem = (name: string) => fileURLToPath(new URL(`./certificates/${name}`, import.meta.url));
const read = (name: string) => readFileSync(pem(name), 'utf8');
const certificate = { key: read('key.pem'), cert: read('certificate.pem') };

function echoFactory(): ServerFactory<Echo> {
  const factory = ServerFactory.forProtocol(Echo);
  factory.noisy = false;
  return factory;
}

class Hello extends Noting {
  override connectionMade(): void {
    super.connectionMade();
    this.transport.write('hello');
  }
}

async function echoOver(endpoint: ClientEndpoint): Promise<string[]> {
  const protocol = await when(connectProtocol(endpoint, new Hello()));
  await until(() => protocol.events.length === 2);
  protocol.transport.loseConnection();
  await until(() => protocol.events.length === 3);
  await until(() => ofTest.reactor.openThings().connections.length === 0);
  return protocol.events;
}

describe('2.5 endpoints: TCP4/TCP6 client and server, HostnameEndpoint, clientFromString, serverFromString, connectProtocol, wrapClientTLS', () => {
  const echoed = ['made', 'data hello', 'lost ConnectionDone'];

  test('from texts, over TCP, UNIX and TLS', async () => {
    const { reactor } = ofTest;
    const tcp = await when(
      serverFromString(reactor, 'tcp:0:interface=127.0.0.1:backlog=5').listen(echoFactory()),
    );
    const number = await portOf(tcp);
    expect(
      await echoOver(clientFromString(reactor, `tcp:127.0.0.1:${number}:timeout=5:bindAddress=127.0.0.1`)),
    ).toEqual(echoed);
    expect(await echoOver(clientFromString(reactor, `tcp:host=localhost:port=${number}`))).toEqual(echoed);
    await when(tcp.stopListening());

    const path = join(folder, 'a:b.sock');
    const escaped = path.replaceAll(':', '\\:');
    const unix = await when(serverFromString(reactor, `unix:${escaped}`).listen(echoFactory()));
    expect(await echoOver(clientFromString(reactor, `unix:path=${escaped}:timeout=3`))).toEqual(echoed);
    await when(unix.stopListening());

    const tls = await when(
      serverFromString(
        reactor,
        `ssl:0:interface=127.0.0.1:privateKey=${pem('key.pem')}:certKey=${pem('certificate.pem')}`,
      ).listen(echoFactory()),
    );
    const secure = await portOf(tls);
    expect(
      await echoOver(
        clientFromString(reactor, `tls:localhost:${secure}:caCertFile=${pem('certificate.pem')}`),
      ),
    ).toEqual(echoed);
    const wrapped = wrapClientTLS(
      { ca: certificate.cert, servername: 'localhost' },
      new TCPClientEndpoint(reactor, '127.0.0.1', secure),
    );
    expect(await echoOver(wrapped)).toEqual(echoed);
    await when(tls.stopListening());
  });

  test('texts that describe nothing', () => {
    const { reactor } = ofTest;
    for (const text of [
      '',
      'tcp',
      'tcp:host',
      'tcp:host:port',
      'tcp:host:70000',
      'carrier-pigeon:home',
      'tcp:h:1:timeout=soon',
    ]) {
      expect(() => clientFromString(reactor, text)).toThrow(RangeError);
    }
    for (const text of ['', 'tcp', 'tcp:x', 'ssl:443', 'unix', 'udp:1']) {
      expect(() => serverFromString(reactor, text)).toThrow(RangeError);
    }
  });

  test('a failed attempt, a factory without a protocol, a port in use', async () => {
    const { reactor } = ofTest;
    const port = await when(
      new TCPServerEndpoint(reactor, 0, { interface: '127.0.0.1' }).listen(echoFactory()),
    );
    const number = await portOf(port);
    await expect(
      when(new TCPServerEndpoint(reactor, number, { interface: '127.0.0.1' }).listen(echoFactory())),
    ).rejects.toBeInstanceOf(CannotListenError);
    const endpoint = new TCPClientEndpoint(reactor, '127.0.0.1', number);
    const none = new Factory();
    none.noisy = false;
    none.buildProtocol = () => null;
    await expect(when(endpoint.connect(none))).rejects.toBeInstanceOf(ConnectError);
    none.buildProtocol = () => {
      throw new RangeError('of the factory');
    };
    await expect(when(endpoint.connect(none))).rejects.toBeInstanceOf(RangeError);
    await until(() => reactor.openThings().connections.length === 0);
    await when(port.stopListening());
    await expect(when(endpoint.connect(echoFactory()))).rejects.toBeInstanceOf(ConnectionRefusedError);
  });

  test('cancelling stops the attempt', async () => {
    const { reactor } = ofTest;
    const attempt = new TCPClientEndpoint(reactor, '192.0.2.1', 9).connect(echoFactory());
    attempt.cancel();
    await expect(when(attempt)).rejects.toBeInstanceOf(ConnectingCancelledError);
    expect(reactor.getDelayedCalls()).toEqual([]);
  });

  test('on a MemoryReactor the test says what becomes of the attempt', async () => {
    const reactor = new MemoryReactor();
    const protocol = new Noting();
    const connected = connectProtocol(clientFromString(reactor as never, 'tcp:host:1'), protocol);
    const [client] = reactor.tcpClients;
    expect(client).toMatchObject({ host: 'host', portNumber: 1 });
    client?.connector.connectWith(new StringTransport());
    expect(await when(connected)).toBe(protocol);
    expect(protocol.events).toEqual(['made']);
    await when(serverFromString(reactor as never, 'tcp6:8080').listen(echoFactory()));
    expect(reactor.tcpServers[0]).toMatchObject({ portNumber: 8080, options: { interface: '::' } });
  });
});

describe('2.7 Application(name), IProcess, Process', () => {
  test('starts its services when the reactor runs, and stops them before it shuts down', async () => {
    const reactor = createReactor();
    const events: string[] = [];
    const stopped = new Deferred<void>();
    class Noted extends Service {
      override startService(): unknown {
        events.push('start');
        return super.startService();
      }
      override stopService(): unknown {
        super.stopService();
        events.push('stop');
        reactor.callLater(0, () => stopped.callback(undefined));
        return stopped;
      }
    }
    const application = new Application('app');
    new Noted().setServiceParent(application);
    startApplication(application, reactor);
    expect([application.name, ...events]).toEqual(['app']);
    const ended = reactor.run();
    reactor.addSystemEventTrigger('during', 'shutdown', () => events.push('during'));
    reactor.stop();
    await ended;
    expect(events).toEqual(['start', 'stop', 'during']);
  });
});

describe('2.7 Service: name, parent, running, setName, setServiceParent, disownServiceParent, privilegedStartService, startService, stopService', () => {
  test('a parent knows its child, and lets it go', () => {
    const parent = new MultiService();
    const child = new Service();
    child.setName('child');
    child.setServiceParent(parent);
    expect([child.parent, parent.getServiceNamed('child')]).toEqual([parent, child]);
    expect(() => child.setName('other')).toThrow(/Disown/);
    const other = new MultiService();
    child.setServiceParent(other);
    expect([[...parent], [...other]]).toEqual([[], [child]]);
    child.disownServiceParent();
    expect([child.parent, other.services]).toEqual([null, []]);
    expect(() => child.disownServiceParent()).toThrow(/no parent/);
  });
});

describe('2.7 MultiService: addService, removeService, getServiceNamed, iteration', () => {
  test('waits for promises of its children, too', async () => {
    class Slow extends Service {
      override async stopService(): Promise<string> {
        super.stopService();
        return 'stopped';
      }
    }
    const parent = new MultiService();
    new Slow().setServiceParent(parent);
    parent.startService();
    expect(await when(parent.stopService())).toEqual([[true, 'stopped']]);
    expect(() => parent.removeService(new Service())).toThrow(RangeError);
  });
});

describe('2.7 internet.TCPServer, TCPClient, UDPServer, TimerService(step, f), StreamServerEndpointService, ClientService (whenConnected, backoff)', () => {
  test('servers and clients are open while they run', async () => {
    const { reactor } = ofTest;
    const path = join(folder, 'service.sock');
    const events: string[] = [];
    class Client extends ClientFactory {
      override noisy = false;
      override protocol = Noting;
      override clientConnectionLost(): void {
        events.push('lost');
      }
    }
    const probe = reactor.listenTCP(0, echoFactory(), { interface: '127.0.0.1' });
    const tcpNumber = await portOf(probe);
    await when(probe.stopListening());
    const local = { reactor, interface: '127.0.0.1' };
    const servers = new MultiService();
    new TCPServer(tcpNumber, echoFactory(), local).setServiceParent(servers);
    new TLSServer(0, echoFactory(), certificate, local).setServiceParent(servers);
    new UNIXServer(path, echoFactory(), { reactor }).setServiceParent(servers);
    new UDPServer(0, new DatagramProtocol(), local).setServiceParent(servers);
    servers.startService();
    expect(reactor.openThings().ports).toHaveLength(4);
    const [, tls] = reactor.openThings().ports;
    const tlsNumber = await portOf(tls as never);
    const clients = new MultiService();
    new TCPClient('127.0.0.1', tcpNumber, new Client(), { reactor }).setServiceParent(clients);
    new UNIXClient(path, new Client(), { reactor }).setServiceParent(clients);
    new TLSClient(
      '127.0.0.1',
      tlsNumber,
      new Client(),
      { ca: certificate.cert },
      { reactor },
    ).setServiceParent(clients);
    clients.startService();
    await until(() => reactor.openThings().connections.length === 6);
    await when(clients.stopService());
    await until(() => events.length === 3);
    await when(servers.stopService());
    await until(() => reactor.openThings().connections.length === 0);
    expect(reactor.openThings().ports).toEqual([]);
    await when(clients.stopService());
  });

  test('StreamServerEndpointService listens while it runs; a failure to listen is logged', async () => {
    const stopWatching = watchLoggedErrors();
    const port = new FakePort({ type: 'pipe' });
    let opens = 0;
    const service = new StreamServerEndpointService(
      {
        listen: () => {
          opens += 1;
          return port.whenListening();
        },
      },
      echoFactory(),
    );
    await when(service.stopService());
    service.startService();
    expect([opens, port.isListening]).toEqual([1, true]);
    await when(service.stopService());
    expect(port.isListening).toBe(false);
    const failing = new StreamServerEndpointService(
      {
        listen: () =>
          new TCPServerEndpoint(ofTest.reactor, 1, { interface: '192.0.2.1' }).listen(echoFactory()),
      },
      echoFactory(),
    );
    failing.startService();
    await when(failing.stopService());
    expect(flushLoggedErrors(CannotListenError)).toHaveLength(1);
    stopWatching();
  });

  test('TimerService calls while it runs, waits for its end, and logs a failure', async () => {
    const clock = new Clock();
    const calls: number[] = [];
    const wait = new Deferred<void>();
    const timer = new TimerService(
      5,
      (n: number) => {
        calls.push(n);
        return calls.length === 3 ? wait : undefined;
      },
      7,
    );
    timer.clock = clock;
    timer.startService();
    clock.pump([5, 5, 5]);
    expect(calls).toEqual([7, 7, 7]);
    let isStopped = false;
    (timer.stopService() as Deferred<unknown>).addCallback(() => {
      isStopped = true;
    });
    expect(isStopped).toBe(false);
    wait.callback(undefined);
    expect([isStopped, clock.getDelayedCalls()]).toEqual([true, []]);
    const stopWatching = watchLoggedErrors();
    const failing = new TimerService(1, () => {
      throw new RangeError('of the timer');
    });
    failing.clock = clock;
    failing.startService();
    expect(flushLoggedErrors(RangeError)).toHaveLength(1);
    await when(failing.stopService() as Deferred<unknown>);
    stopWatching();
  });
});

/** An endpoint of which the test says what becomes of each attempt. */
class FakeEndpoint implements ClientEndpoint {
  readonly attempts: Deferred<Protocol>[] = [];
  readonly built: Protocol[] = [];
  #factories: Factory[] = [];

  connect<P extends Protocol>(factory: Factory<P>): Deferred<P> {
    const attempt = new Deferred<Protocol>();
    this.attempts.push(attempt);
    this.#factories.push(factory as never);
    return attempt as never;
  }

  /** The last attempt succeeds. */
  succeed(transport = new StringTransport()): void {
    const protocol = this.#factories.at(-1)?.buildProtocol({ type: 'pipe' }) as Protocol;
    this.built.push(protocol);
    protocol.makeConnection(transport);
    this.attempts.at(-1)?.callback(protocol);
  }

  fail(): void {
    this.attempts.at(-1)?.errback(new ConnectionRefusedError('no'));
  }
}

describe('2.7 ClientService', () => {
  const lost = { value: new Error('gone') } as unknown as Failure;

  function client(options = {}) {
    const clock = new Clock();
    const endpoint = new FakeEndpoint();
    const factory = Factory.forProtocol(Noting);
    factory.noisy = false;
    const service = new ClientService(endpoint, factory, {
      clock,
      retryPolicy: backoffPolicy({ jitter: () => 0 }),
      ...options,
    });
    return { clock, endpoint, service };
  }

  test('connects again, with growing delays, until it has a connection, and when that is lost', async () => {
    const { clock, endpoint, service } = client();
    const connected = service.whenConnected();
    service.startService();
    service.startService();
    endpoint.fail();
    expect(clock.getDelayedCalls().map((call) => call.getTime())).toEqual([1.5]);
    clock.advance(1.5);
    endpoint.fail();
    expect(clock.getDelayedCalls().map((call) => call.getTime())).toEqual([1.5 + 2.25]);
    clock.advance(2.25);
    endpoint.succeed();
    const protocol = await when(connected);
    expect(protocol).toBeInstanceOf(Noting);
    expect(await when(service.whenConnected())).toBe(protocol);
    endpoint.built[0]?.dataReceived(Buffer.from('x'));
    endpoint.built[0]?.connectionLost(lost);
    expect(protocol.events).toEqual(['made', 'data x', 'lost Error']);
    expect(clock.getDelayedCalls()).toHaveLength(1);
    await when(service.stopService());
    expect(clock.getDelayedCalls()).toEqual([]);
    await expect(when(service.whenConnected())).rejects.toBeInstanceOf(CancelledError);
  });

  test('whenConnected fails after so many failures, or when the service is stopped', async () => {
    const { clock, endpoint, service } = client();
    service.startService();
    const impatient = service.whenConnected(2);
    const patient = service.whenConnected();
    endpoint.fail();
    clock.advance(10);
    endpoint.fail();
    await expect(when(impatient)).rejects.toBeInstanceOf(ConnectionRefusedError);
    clock.advance(10);
    await when(service.stopService());
    await expect(when(patient)).rejects.toBeInstanceOf(CancelledError);
    await until(() => endpoint.attempts.every(({ called }) => called));
    expect(clock.getDelayedCalls()).toEqual([]);
  });

  test('stopService fires when the connection is gone', () => {
    const { endpoint, service } = client();
    const transport = new StringTransport();
    service.startService();
    endpoint.succeed(transport);
    let isStopped = false;
    service.stopService().addCallback(() => {
      isStopped = true;
    });
    expect([isStopped, transport.disconnecting]).toEqual([false, true]);
    endpoint.built[0]?.connectionLost(lost);
    expect(isStopped).toBe(true);
  });

  test('prepareConnection comes before the connection is given out; its failure counts as an attempt', async () => {
    const prepared = new Deferred<void>();
    const { endpoint, service } = client({ prepareConnection: () => prepared });
    service.startService();
    const connected = service.whenConnected();
    endpoint.succeed();
    expect(connected.called).toBe(false);
    prepared.callback(undefined);
    expect(connected.called).toBe(true);
    const failing = client({
      prepareConnection: () => {
        throw new Error('not prepared');
      },
    });
    failing.service.startService();
    const transport = new StringTransport();
    failing.endpoint.succeed(transport);
    expect(transport.disconnecting).toBe(true);
    failing.endpoint.built[0]?.connectionLost(lost);
    expect(failing.clock.getDelayedCalls()).toHaveLength(1);
    await when(failing.service.stopService());
  });

  test('over a real reactor', async () => {
    const { reactor } = ofTest;
    const port = reactor.listenTCP(0, echoFactory(), { interface: '127.0.0.1' });
    const endpoint = new TCPClientEndpoint(reactor, '127.0.0.1', await portOf(port));
    const factory = Factory.forProtocol(Hello);
    factory.noisy = false;
    const service = new ClientService(endpoint, factory, { clock: reactor });
    service.startService();
    const protocol = await when(service.whenConnected());
    await until(() => protocol.events.length === 2);
    await when(service.stopService());
    expect(protocol.events).toEqual(['made', 'data hello', 'lost ConnectionDone']);
    await when(port.stopListening());
    await until(() => reactor.openThings().connections.length === 0);
  });
});

describe('2.7 CooperatorService', () => {
  test('works while it runs', async () => {
    const service = new CooperatorService();
    const steps: number[] = [];
    function* work(): Generator<void> {
      for (let i = 0; i < 3; i += 1) {
        steps.push(i);
        yield;
      }
    }
    const done = service.coiterate(work());
    expect(steps).toEqual([]);
    service.startService();
    await when(done as Deferred<unknown>);
    expect(steps).toEqual([0, 1, 2]);
    service.stopService();
    expect(service.coop.running).toBe(false);
  });
});
