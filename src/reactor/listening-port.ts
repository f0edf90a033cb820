import type { ListenOptions, Server, Socket } from 'node:net';
import { Deferred, fail, succeed } from '../deferred/deferred.ts';
import { Failure } from '../deferred/failure.ts';
import { logFailure } from '../deferred/log-failure.ts';
import { type Address, internetAddress, listeningAddress } from './address.ts';
import { CannotListenError } from './errors.ts';
import type { Factory } from './factory.ts';
import type { Reactor } from './reactor.ts';
import { StreamTransport } from './stream-transport.ts';

/** A place where connections come in. Holds its factory. */
export interface ListeningPort {
  /** Fires with this port when it is open. Fails with CannotListenError; without a taker that is logged. */
  whenListening(): Deferred<ListeningPort>;
  /** Closes the port; connections that were made go on. Fires when it is closed. */
  stopListening(): Deferred<void>;
  /** Where it listens; before it is open, where it will. */
  getHost(): Address;
}

/**
 * The port of a server of Node, which opens it a moment after `listenTCP` returned: `whenListening` tells.
 * Held by the reactor until `stopListening`.
 */
export class SocketPort implements ListeningPort {
  readonly #reactor: Reactor;
  readonly #server: Server;
  readonly #where: ListenOptions;
  readonly #factory: Factory;
  readonly #waiting: Deferred<ListeningPort>[] = [];
  #state: 'opening' | 'listening' | 'closed' = 'opening';
  #error: CannotListenError | null = null;

  /** `event` is the one in which the server gives its connections. */
  constructor(reactor: Reactor, server: Server, event: string, where: ListenOptions, factory: Factory) {
    this.#reactor = reactor;
    this.#server = server;
    this.#where = where;
    this.#factory = factory;
    server.on(event, (socket: Socket) => this.#accept(socket));
    server.on('error', (error: Error) => this.#failed(error));
    server.on('listening', () => this.#listening());
    reactor.opened(this);
    server.listen(where);
  }

  whenListening(): Deferred<ListeningPort> {
    if (this.#error !== null) return fail(this.#error);
    if (this.#state !== 'opening') return succeed(this as ListeningPort);
    const waiting = new Deferred<ListeningPort>();
    this.#waiting.push(waiting);
    return waiting;
  }

  stopListening(): Deferred<void> {
    const closed = new Deferred<void>();
    const wasListening = this.#state === 'listening';
    this.#state = 'closed';
    this.#reactor.closed(this);
    if (wasListening) {
      this.#server.close();
      this.#factory.doStop();
    }
    setImmediate(() => closed.callback(undefined));
    return closed;
  }

  getHost(): Address {
    const address = listeningAddress(this.#server.address());
    if (address !== null) return address;
    const { path, host, port } = this.#where;
    return path === undefined ? internetAddress('TCP', host ?? '', port ?? 0) : { type: 'UNIX', name: path };
  }

  #listening(): void {
    if (this.#state === 'closed') {
      this.#server.close();
      return;
    }
    this.#state = 'listening';
    this.#factory.doStart();
    for (const waiting of this.#waiting.splice(0)) waiting.callback(this);
  }

  #failed(cause: Error): void {
    if (this.#state === 'listening') {
      logFailure(new Failure(cause), 'A port could not take a connection.');
      return;
    }
    this.#error = new CannotListenError(
      `Cannot listen: ${cause.message}. Choose another port, or stop what uses this one.`,
      { cause },
    );
    this.#state = 'closed';
    this.#reactor.closed(this);
    if (this.#waiting.length === 0) logFailure(new Failure(this.#error), '');
    for (const waiting of this.#waiting.splice(0)) waiting.errback(this.#error);
  }

  #accept(socket: Socket): void {
    const transport = new StreamTransport(this.#reactor, socket, this.#where.path ?? null);
    try {
      const protocol = this.#factory.buildProtocol(transport.getPeer());
      if (protocol !== null) {
        transport.begin(protocol);
        return;
      }
    } catch (thrown) {
      logFailure(new Failure(thrown, true), 'A factory threw an error; the connection is dropped.');
    }
    socket.on('error', ignore);
    socket.destroy();
  }
}

/** The socket is dropped: its errors are of no interest. */
function ignore(): void {}
