import {
  connect as connectSocket,
  createServer,
  isIP,
  type ListenOptions,
  type LookupFunction,
  type TcpNetConnectOpts,
} from 'node:net';
import {
  type ConnectionOptions,
  connect as connectSecure,
  createServer as createSecureServer,
  type TlsOptions,
} from 'node:tls';
import type { Deferred } from '../deferred/deferred.ts';
import type { DelayedCall } from '../deferred/delayed-call.ts';
import { ReactorNotRunning } from '../deferred/errors.ts';
import { Failure } from '../deferred/failure.ts';
import { logFailure } from '../deferred/log-failure.ts';
import type { RunnableReactor } from '../deferred/react.ts';
import { type Address, addressText, internetAddress } from './address.ts';
import { type Connector, type Destination, SocketConnector } from './connector.ts';
import { type DatagramOptions, DatagramPort } from './datagram-port.ts';
import type { DatagramProtocol } from './datagram-protocol.ts';
import { ReactorAlreadyRunning, ReactorNotRestartable } from './errors.ts';
import type { ClientFactory, Factory } from './factory.ts';
import { type ListeningPort, SocketPort } from './listening-port.ts';
import type { ProcessProtocol } from './process-protocol.ts';
import { ProcessTransport, type SpawnProcessOptions } from './process-transport.ts';
import { ReactorClock } from './reactor-clock.ts';
import { type Resolver, systemResolver } from './resolver.ts';
import { StreamTransport } from './stream-transport.ts';
import { type Phase, SystemEvents, type TriggerId } from './system-events.ts';
import { WorkerPool } from './worker-pool.ts';

export interface ListenTCPOptions {
  /** Connections that may wait to be accepted. */
  readonly backlog?: number | undefined;
  /** Own address; all IPv4 addresses when it is left out. */
  readonly interface?: string | undefined;
}

export interface ListenUNIXOptions {
  readonly backlog?: number | undefined;
}

export interface ConnectOptions {
  /** Seconds until the attempt is given up. */
  readonly timeout?: number | undefined;
}

export interface ConnectTCPOptions extends ConnectOptions {
  /** Own address, and port if it is given. */
  readonly bindAddress?: { readonly host: string; readonly port?: number | undefined } | undefined;
}

export interface RunOptions {
  /** Stop at SIGINT, SIGTERM and SIGBREAK? */
  readonly installSignalHandlers?: boolean | undefined;
}

/** What is open at a moment. */
export interface OpenThings {
  readonly ports: readonly (SocketPort | DatagramPort)[];
  readonly connections: readonly StreamTransport[];
  readonly connectors: readonly SocketConnector[];
  readonly processes: readonly ProcessTransport[];
}

type OpenThing = SocketPort | DatagramPort | StreamTransport | SocketConnector | ProcessTransport;

const stopSignals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGBREAK'];

const KEEP_ALIVE_MS = 2 ** 31 - 1;

/** Seconds in which an attempt to connect has to succeed. */
const CONNECT_SECONDS = 30;

const HANDSHAKE_SECONDS = 30;

/**
 * Time, connections and processes of a program. The event loop is Node's, which turns in any case: delayed
 * calls and connections work whether or not `run` was called. `run` adds the events `startup` and `shutdown`,
 * and keeps the process until `stop`.
 *
 * Holds its delayed calls, its triggers, and all that is open.
 */
export class Reactor implements RunnableReactor {
  readonly #clock = new ReactorClock();
  readonly #events = new SystemEvents();
  readonly #open = new Set<OpenThing>();
  #running = false;
  #started = false;
  #stopping = false;
  #startedBefore = false;
  #ended: (() => void) | null = null;
  #keepAlive: NodeJS.Timeout | null = null;
  #installedSignals: readonly NodeJS.Signals[] = [];
  #resolver: Resolver = systemResolver;
  #pool: WorkerPool | null = null;

  constructor() {
    this.#armStartup();
  }

  #armStartup(): void {
    this.addSystemEventTrigger('during', 'startup', () => {
      this.#running = true;
    });
  }

  /** Has it started, and was it not stopped since? */
  get running(): boolean {
    return this.#running;
  }

  /**
   * Starts at once; the promise resolves when the reactor has been stopped and all is closed.
   *
   * @throws ReactorAlreadyRunning, and ReactorNotRestartable after `stop`.
   */
  run(options: RunOptions = {}): Promise<void> {
    const { installSignalHandlers = true } = options;
    if (this.#started) {
      throw new ReactorAlreadyRunning('The reactor runs already. Use callWhenRunning to add to it.');
    }
    if (this.#startedBefore) {
      throw new ReactorNotRestartable(
        'A reactor that was stopped cannot run again. Make one with createReactor().',
      );
    }
    this.#started = true;
    this.#stopping = false;
    this.#clock.hold(true);
    this.#keepAlive = setInterval(nothing, KEEP_ALIVE_MS);
    if (installSignalHandlers) this.#installSignals();
    const ended = new Promise<void>((resolve) => {
      this.#ended = resolve;
    });
    this.fireSystemEvent('startup');
    return ended;
  }

  /** Ends `run`, after the triggers of `shutdown`. @throws ReactorNotRunning when it does not run. */
  stop(): void {
    if (!this.#started || this.#stopping) {
      throw new ReactorNotRunning('The reactor does not run, or is being stopped. Ask `running` before.');
    }
    this.#stopping = true;
    this.#startedBefore = true;
    this.addSystemEventTrigger('during', 'shutdown', () => this.#closeAll());
    setImmediate(() => this.fireSystemEvent('shutdown').addCallback(() => this.#endWhenClosed()));
  }

  /** Ends `run` at once, without the triggers of `shutdown`: what is open stays open. It may run again. */
  crash(): void {
    if (!this.#started) return;
    this.#end();
    this.#armStartup();
  }

  /** Calls `f(...args)` at once when the reactor runs, else when it has started; then gives the trigger. */
  callWhenRunning<A extends unknown[]>(f: (...args: A) => unknown, ...args: A): TriggerId | null {
    if (this.#running) {
      f(...args);
      return null;
    }
    return this.addSystemEventTrigger('after', 'startup', f, ...args);
  }

  /**
   * Calls `f(...args)` around an event, such as `startup` and `shutdown`. Triggers of `before` may return
   * Deferreds; those of `during` wait for all of them.
   *
   * @throws KeyError for another phase.
   */
  addSystemEventTrigger<A extends unknown[]>(
    phase: Phase,
    event: string,
    f: (...args: A) => unknown,
    ...args: A
  ): TriggerId {
    return this.#events.add(phase, event, f as (...args: never[]) => unknown, args);
  }

  /** @throws RangeError when it has run or was removed. */
  removeSystemEventTrigger(trigger: TriggerId): void {
    this.#events.remove(trigger);
  }

  /** Runs the triggers of an event; fires when all have run. */
  fireSystemEvent(event: string): Deferred<void> {
    return this.#events.fire(event);
  }

  /** Present time in seconds; never goes back. */
  seconds(): number {
    return this.#clock.seconds();
  }

  /** Calls `f(...args)` in so many seconds. An error is logged. @throws RangeError for less than 0. */
  callLater<A extends unknown[]>(seconds: number, f: (...args: A) => unknown, ...args: A): DelayedCall {
    return this.#clock.callLater(seconds, f, ...args);
  }

  /** The calls that are still to run, in no order. */
  getDelayedCalls(): DelayedCall[] {
    return this.#clock.getDelayedCalls();
  }

  /** Calls `f(...args)` in a turn of the event loop of its own, in the order of these calls. */
  callFromThread<A extends unknown[]>(f: (...args: A) => unknown, ...args: A): void {
    setImmediate(() => {
      try {
        f(...args);
      } catch (thrown) {
        logFailure(new Failure(thrown, true), 'A call from a thread threw an error.');
      }
    });
  }

  /** The worker threads of this reactor, started when there is work, and stopped with it. */
  getThreadPool(): WorkerPool {
    if (this.#pool === null) {
      const pool = new WorkerPool({ reactor: this });
      this.#pool = pool;
      this.addSystemEventTrigger('during', 'shutdown', () => pool.stop());
    }
    return this.#pool;
  }

  /** How many worker threads there may be. */
  suggestThreadPoolSize(size: number): void {
    this.getThreadPool().adjustPoolsize(size);
  }

  /** Address of a host as text. Fails with DNSLookupError. */
  resolve(name: string): Deferred<string> {
    return this.#resolver.getHostByName(name);
  }

  /** Has names resolved in another way from now on; returns the former resolver. */
  installResolver(resolver: Resolver): Resolver {
    const before = this.#resolver;
    this.#resolver = resolver;
    return before;
  }

  /** Opens a TCP port; 0 takes a free one. */
  listenTCP(port: number, factory: Factory, options: ListenTCPOptions = {}): ListeningPort {
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: false });
    return new SocketPort(this, server, 'connection', tcpPlace(port, options), factory);
  }

  /** As `listenTCP`, encrypted; connections are there when the handshake is done. */
  listenTLS(
    port: number,
    factory: Factory,
    certificate: TlsOptions,
    options: ListenTCPOptions = {},
  ): ListeningPort {
    const server = createSecureServer({
      handshakeTimeout: HANDSHAKE_SECONDS * 1000,
      ...certificate,
      allowHalfOpen: true,
    });
    server.on('tlsClientError', (_error, socket) => socket.destroy());
    return new SocketPort(this, server, 'secureConnection', tcpPlace(port, options), factory);
  }

  /** Opens a UNIX socket. */
  listenUNIX(path: string, factory: Factory, options: ListenUNIXOptions = {}): ListeningPort {
    const { backlog = 50 } = options;
    const server = createServer({ allowHalfOpen: true });
    return new SocketPort(this, server, 'connection', { path, backlog }, factory);
  }

  /** Connects to a TCP port. */
  connectTCP(host: string, port: number, factory: ClientFactory, options: ConnectTCPOptions = {}): Connector {
    const address = internetAddress('TCP', host, port);
    return this.#connect(factory, options, {
      address,
      path: null,
      readyEvent: 'connect',
      dial: () => connectSocket(this.#tcpTarget(host, port, options)),
    });
  }

  /** As `connectTCP`, encrypted; the certificate of the peer has to be good unless the options say otherwise. */
  connectTLS(
    host: string,
    port: number,
    factory: ClientFactory,
    certificate: ConnectionOptions = {},
    options: ConnectTCPOptions = {},
  ): Connector {
    const address = internetAddress('TCP', host, port);
    const servername = isIP(host) === 0 ? { servername: host } : {};
    return this.#connect(factory, options, {
      address,
      path: null,
      readyEvent: 'secureConnect',
      dial: () =>
        connectSecure({
          ...servername,
          ...certificate,
          ...this.#tcpTarget(host, port, options),
        }),
    });
  }

  /** Connects to a UNIX socket. */
  connectUNIX(path: string, factory: ClientFactory, options: ConnectOptions = {}): Connector {
    return this.#connect(factory, options, {
      address: { type: 'UNIX', name: path },
      path,
      readyEvent: 'connect',
      dial: () => connectSocket({ path, allowHalfOpen: true }),
    });
  }

  /** Opens a port for datagrams; 0 takes a free one. */
  listenUDP(port: number, protocol: DatagramProtocol, options: DatagramOptions = {}): DatagramPort {
    return new DatagramPort(this, port, protocol, options);
  }

  /** As `listenUDP`; join groups in `startProtocol`. */
  listenMulticast(port: number, protocol: DatagramProtocol, options: DatagramOptions = {}): DatagramPort {
    return new DatagramPort(this, port, protocol, { listenMultiple: true, ...options });
  }

  /** Starts a program. `args` begin with the name that the program sees of itself, as in `argv`. */
  spawnProcess(
    protocol: ProcessProtocol,
    executable: string,
    args: readonly string[] = [executable],
    options: SpawnProcessOptions = {},
  ): ProcessTransport {
    return new ProcessTransport(this, protocol, executable, args, options);
  }

  /** What is open now. */
  openThings(): OpenThings {
    const all = [...this.#open];
    return {
      ports: all.filter((one) => one instanceof SocketPort || one instanceof DatagramPort),
      connections: all.filter((one) => one instanceof StreamTransport),
      connectors: all.filter((one) => one instanceof SocketConnector),
      processes: all.filter((one) => one instanceof ProcessTransport),
    };
  }

  /** For ports, transports and connectors: there is one more. */
  opened(thing: OpenThing): void {
    this.#open.add(thing);
  }

  /** For ports, transports and connectors: this one is gone. */
  closed(thing: OpenThing): void {
    this.#open.delete(thing);
  }

  #connect(factory: ClientFactory, options: ConnectOptions, destination: Destination): Connector {
    const connector = new SocketConnector(this, destination, factory, options.timeout ?? CONNECT_SECONDS);
    connector.connect();
    return connector;
  }

  #tcpTarget(host: string, port: number, { bindAddress }: ConnectTCPOptions): TcpNetConnectOpts {
    const own = bindAddress
      ? { localAddress: bindAddress.host, ...(bindAddress.port ? { localPort: bindAddress.port } : {}) }
      : {};
    return { host, port, allowHalfOpen: true, ...own, ...this.#lookup() };
  }

  /** The installed resolver in the form that Node asks for. */
  #lookup(): { lookup?: LookupFunction } {
    const resolver = this.#resolver;
    if (resolver === systemResolver) return {};
    return {
      lookup: (name, options, answer) => {
        resolver.getHostByName(name).addCallbacks(
          (address) => {
            const family = isIP(address);
            if (options.all) answer(null, [{ address, family }]);
            else answer(null, address, family);
          },
          (failure) => answer(failure.value as Error, ''),
        );
      },
    };
  }

  #installSignals(): void {
    this.#installedSignals = stopSignals;
    for (const signal of stopSignals) process.on(signal, this.#onSignal);
  }

  readonly #onSignal = (): void => {
    if (this.#started && !this.#stopping) this.stop();
  };

  #closeAll(): void {
    const { ports, connections, connectors } = this.openThings();
    for (const connector of connectors) connector.abandon();
    for (const port of ports) port.stopListening();
    for (const connection of connections) connection.abandon();
  }

  #endWhenClosed(): void {
    if (this.openThings().connections.length > 0) setImmediate(() => this.#endWhenClosed());
    else this.#end();
  }

  #end(): void {
    this.#running = false;
    this.#started = false;
    this.#clock.hold(false);
    if (this.#keepAlive !== null) clearInterval(this.#keepAlive);
    for (const signal of this.#installedSignals) process.removeListener(signal, this.#onSignal);
    this.#installedSignals = [];
    this.#ended?.();
    this.#ended = null;
  }
}

/** A reactor of its own, for tests and for programs that run one after the other. */
export function createReactor(): Reactor {
  return new Reactor();
}

/** One line for each thing that is open or scheduled, as people would call it. */
export function describeOpenThings(things: OpenThings): string[] {
  const at = (address: Address) => addressText(address);
  return [
    ...things.ports.map((port) => `port ${at(port.getHost())} is open`),
    ...things.connections.map(
      (one) => `connection from ${at(one.getHost())} to ${at(one.getPeer())} is open`,
    ),
    ...things.connectors.map((one) => `connecting to ${at(one.getDestination())}`),
    ...things.processes.map((one) => `child process ${one.pid ?? '(exited)'} has open pipes`),
  ];
}

function nothing(): void {}

function tcpPlace(port: number, options: ListenTCPOptions): ListenOptions {
  const { backlog = 50, interface: host = '0.0.0.0' } = options;
  return { port, host: host === '' ? '0.0.0.0' : host, backlog };
}
