import type { ConnectionOptions, TlsOptions } from 'node:tls';
import { Deferred } from '../deferred/deferred.ts';
import { withoutFrames } from '../deferred/error-class.ts';
import type { Failure } from '../deferred/failure.ts';
import { type Address, addressText } from './address.ts';
import type { Connector } from './connector.ts';
import { ConnectError, ConnectingCancelledError } from './errors.ts';
import { ClientFactory, Factory } from './factory.ts';
import type { ListeningPort } from './listening-port.ts';
import { isHalfCloseable, Protocol } from './protocol.ts';
import type {
  ConnectOptions,
  ConnectTCPOptions,
  ListenTCPOptions,
  ListenUNIXOptions,
  Reactor,
} from './reactor.ts';
import type { StreamTransport } from './stream-transport.ts';
import type { Transport } from './transport.ts';

/** A place to connect to, however that is done. */
export interface ClientEndpoint {
  /**
   * Connects once. Fires with the protocol that the factory built, when it is connected; fails with the reason.
   * Cancelling stops the attempt, with ConnectingCancelledError. A pending attempt holds the factory.
   */
  connect<P extends Protocol>(factory: Factory<P>): Deferred<P>;
}

/** A place to listen at, however that is done. */
export interface ServerEndpoint {
  /** Fires with the port when it is open, or fails with CannotListenError. */
  listen(factory: Factory): Deferred<ListeningPort>;
}

type ConnectingReactor = Pick<Reactor, 'connectTCP' | 'connectTLS' | 'connectUNIX'>;
type ListeningReactor = Pick<Reactor, 'listenTCP' | 'listenTLS' | 'listenUNIX'>;

/** Connects through a connector of the reactor. */
abstract class DialingEndpoint implements ClientEndpoint {
  readonly #dial: (factory: ClientFactory) => Connector;

  constructor(dial: (factory: ClientFactory) => Connector) {
    this.#dial = dial;
  }

  connect<P extends Protocol>(factory: Factory<P>): Deferred<P> {
    return connectOnce(factory, this.#dial);
  }
}

/** Connects to a TCP port of a host, by name or address. */
export class TCPClientEndpoint extends DialingEndpoint {
  constructor(
    reactor: Pick<ConnectingReactor, 'connectTCP'>,
    host: string,
    port: number,
    options: ConnectTCPOptions = {},
  ) {
    super((factory) => reactor.connectTCP(host, port, factory, options));
  }
}

/** Connects to a TCP port, encrypted. */
export class TLSClientEndpoint extends DialingEndpoint {
  constructor(
    reactor: Pick<ConnectingReactor, 'connectTLS'>,
    host: string,
    port: number,
    certificate: ConnectionOptions = {},
    options: ConnectTCPOptions = {},
  ) {
    super((factory) => reactor.connectTLS(host, port, factory, certificate, options));
  }
}

/** Connects to a UNIX socket. */
export class UNIXClientEndpoint extends DialingEndpoint {
  constructor(reactor: Pick<ConnectingReactor, 'connectUNIX'>, path: string, options: ConnectOptions = {}) {
    super((factory) => reactor.connectUNIX(path, factory, options));
  }
}

/** Listens through a port of the reactor. */
abstract class ListeningEndpoint implements ServerEndpoint {
  readonly #open: (factory: Factory) => ListeningPort;

  constructor(open: (factory: Factory) => ListeningPort) {
    this.#open = open;
  }

  listen(factory: Factory): Deferred<ListeningPort> {
    return this.#open(factory).whenListening();
  }
}

/** Listens at a TCP port. */
export class TCPServerEndpoint extends ListeningEndpoint {
  constructor(reactor: Pick<ListeningReactor, 'listenTCP'>, port: number, options: ListenTCPOptions = {}) {
    super((factory) => reactor.listenTCP(port, factory, options));
  }
}

/** Listens at a TCP port, encrypted. */
export class TLSServerEndpoint extends ListeningEndpoint {
  constructor(
    reactor: Pick<ListeningReactor, 'listenTLS'>,
    port: number,
    certificate: TlsOptions,
    options: ListenTCPOptions = {},
  ) {
    super((factory) => reactor.listenTLS(port, factory, certificate, options));
  }
}

/** Listens at a UNIX socket. */
export class UNIXServerEndpoint extends ListeningEndpoint {
  constructor(reactor: Pick<ListeningReactor, 'listenUNIX'>, path: string, options: ListenUNIXOptions = {}) {
    super((factory) => reactor.listenUNIX(path, factory, options));
  }
}

/** Connects a protocol that was made by hand. */
export function connectProtocol<P extends Protocol>(endpoint: ClientEndpoint, protocol: P): Deferred<P> {
  return endpoint.connect(new GivenProtocol(protocol));
}

class GivenProtocol<P extends Protocol> extends Factory<P> {
  override noisy = false;
  #given: P | null;

  constructor(protocol: P) {
    super();
    this.#given = protocol;
  }

  override buildProtocol(): P | null {
    const given = this.#given;
    this.#given = null;
    return given;
  }
}

/** Encrypts the connections of another endpoint; the protocol is connected before the handshake is done. */
export function wrapClientTLS(certificate: ConnectionOptions, endpoint: ClientEndpoint): ClientEndpoint {
  return {
    connect<P extends Protocol>(factory: Factory<P>): Deferred<P> {
      const encrypting = new ProxyFactory(factory, (transport) => {
        (transport as StreamTransport).startTLS(certificate);
      });
      return endpoint.connect(encrypting).addCallback((proxy) => proxy.inner as P) as Deferred<P>;
    },
  };
}

/** Stands before a protocol that keeps the real transport, and is told of its beginning and its end. */
export class ProxyProtocol<P extends Protocol> extends Protocol {
  readonly inner: P;
  readonly #onConnect: ((transport: Transport) => void) | null;
  readonly #onLost: ((reason: Failure) => void) | null;

  constructor(
    inner: P,
    onConnect: ((transport: Transport) => void) | null,
    onLost: ((reason: Failure) => void) | null,
  ) {
    super();
    this.inner = inner;
    this.#onConnect = onConnect;
    this.#onLost = onLost;
    if (isHalfCloseable(inner)) {
      Object.assign(this, {
        readConnectionLost: () => inner.readConnectionLost(),
        writeConnectionLost: () => inner.writeConnectionLost(),
      });
    }
  }

  override makeConnection(transport: Transport): void {
    this.#onConnect?.(transport);
    this.inner.makeConnection(transport);
  }

  override dataReceived(data: Buffer): void {
    this.inner.dataReceived(data);
  }

  override connectionLost(reason: Failure): void {
    try {
      this.inner.connectionLost(reason);
    } finally {
      this.#onLost?.(reason);
    }
  }
}

/** Puts a ProxyProtocol before each protocol of another factory. */
export class ProxyFactory<P extends Protocol> extends Factory<ProxyProtocol<P>> {
  override noisy = false;
  readonly #inner: Factory<P>;
  readonly #onConnect: ((transport: Transport) => void) | null;
  readonly #onLost: ((reason: Failure) => void) | null;

  constructor(
    inner: Factory<P>,
    onConnect: ((transport: Transport) => void) | null,
    onLost: ((reason: Failure) => void) | null = null,
  ) {
    super();
    this.#inner = inner;
    this.#onConnect = onConnect;
    this.#onLost = onLost;
  }

  override doStart(): void {
    this.#inner.doStart();
  }

  override doStop(): void {
    this.#inner.doStop();
  }

  override buildProtocol(address: Address): ProxyProtocol<P> | null {
    const inner = this.#inner.buildProtocol(address);
    return inner && new ProxyProtocol(inner, this.#onConnect, this.#onLost);
  }
}

/** Reports what becomes of one connection to a Deferred, in place of connecting again. */
class OneConnectionFactory<P extends Protocol> extends ClientFactory<P> {
  override noisy = false;
  readonly #factory: Factory<P>;
  readonly #result: Deferred<P>;

  constructor(factory: Factory<P>, result: Deferred<P>) {
    super();
    this.#factory = factory;
    this.#result = result;
  }

  override doStart(): void {
    this.#factory.doStart();
  }

  override doStop(): void {
    this.#factory.doStop();
  }

  override buildProtocol(address: Address): P | null {
    try {
      const protocol = this.#factory.buildProtocol(address);
      if (protocol !== null) return protocol;
      this.#result.errback(new ConnectError('The factory has no protocol for this connection.'));
    } catch (thrown) {
      this.#result.errback(thrown);
    }
    return null;
  }

  override clientConnectionFailed(_connector: Connector, reason: Failure): void {
    if (!this.#result.called) this.#result.errback(reason);
  }
}

function connectOnce<P extends Protocol>(
  factory: Factory<P>,
  dial: (factory: ClientFactory) => Connector,
): Deferred<P> {
  const attempt: { connector: Connector | null } = { connector: null };
  const result = new Deferred<P>((deferred) => {
    const { connector } = attempt;
    const where = connector === null ? 'the peer' : addressText(connector.getDestination());
    deferred.errback(
      withoutFrames(() => new ConnectingCancelledError(`Connecting to ${where} was cancelled.`)),
    );
    connector?.stopConnecting();
  });
  const connector = dial(new OneConnectionFactory(factory, result) as ClientFactory);
  attempt.connector = connector;
  connector.onConnected = (protocol) => {
    connector.onConnected = null;
    if (!result.called) result.callback(protocol as P);
  };
  return result;
}
