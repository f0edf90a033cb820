import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { isIP } from 'node:net';
import { Deferred, fail, succeed } from '../deferred/deferred.ts';
import { Failure } from '../deferred/failure.ts';
import { logFailure } from '../deferred/log-failure.ts';
import { type InternetAddress, internetAddress } from './address.ts';
import type { DatagramProtocol } from './datagram-protocol.ts';
import { CannotListenError, MessageLengthError, RuntimeError } from './errors.ts';
import type { Reactor } from './reactor.ts';
import { type Bytes, toBuffer } from './transport.ts';

/** Where a datagram goes. */
export interface DatagramPeer {
  readonly host: string;
  readonly port: number;
}

export interface DatagramOptions {
  /** Own address; all of them when it is left out. */
  readonly interface?: string | undefined;
  /** Bytes of a datagram that are delivered; the rest of a longer one is dropped. */
  readonly maxPacketSize?: number | undefined;
  /** May other processes listen there, too? For multicast. */
  readonly listenMultiple?: boolean | undefined;
}

/** Largest payload of a UDP packet over IPv4. */
const LARGEST_PAYLOAD = 65_507;

/** A place for datagrams. Holds its protocol, and is held by the reactor, until `stopListening`. */
export class DatagramPort {
  readonly #reactor: Reactor;
  readonly #socket: Socket;
  #protocol: DatagramProtocol | null;
  readonly #maxPacketSize: number;
  readonly #where: { readonly port: number; readonly address: string };
  readonly #waiting: Deferred<DatagramPort>[] = [];
  #state: 'opening' | 'listening' | 'closed' = 'opening';
  #error: CannotListenError | null = null;
  #connectedTo: DatagramPeer | null = null;

  constructor(reactor: Reactor, port: number, protocol: DatagramProtocol, options: DatagramOptions) {
    const { interface: address = '', maxPacketSize = 8192, listenMultiple = false } = options;
    this.#reactor = reactor;
    this.#protocol = protocol;
    this.#maxPacketSize = maxPacketSize;
    this.#where = { port, address };
    this.#socket = createSocket({ type: isIP(address) === 6 ? 'udp6' : 'udp4', reuseAddr: listenMultiple });
    this.#socket.on('message', (data, from) => this.#received(data, from));
    this.#socket.on('error', (error) => this.#failed(error));
    this.#socket.on('listening', () => this.#listening());
    reactor.opened(this);
    this.#socket.bind(address === '' ? { port } : { port, address });
  }

  /** As of a ListeningPort. */
  whenListening(): Deferred<DatagramPort> {
    if (this.#error !== null) return fail(this.#error);
    if (this.#state !== 'opening') return succeed(this as DatagramPort);
    const waiting = new Deferred<DatagramPort>();
    this.#waiting.push(waiting);
    return waiting;
  }

  /**
   * Sends a datagram: to the peer given, or to the connected one. Fire and forget, as datagrams are.
   *
   * @throws RuntimeError without a peer, MessageLengthError when it fits into no packet.
   */
  write(data: Bytes, to?: DatagramPeer): void {
    if (this.#state === 'closed') return;
    const bytes = toBuffer(data);
    if (bytes.length > LARGEST_PAYLOAD) {
      throw new MessageLengthError(
        `A datagram of ${bytes.length} bytes fits into no packet. Send at most ${LARGEST_PAYLOAD}.`,
      );
    }
    if (this.#connectedTo !== null) {
      this.#socket.send(bytes, (error) => this.#sent(error));
    } else if (to === undefined) {
      throw new RuntimeError('Where should it go? Pass the peer to write, or connect the port before.');
    } else {
      this.#socket.send(bytes, to.port, to.host, (error) => this.#sent(error));
    }
  }

  /** Talks to this peer only from now on. @throws RuntimeError when it does so already. */
  connect(host: string, port: number): void {
    if (this.#connectedTo !== null) {
      throw new RuntimeError('This port is connected already. Use another one for another peer.');
    }
    if (isIP(host) === 0) {
      throw new RuntimeError(`A port is connected to an address, not to a name. Resolve '${host}' before.`);
    }
    this.#connectedTo = { host, port };
    this.#socket.connect(port, host);
  }

  /** Closes the port. Fires when `stopProtocol` was called. */
  stopListening(): Deferred<void> {
    const closed = new Deferred<void>();
    if (this.#state === 'closed') {
      closed.callback(undefined);
      return closed;
    }
    const wasListening = this.#state === 'listening';
    this.#state = 'closed';
    this.#reactor.closed(this);
    this.#socket.close(() => {
      const protocol = this.#protocol;
      this.#protocol = null;
      if (wasListening) protocol?.doStop();
      closed.callback(undefined);
    });
    return closed;
  }

  /** As `stopListening`, for those who do not wait. */
  loseConnection(): void {
    this.stopListening();
  }

  /** Where it listens; before it is open, where it will. */
  getHost(): InternetAddress {
    if (this.#state !== 'listening') return internetAddress('UDP', this.#where.address, this.#where.port);
    const { address, port } = this.#socket.address();
    return internetAddress('UDP', address, port);
  }

  /** Receives what is sent to a multicast group. */
  joinGroup(group: string, ownInterface?: string): void {
    this.#socket.addMembership(group, ownInterface);
  }

  leaveGroup(group: string, ownInterface?: string): void {
    this.#socket.dropMembership(group, ownInterface);
  }

  /** How many routers a multicast datagram may pass. */
  setTTL(ttl: number): void {
    this.#socket.setMulticastTTL(ttl);
  }

  /** Does this machine receive its own multicast datagrams? */
  setLoopbackMode(on: boolean): void {
    this.#socket.setMulticastLoopback(on);
  }

  setOutgoingInterface(address: string): void {
    this.#socket.setMulticastInterface(address);
  }

  setBroadcastAllowed(on: boolean): void {
    this.#socket.setBroadcast(on);
  }

  #listening(): void {
    if (this.#state === 'closed') return;
    this.#state = 'listening';
    this.#protocol?.makeConnection(this);
    for (const waiting of this.#waiting.splice(0)) waiting.callback(this);
  }

  #received(data: Buffer, from: RemoteInfo): void {
    if (this.#protocol === null || this.#state === 'closed') return;
    const peer = internetAddress('UDP', from.address, from.port);
    try {
      this.#protocol.datagramReceived(data.subarray(0, this.#maxPacketSize), peer);
    } catch (thrown) {
      logFailure(new Failure(thrown, true), 'datagramReceived threw an error.');
    }
  }

  #sent(error: Error | null): void {
    if (error) this.#refusedOrLogged(error);
  }

  #failed(error: Error): void {
    if (this.#state === 'listening') {
      this.#refusedOrLogged(error);
      return;
    }
    if (this.#state === 'closed') return;
    this.#error = new CannotListenError(
      `Cannot listen: ${error.message}. Choose another port, or stop what uses this one.`,
      { cause: error },
    );
    this.#state = 'closed';
    this.#reactor.closed(this);
    if (this.#waiting.length === 0) logFailure(new Failure(this.#error), '');
    for (const waiting of this.#waiting.splice(0)) waiting.errback(this.#error);
  }

  #refusedOrLogged(error: NodeJS.ErrnoException): void {
    if (this.#state === 'closed') return;
    if (error.code !== 'ECONNREFUSED') {
      logFailure(new Failure(error), 'A datagram could not be sent.');
      return;
    }
    try {
      this.#protocol?.connectionRefused();
    } catch (thrown) {
      logFailure(new Failure(thrown, true), 'connectionRefused threw an error.');
    }
  }
}
