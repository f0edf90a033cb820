import type { ConnectionOptions, TlsOptions } from 'node:tls';
import type { Scheduler } from '../deferred/clock.ts';
import { Cooperator } from '../deferred/cooperator.ts';
import { type Deferred, succeed } from '../deferred/deferred.ts';
import { CancelledError } from '../deferred/errors.ts';
import { logFailure } from '../deferred/log-failure.ts';
import { LoopingCall } from '../deferred/looping-call.ts';
import { defaultClock } from '../deferred/system-clock.ts';
import type { Connector } from './connector.ts';
import type { DatagramOptions } from './datagram-port.ts';
import type { DatagramProtocol } from './datagram-protocol.ts';
import { reactor as defaultReactor } from './default-reactor.ts';
import type { ServerEndpoint } from './endpoints.ts';
import type { ClientFactory, Factory } from './factory.ts';
import type { ListeningPort } from './listening-port.ts';
import type {
  ConnectOptions,
  ConnectTCPOptions,
  ListenTCPOptions,
  ListenUNIXOptions,
  Reactor,
} from './reactor.ts';
import { Service } from './service.ts';

/** What can be closed and be waited for. */
interface Port {
  stopListening(): Deferred<void>;
}

interface OfReactor {
  readonly reactor?: Reactor | undefined;
}

/** A port that is open while the service runs. */
class PortService extends Service {
  readonly #open: () => Port;
  #port: Port | null = null;

  constructor(open: () => Port) {
    super();
    this.#open = open;
  }

  override startService(): unknown {
    super.startService();
    this.#port = this.#open();
    return undefined;
  }

  override stopService(): Deferred<void> {
    super.stopService();
    const port = this.#port;
    this.#port = null;
    return port === null ? succeed(undefined) : port.stopListening();
  }
}

/** A connection that is kept while the service runs; to have it made again is the affair of the factory. */
class ConnectorService extends Service {
  readonly #connect: () => Connector;
  #connector: Connector | null = null;

  constructor(connect: () => Connector) {
    super();
    this.#connect = connect;
  }

  override startService(): unknown {
    super.startService();
    this.#connector = this.#connect();
    return undefined;
  }

  override stopService(): unknown {
    super.stopService();
    try {
      this.#connector?.disconnect();
    } catch {
      // It has neither a connection nor an attempt to make one.
    }
    this.#connector = null;
    return undefined;
  }
}

/** `listenTCP` as a service. */
export class TCPServer extends PortService {
  constructor(port: number, factory: Factory, options: ListenTCPOptions & OfReactor = {}) {
    const { reactor = defaultReactor } = options;
    super(() => reactor.listenTCP(port, factory, options));
  }
}

/** `listenTLS` as a service. */
export class TLSServer extends PortService {
  constructor(
    port: number,
    factory: Factory,
    certificate: TlsOptions,
    options: ListenTCPOptions & OfReactor = {},
  ) {
    const { reactor = defaultReactor } = options;
    super(() => reactor.listenTLS(port, factory, certificate, options));
  }
}

/** `listenUNIX` as a service. */
export class UNIXServer extends PortService {
  constructor(path: string, factory: Factory, options: ListenUNIXOptions & OfReactor = {}) {
    const { reactor = defaultReactor } = options;
    super(() => reactor.listenUNIX(path, factory, options));
  }
}

/** `listenUDP` as a service. */
export class UDPServer extends PortService {
  constructor(port: number, protocol: DatagramProtocol, options: DatagramOptions & OfReactor = {}) {
    const { reactor = defaultReactor } = options;
    super(() => reactor.listenUDP(port, protocol, options));
  }
}

/** `connectTCP` as a service. */
export class TCPClient extends ConnectorService {
  constructor(
    host: string,
    port: number,
    factory: ClientFactory,
    options: ConnectTCPOptions & OfReactor = {},
  ) {
    const { reactor = defaultReactor } = options;
    super(() => reactor.connectTCP(host, port, factory, options));
  }
}

/** `connectTLS` as a service. */
export class TLSClient extends ConnectorService {
  constructor(
    host: string,
    port: number,
    factory: ClientFactory,
    certificate: ConnectionOptions,
    options: ConnectTCPOptions & OfReactor = {},
  ) {
    const { reactor = defaultReactor } = options;
    super(() => reactor.connectTLS(host, port, factory, certificate, options));
  }
}

/** `connectUNIX` as a service. */
export class UNIXClient extends ConnectorService {
  constructor(path: string, factory: ClientFactory, options: ConnectOptions & OfReactor = {}) {
    const { reactor = defaultReactor } = options;
    super(() => reactor.connectUNIX(path, factory, options));
  }
}

/** Listens at an endpoint while it runs. */
export class StreamServerEndpointService extends Service {
  readonly #endpoint: ServerEndpoint;
  readonly #factory: Factory;
  #opening: Deferred<ListeningPort | null> | null = null;

  constructor(endpoint: ServerEndpoint, factory: Factory) {
    super();
    this.#endpoint = endpoint;
    this.#factory = factory;
  }

  override startService(): unknown {
    super.startService();
    this.#opening = this.#endpoint.listen(this.#factory).addErrback((failure) => {
      if (!failure.check(CancelledError)) logFailure(failure, 'The service could not listen.');
      return null;
    }) as Deferred<ListeningPort | null>;
    return undefined;
  }

  /** Fires when the port is closed. */
  override stopService(): Deferred<void> {
    super.stopService();
    const opening = this.#opening;
    this.#opening = null;
    if (opening === null) return succeed(undefined);
    return opening.addCallback((port) => port?.stopListening()) as Deferred<void>;
  }
}

/** Calls a function again and again while it runs. When that fails the failure is logged, and that is the end. */
export class TimerService<A extends unknown[] = []> extends Service {
  /** Whose time it goes by. */
  clock: Scheduler = defaultClock();
  readonly #step: number;
  readonly #f: (...args: A) => unknown;
  readonly #args: A;
  #loop: LoopingCall<A> | null = null;
  #finished: Deferred<unknown> = succeed(undefined);

  constructor(step: number, f: (...args: A) => unknown, ...args: A) {
    super();
    this.#step = step;
    this.#f = f;
    this.#args = args;
  }

  override startService(): unknown {
    super.startService();
    this.#loop = new LoopingCall(this.#f, ...this.#args);
    this.#loop.clock = this.clock;
    this.#finished = this.#loop.start(this.#step).addErrback((failure) => {
      logFailure(failure, 'The function of a TimerService failed; it is not called any more.');
    });
    return undefined;
  }

  /** Fires when a call that was under way is done. */
  override stopService(): Deferred<unknown> {
    super.stopService();
    if (this.#loop?.running) this.#loop.stop();
    this.#loop = null;
    return this.#finished;
  }
}

/** A Cooperator that works while the service runs. */
export class CooperatorService extends Service {
  readonly coop: Cooperator = new Cooperator({ started: false });

  /** Runs an iterator to its end beside the others. */
  coiterate<T>(iterator: Iterator<T>): Deferred<Iterator<T>> {
    return this.coop.coiterate(iterator);
  }

  override startService(): unknown {
    super.startService();
    this.coop.start();
    return undefined;
  }

  override stopService(): unknown {
    super.stopService();
    this.coop.stop();
    return undefined;
  }
}
