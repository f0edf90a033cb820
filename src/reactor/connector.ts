import type { Socket } from 'node:net';
import type { DelayedCall } from '../deferred/delayed-call.ts';
import { withoutFrames } from '../deferred/error-class.ts';
import { Failure } from '../deferred/failure.ts';
import { logFailure } from '../deferred/log-failure.ts';
import type { Address } from './address.ts';
import { connectErrorOf, NotConnectingError, RuntimeError, TimeoutError, UserError } from './errors.ts';
import type { ClientFactory } from './factory.ts';
import { Protocol } from './protocol.ts';
import type { Reactor } from './reactor.ts';
import { StreamTransport } from './stream-transport.ts';

/** Where a connector connects to, and how. */
export interface Destination {
  readonly address: Address;
  /** Path of a UNIX socket, else null. */
  readonly path: string | null;
  /** Event of the socket that says that the connection is there. */
  readonly readyEvent: 'connect' | 'secureConnect';
  /** Begins to connect. */
  dial(): Socket;
}

/** Connects, and connects again when it is told to. Holds its factory. */
export interface Connector {
  /** @throws RuntimeError unless it is disconnected. */
  connect(): void;
  /** Ends the connection, or the attempt. @throws NotConnectingError when there is neither. */
  disconnect(): void;
  /** Ends the attempt. @throws NotConnectingError when there is none. */
  stopConnecting(): void;
  getDestination(): Address;
  /** Called with the protocol when it is connected. For endpoints. */
  onConnected: ((protocol: Protocol) => void) | null;
}

/**
 * The connector of a socket.
 *
 * Held by the reactor while it connects, and by its connection. A factory that connects again whenever it is
 * told of an end never ends by itself.
 */
export class SocketConnector implements Connector {
  readonly #reactor: Reactor;
  readonly #destination: Destination;
  readonly #factory: ClientFactory;
  readonly #timeoutSeconds: number;
  #state: 'disconnected' | 'connecting' | 'connected' = 'disconnected';
  #factoryStarted = false;
  #socket: Socket | null = null;
  #transport: StreamTransport | null = null;
  #timeout: DelayedCall | null = null;
  onConnected: ((protocol: Protocol) => void) | null = null;

  constructor(reactor: Reactor, destination: Destination, factory: ClientFactory, timeoutSeconds: number) {
    this.#reactor = reactor;
    this.#destination = destination;
    this.#factory = factory;
    this.#timeoutSeconds = timeoutSeconds;
  }

  connect(): void {
    if (this.#state !== 'disconnected') {
      throw new RuntimeError(`This connector is ${this.#state}. Disconnect it before connecting again.`);
    }
    this.#state = 'connecting';
    if (!this.#factoryStarted) {
      this.#factoryStarted = true;
      this.#factory.doStart();
    }
    const socket = this.#destination.dial();
    this.#socket = socket;
    this.#reactor.opened(this);
    const onError = (error: Error) => this.#failed(socket, new Failure(connectErrorOf(error)));
    socket.on('error', onError);
    socket.once(this.#destination.readyEvent, () => {
      socket.removeListener('error', onError);
      this.#connected(socket);
    });
    if (Number.isFinite(this.#timeoutSeconds)) {
      this.#timeout = this.#reactor.callLater(this.#timeoutSeconds, () => this.#timedOut(socket));
    }
    this.#factory.startedConnecting(this);
  }

  disconnect(): void {
    if (this.#state === 'connected') this.#transport?.loseConnection();
    else this.stopConnecting();
  }

  stopConnecting(): void {
    if (this.#state !== 'connecting' || this.#socket === null) {
      throw new NotConnectingError('This connector does not try to connect. Call connect before.');
    }
    this.#failed(
      this.#socket,
      new Failure(withoutFrames(() => new UserError('The attempt to connect was stopped.'))),
    );
  }

  getDestination(): Address {
    return this.#destination.address;
  }

  /** The reactor shuts down. */
  abandon(): void {
    if (this.#state === 'connecting') this.stopConnecting();
  }

  #timedOut(socket: Socket): void {
    const text = `There was no connection within ${this.#timeoutSeconds} seconds.`;
    this.#failed(socket, new Failure(withoutFrames(() => new TimeoutError(text))));
  }

  #connected(socket: Socket): void {
    if (socket !== this.#socket) return;
    this.#endAttempt();
    this.#state = 'connected';
    const transport = new StreamTransport(this.#reactor, socket, this.#destination.path, (reason) =>
      this.#lost(reason),
    );
    this.#transport = transport;
    let protocol: Protocol | null = null;
    try {
      protocol = this.#factory.buildProtocol(transport.getPeer());
    } catch (thrown) {
      logFailure(new Failure(thrown, true), 'A factory threw an error; the connection is dropped.');
    }
    if (protocol === null) {
      transport.begin(new Protocol());
      transport.loseConnection();
    } else {
      transport.begin(protocol);
      this.onConnected?.(protocol);
    }
  }

  #failed(socket: Socket, reason: Failure): void {
    if (socket !== this.#socket || this.#state !== 'connecting') return;
    this.#endAttempt();
    socket.destroy();
    this.#state = 'disconnected';
    this.#factory.clientConnectionFailed(this, reason);
    this.#stopFactory();
  }

  #lost(reason: Failure): void {
    this.#transport = null;
    this.#state = 'disconnected';
    this.#factory.clientConnectionLost(this, reason);
    this.#stopFactory();
  }

  #endAttempt(): void {
    this.#socket = null;
    this.#reactor.closed(this);
    if (this.#timeout?.active()) this.#timeout.cancel();
    this.#timeout = null;
  }

  /** Unless the factory has called `connect` in the meantime, it is done with this connector. */
  #stopFactory(): void {
    if (this.#state !== 'disconnected' || !this.#factoryStarted) return;
    this.#factoryStarted = false;
    this.#factory.doStop();
  }
}
