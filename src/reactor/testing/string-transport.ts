import { withoutFrames } from '../../deferred/error-class.ts';
import { Failure } from '../../deferred/failure.ts';
import { type Address, internetAddress } from '../address.ts';
import { ConnectionAborted, ConnectionDone, RuntimeError } from '../errors.ts';
import { Protocol } from '../protocol.ts';
import { type Bytes, type PullProducer, type PushProducer, type Transport, toBuffer } from '../transport.ts';

/** A transport that keeps what is written to it. */
export class StringTransport implements Transport {
  disconnecting = false;
  disconnected = false;
  aborting = false;
  producer: PushProducer | PullProducer | null = null;
  streaming = false;
  producerState: 'producing' | 'paused' | 'stopped' = 'producing';
  readonly #host: Address;
  readonly #peer: Address;
  #written: Buffer[] = [];

  constructor(
    host: Address = internetAddress('TCP', '10.0.0.1', 12345),
    peer: Address = internetAddress('TCP', '192.168.1.1', 54321),
  ) {
    this.#host = host;
    this.#peer = peer;
  }

  /** All that was written since `clear`. */
  value(): Buffer {
    return Buffer.concat(this.#written);
  }

  clear(): void {
    this.#written = [];
  }

  write(data: Bytes): void {
    this.#written.push(Buffer.from(toBuffer(data)));
  }

  writeSequence(chunks: Iterable<Bytes>): void {
    for (const chunk of chunks) this.write(chunk);
  }

  loseConnection(): void {
    this.disconnecting = true;
  }

  abortConnection(): void {
    this.aborting = true;
    this.loseConnection();
  }

  registerProducer(producer: PushProducer | PullProducer, streaming: boolean): void {
    if (this.producer !== null) throw new RuntimeError('This transport has a producer already.');
    this.producer = producer;
    this.streaming = streaming;
  }

  unregisterProducer(): void {
    if (this.producer === null) throw new RuntimeError('This transport has no producer.');
    this.producer = null;
  }

  pauseProducing(): void {
    this.#assertNotStopped();
    this.producerState = 'paused';
  }

  resumeProducing(): void {
    this.#assertNotStopped();
    this.producerState = 'producing';
  }

  stopProducing(): void {
    this.#assertNotStopped();
    this.producerState = 'stopped';
  }

  getPeer(): Address {
    return this.#peer;
  }

  getHost(): Address {
    return this.#host;
  }

  #assertNotStopped(): void {
    if (this.producerState === 'stopped')
      throw new RuntimeError('This transport was told to stop producing.');
  }
}

/** A StringTransport that tells its protocol when it is closed. */
export class StringTransportWithDisconnection extends StringTransport {
  /** Set it before the connection is closed. */
  protocol: Protocol | null = null;

  override loseConnection(): void {
    if (this.disconnected) return;
    super.loseConnection();
    this.disconnected = true;
    const reason = withoutFrames(() =>
      this.aborting ? new ConnectionAborted('Connection aborted.') : new ConnectionDone('Connection done.'),
    );
    const protocol = this.protocol;
    this.protocol = null;
    protocol?.connectionLost(new Failure(reason));
  }
}

/** A protocol that keeps what it receives. */
export class AccumulatingProtocol extends Protocol {
  made = false;
  closed = false;
  closedReason: Failure | null = null;
  #received: Buffer[] = [];

  /** All that was received. */
  get data(): Buffer {
    return Buffer.concat(this.#received);
  }

  override connectionMade(): void {
    this.made = true;
  }

  override dataReceived(data: Buffer): void {
    this.#received.push(Buffer.from(data));
  }

  override connectionLost(reason: Failure): void {
    this.closed = true;
    this.closedReason = reason;
  }
}
