import type { Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls, TLSSocket, type TLSSocketOptions } from 'node:tls';
import { withoutFrames } from '../deferred/error-class.ts';
import { Failure } from '../deferred/failure.ts';
import { logFailure } from '../deferred/log-failure.ts';
import { type Address, internetAddress } from './address.ts';
import { ConnectionAborted, ConnectionDone, ConnectionLost, RuntimeError } from './errors.ts';
import { isHalfCloseable, type Protocol } from './protocol.ts';
import type { Reactor } from './reactor.ts';
import type { Bytes, PullProducer, PushProducer, Transport } from './transport.ts';

/** Unsent bytes at which a connection without a producer is dropped: its peer does not read. */
const MOST_UNSENT_BYTES = 64 * 1024 * 1024;

const LINGER_SECONDS = 60;

/**
 * A connection over a socket of Node: TCP, TLS or UNIX.
 *
 * Held by its socket and by the reactor until the connection is gone; holds its protocol until
 * `connectionLost` was called, and its producer until that is unregistered.
 */
export class StreamTransport implements Transport {
  readonly #reactor: Reactor;
  #socket: Socket;
  #protocol: Protocol | null = null;
  #reason: Failure | null = null;
  #producer: PushProducer | PullProducer | null = null;
  #streaming = false;
  #producerPaused = false;
  /** Can nothing be written any more? */
  #ended = false;
  /** Is somebody reading the socket? */
  #isRead = false;
  readonly #peer: Address;
  readonly #host: Address;
  readonly #onLost: ((reason: Failure) => void) | null;
  /** False once the connection is gone. */
  connected = true;
  disconnecting = false;
  /** Unsent bytes at which the connection is dropped when no producer is registered. */
  maxUnsentBytes = MOST_UNSENT_BYTES;
  /** Seconds without progress after which a closing connection is dropped: its peer does not read. */
  lingerSeconds = LINGER_SECONDS;

  constructor(
    reactor: Reactor,
    socket: Socket,
    path: string | null,
    onLost: ((reason: Failure) => void) | null = null,
  ) {
    this.#reactor = reactor;
    this.#socket = socket;
    this.#onLost = onLost;
    this.#peer = endOf(path, socket.remoteAddress, socket.remotePort);
    this.#host = endOf(path, socket.localAddress, socket.localPort);
  }

  /** Connects the protocol, and begins to read unless it took the socket over. */
  begin(protocol: Protocol): void {
    this.#protocol = protocol;
    this.#reactor.opened(this);
    this.#socket.on('error', this.#onError);
    this.#socket.on('close', this.#onClose);
    this.#guard(() => protocol.makeConnection(this));
    if (this.#protocol !== null) this.#read();
  }

  /** Hands the socket to another reader. The protocol will hear of `connectionLost` only. */
  detach(): Socket {
    this.#isRead = true;
    return this.#socket;
  }

  #read(): void {
    if (this.#isRead) return;
    this.#isRead = true;
    const socket = this.#socket;
    socket.on('data', this.#onData);
    socket.on('end', this.#onEnd);
    socket.on('drain', this.#onDrain);
  }

  readonly #onData = (chunk: Buffer): void => {
    const protocol = this.#protocol;
    if (protocol === null || this.disconnecting) return;
    try {
      protocol.dataReceived(chunk);
    } catch (thrown) {
      this.#fail(thrown);
    }
  };

  readonly #onEnd = (): void => {
    const protocol = this.#protocol;
    if (protocol !== null && isHalfCloseable(protocol) && !this.disconnecting) {
      this.#guard(() => protocol.readConnectionLost());
      if (this.#socket.writableFinished) this.#close(connectionDone());
    } else if (!this.disconnecting) {
      this.#close(connectionDone());
    }
  };

  readonly #onDrain = (): void => {
    if (this.#producer === null || !this.#producerPaused) return;
    this.#producerPaused = false;
    this.#guard(() => this.#producer?.resumeProducing());
  };

  readonly #onError = (error: Error): void => {
    this.#reason ??= new Failure(
      withoutFrames(() => new ConnectionLost(`The connection broke: ${error.message}`, { cause: error })),
    );
  };

  readonly #onClose = (): void => {
    const protocol = this.#protocol;
    if (protocol === null) return;
    const reason = this.#reason ?? connectionDone();
    const producer = this.#producer;
    this.connected = false;
    this.#ended = true;
    this.#protocol = null;
    this.#producer = null;
    this.#socket.removeListener('data', this.#onData);
    this.#socket.removeListener('end', this.#onEnd);
    this.#socket.removeListener('drain', this.#onDrain);
    this.#reactor.closed(this);
    for (const call of [
      () => producer?.stopProducing(),
      () => protocol.connectionLost(reason),
      () => this.#onLost?.(reason),
    ]) {
      try {
        call();
      } catch (thrown) {
        logFailure(new Failure(thrown, true), 'The end of a connection was met with an error.');
      }
    }
  };

  write(data: Bytes): void {
    const socket = this.#socket;
    if (this.#ended) return;
    if (this.#producer === null) {
      if (socket.writableLength > this.maxUnsentBytes) this.#dropUnread();
      else socket.write(data);
    } else if (this.#streaming) {
      if (!socket.write(data) && !this.#producerPaused) this.#pauseProducer(this.#producer as PushProducer);
    } else {
      socket.write(data, this.#pull);
    }
  }

  writeSequence(chunks: Iterable<Bytes>): void {
    this.#socket.cork();
    for (const chunk of chunks) this.write(chunk);
    this.#socket.uncork();
  }

  #pauseProducer(producer: PushProducer): void {
    this.#producerPaused = true;
    producer.pauseProducing();
  }

  /** What was written is sent: the next portion, please. */
  readonly #pull = (): void => {
    if (this.#producer === null || this.#streaming || this.#socket.writableLength > 0) return;
    this.#guard(() => this.#producer?.resumeProducing());
  };

  registerProducer(producer: PushProducer | PullProducer, streaming: boolean): void {
    if (this.#producer !== null) {
      throw new RuntimeError('This transport has a producer. Call unregisterProducer before another comes.');
    }
    if (!this.connected || this.#socket.destroyed) {
      producer.stopProducing();
      return;
    }
    this.#producer = producer;
    this.#streaming = streaming;
    this.#producerPaused = false;
    if (!streaming) producer.resumeProducing();
  }

  unregisterProducer(): void {
    this.#producer = null;
    if (this.connected && this.disconnecting) this.#finish();
  }

  loseConnection(): void {
    if (!this.connected || this.disconnecting) return;
    this.disconnecting = true;
    this.#socket.pause();
    if (this.#producer === null) this.#finish();
  }

  /** Sends what is left and closes; a peer that takes nothing of it for a while is dropped. */
  #finish(): void {
    const socket = this.#socket;
    if (socket.writableFinished) {
      this.#close(connectionDone());
      return;
    }
    socket.once('finish', () => this.#close(connectionDone()));
    this.#ended = true;
    if (!socket.writableEnded) socket.end();
    // Node's own time limit of a socket knows of progress inside of one large write.
    socket.setTimeout(this.lingerSeconds * 1000, () => this.abortConnection());
  }

  abortConnection(): void {
    if (!this.connected) return;
    this.disconnecting = true;
    this.#reset(new Failure(withoutFrames(() => new ConnectionAborted('The connection was aborted.'))));
  }

  /** Closes the sending direction once everything is sent. */
  loseWriteConnection(): void {
    const socket = this.#socket;
    if (this.#ended) return;
    this.#ended = true;
    socket.end(() => {
      const protocol = this.#protocol;
      if (protocol !== null && isHalfCloseable(protocol)) this.#guard(() => protocol.writeConnectionLost());
      if (socket.readableEnded) this.#close(connectionDone());
    });
  }

  /** The reactor shuts down. */
  abandon(): void {
    this.#close(new Failure(withoutFrames(() => new ConnectionLost('The reactor was stopped.'))));
  }

  #dropUnread(): void {
    this.#reset(
      new Failure(
        withoutFrames(
          () =>
            new ConnectionAborted(
              `The peer does not read: more than ${this.maxUnsentBytes} bytes were waiting. Register a producer.`,
            ),
        ),
      ),
    );
  }

  #close(reason: Failure): void {
    this.#reason ??= reason;
    this.#ended = true;
    this.#socket.destroy();
  }

  #reset(reason: Failure): void {
    this.#reason ??= reason;
    this.#ended = true;
    const socket = this.#socket;
    // By itself resetAndDestroy waits until everything is sent, which may be never; and a socket whose end was
    // announced cannot be reset: it would never close.
    const canReset = this.#peer.type === 'TCP' && !(socket instanceof TLSSocket) && !socket.writableEnded;
    if (canReset) socket.resetAndDestroy();
    socket.destroy();
  }

  #guard(call: () => unknown): void {
    try {
      call();
    } catch (thrown) {
      this.#fail(thrown);
    }
  }

  /** An error of the protocol ends its connection, and is the reason. */
  #fail(thrown: unknown): void {
    const failure = new Failure(thrown, true);
    logFailure(failure, 'A protocol threw an error; its connection is closed.');
    this.#close(failure);
  }

  pauseProducing(): void {
    this.#socket.pause();
  }

  resumeProducing(): void {
    if (this.connected && !this.disconnecting) this.#socket.resume();
  }

  stopProducing(): void {
    this.loseConnection();
  }

  getPeer(): Address {
    return this.#peer;
  }

  getHost(): Address {
    return this.#host;
  }

  setTcpNoDelay(on: boolean): void {
    this.#socket.setNoDelay(on);
  }

  setTcpKeepAlive(on: boolean): void {
    this.#socket.setKeepAlive(on);
  }

  /** The certificate of the peer, or null when the connection is not encrypted. */
  getPeerCertificate(): unknown {
    return this.#socket instanceof TLSSocket ? this.#socket.getPeerCertificate() : null;
  }

  /** Goes on encrypted: what is written and read from now on is TLS. Call it where the peer does, too. */
  startTLS(options: (TLSSocketOptions & { isServer: true }) | ConnectionOptions): void {
    const plain = this.#socket;
    plain.removeListener('data', this.#onData);
    plain.removeListener('end', this.#onEnd);
    plain.removeListener('drain', this.#onDrain);
    plain.removeListener('close', this.#onClose);
    const secure =
      'isServer' in options && options.isServer
        ? new TLSSocket(plain, options)
        : connectTls({ ...options, socket: plain });
    secure.on('error', this.#onError);
    secure.on('close', this.#onClose);
    this.#socket = secure;
    this.#isRead = false;
    this.#read();
  }
}

function connectionDone(): Failure {
  return new Failure(withoutFrames(() => new ConnectionDone('The connection was closed cleanly.')));
}

function endOf(path: string | null, host: string | undefined, port: number | undefined): Address {
  return path === null ? internetAddress('TCP', host ?? '', port ?? 0) : { type: 'UNIX', name: path };
}
