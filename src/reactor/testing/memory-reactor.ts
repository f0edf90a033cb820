import type { ConnectionOptions, TlsOptions } from 'node:tls';
import { Clock } from '../../deferred/clock.ts';
import { type Deferred, succeed } from '../../deferred/deferred.ts';
import type { DelayedCall } from '../../deferred/delayed-call.ts';
import { ReactorNotRunning } from '../../deferred/errors.ts';
import { type Address, internetAddress } from '../address.ts';
import type { Connector } from '../connector.ts';
import { NotConnectingError } from '../errors.ts';
import type { ClientFactory, Factory } from '../factory.ts';
import type { ListeningPort } from '../listening-port.ts';
import type { Protocol } from '../protocol.ts';
import type { ConnectOptions, ConnectTCPOptions, ListenTCPOptions, ListenUNIXOptions } from '../reactor.ts';
import { type Phase, SystemEvents, type TriggerId } from '../system-events.ts';
import type { Transport } from '../transport.ts';

/** A port of a MemoryReactor. */
export class FakePort implements ListeningPort {
  readonly address: Address;
  isListening = true;

  constructor(address: Address) {
    this.address = address;
  }

  whenListening(): Deferred<ListeningPort> {
    return succeed(this as ListeningPort);
  }

  stopListening(): Deferred<void> {
    this.isListening = false;
    return succeed(undefined);
  }

  getHost(): Address {
    return this.address;
  }
}

/** A connector of a MemoryReactor: the test says what becomes of it. */
export class FakeConnector implements Connector {
  readonly address: Address;
  readonly #factory: ClientFactory;
  stoppedConnecting = false;
  connectCalled = 0;
  onConnected: ((protocol: Protocol) => void) | null = null;

  constructor(address: Address, factory: ClientFactory) {
    this.address = address;
    this.#factory = factory;
  }

  connect(): void {
    this.connectCalled += 1;
    this.#factory.startedConnecting(this);
  }

  disconnect(): void {
    this.stopConnecting();
  }

  stopConnecting(): void {
    if (this.stoppedConnecting) throw new NotConnectingError('This connector was stopped already.');
    this.stoppedConnecting = true;
  }

  getDestination(): Address {
    return this.address;
  }

  /** The connection is there: has the protocol built, and connects it to that transport. */
  connectWith(transport: Transport): Protocol | null {
    const protocol = this.#factory.buildProtocol(this.address);
    if (protocol === null) return null;
    protocol.makeConnection(transport);
    this.onConnected?.(protocol);
    return protocol;
  }
}

interface Client {
  readonly factory: ClientFactory;
  readonly connector: FakeConnector;
}

interface Server {
  readonly factory: Factory;
  readonly port: FakePort;
}

/** A reactor that opens nothing and remembers what it was asked for. */
export class MemoryReactor {
  readonly tcpClients: (Client & { host: string; portNumber: number; options: ConnectTCPOptions })[] = [];
  readonly tcpServers: (Server & { portNumber: number; options: ListenTCPOptions })[] = [];
  readonly tlsClients: (Client & { host: string; portNumber: number; certificate: ConnectionOptions })[] = [];
  readonly tlsServers: (Server & { portNumber: number; certificate: TlsOptions })[] = [];
  readonly unixClients: (Client & { path: string })[] = [];
  readonly unixServers: (Server & { path: string })[] = [];
  running = false;
  hasRun = false;
  hasStopped = false;
  readonly #events = new SystemEvents();
  readonly #hooks: (() => unknown)[] = [];

  /** Runs what waits for the start, and stops. */
  run(): void {
    this.hasRun = true;
    this.running = true;
    for (const hook of this.#hooks.splice(0)) hook();
    if (this.running) this.stop();
  }

  /** @throws ReactorNotRunning */
  stop(): void {
    if (!this.running) throw new ReactorNotRunning('The reactor does not run.');
    this.running = false;
    this.hasStopped = true;
    this.fireSystemEvent('shutdown');
  }

  crash(): void {
    this.running = false;
  }

  callWhenRunning<A extends unknown[]>(f: (...args: A) => unknown, ...args: A): void {
    if (this.running) f(...args);
    else this.#hooks.push(() => f(...args));
  }

  addSystemEventTrigger<A extends unknown[]>(
    phase: Phase,
    event: string,
    f: (...args: A) => unknown,
    ...args: A
  ): TriggerId {
    return this.#events.add(phase, event, f as (...args: never[]) => unknown, args);
  }

  removeSystemEventTrigger(trigger: TriggerId): void {
    this.#events.remove(trigger);
  }

  fireSystemEvent(event: string): Deferred<void> {
    return this.#events.fire(event);
  }

  listenTCP(portNumber: number, factory: Factory, options: ListenTCPOptions = {}): FakePort {
    const port = new FakePort(internetAddress('TCP', options.interface ?? '0.0.0.0', portNumber));
    this.tcpServers.push({ portNumber, factory, port, options });
    return port;
  }

  listenTLS(portNumber: number, factory: Factory, certificate: TlsOptions): FakePort {
    const port = new FakePort(internetAddress('TCP', '0.0.0.0', portNumber));
    this.tlsServers.push({ portNumber, factory, port, certificate });
    return port;
  }

  listenUNIX(path: string, factory: Factory, _options: ListenUNIXOptions = {}): FakePort {
    const port = new FakePort({ type: 'UNIX', name: path });
    this.unixServers.push({ path, factory, port });
    return port;
  }

  connectTCP(
    host: string,
    portNumber: number,
    factory: ClientFactory,
    options: ConnectTCPOptions = {},
  ): FakeConnector {
    const connector = new FakeConnector(internetAddress('TCP', host, portNumber), factory);
    this.tcpClients.push({ host, portNumber, factory, connector, options });
    connector.connect();
    return connector;
  }

  connectTLS(
    host: string,
    portNumber: number,
    factory: ClientFactory,
    certificate: ConnectionOptions = {},
  ): FakeConnector {
    const connector = new FakeConnector(internetAddress('TCP', host, portNumber), factory);
    this.tlsClients.push({ host, portNumber, factory, connector, certificate });
    connector.connect();
    return connector;
  }

  connectUNIX(path: string, factory: ClientFactory, _options: ConnectOptions = {}): FakeConnector {
    const connector = new FakeConnector({ type: 'UNIX', name: path }, factory);
    this.unixClients.push({ path, factory, connector });
    connector.connect();
    return connector;
  }
}

/** A MemoryReactor whose time is moved by hand. */
export class MemoryReactorClock extends MemoryReactor {
  readonly #clock = new Clock();

  seconds(): number {
    return this.#clock.seconds();
  }

  callLater<A extends unknown[]>(seconds: number, f: (...args: A) => unknown, ...args: A): DelayedCall {
    return this.#clock.callLater(seconds, f, ...args);
  }

  getDelayedCalls(): DelayedCall[] {
    return this.#clock.getDelayedCalls();
  }

  advance(seconds: number): void {
    this.#clock.advance(seconds);
  }

  pump(steps: Iterable<number>): void {
    this.#clock.pump(steps);
  }
}
