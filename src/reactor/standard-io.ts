import type { Readable, Writable } from 'node:stream';
import { withoutFrames } from '../deferred/error-class.ts';
import { Failure } from '../deferred/failure.ts';
import { logFailure } from '../deferred/log-failure.ts';
import { type Address, pipeAddress } from './address.ts';
import { ConnectionDone, ConnectionLost, RuntimeError } from './errors.ts';
import type { Protocol } from './protocol.ts';
import type { Bytes, PullProducer, PushProducer, Transport } from './transport.ts';

/**
 * A protocol on standard input and output, or on another pair of streams. The end of the input ends it.
 *
 * Held by its streams; holds its protocol until `connectionLost`.
 */
export class StandardIO implements Transport {
  #protocol: Protocol | null;
  readonly #input: Readable;
  readonly #output: Writable;
  #producer: PushProducer | PullProducer | null = null;
  #streaming = false;
  disconnecting = false;

  constructor(protocol: Protocol, input: Readable = process.stdin, output: Writable = process.stdout) {
    this.#protocol = protocol;
    this.#input = input;
    this.#output = output;
    protocol.makeConnection(this);
    input.on('data', this.#onData);
    input.once('end', this.#onEnd);
    input.once('error', this.#onError);
    output.once('error', this.#onError);
    output.on('drain', this.#onDrain);
  }

  write(data: Bytes): void {
    if (this.#protocol === null) return;
    const hasRoom = this.#output.write(data);
    if (this.#producer === null) return;
    if (!this.#streaming) {
      if (hasRoom) setImmediate(this.#onDrain);
    } else if (!hasRoom) {
      (this.#producer as PushProducer).pauseProducing();
    }
  }

  writeSequence(chunks: Iterable<Bytes>): void {
    for (const chunk of chunks) this.write(chunk);
  }

  loseConnection(): void {
    if (this.disconnecting) return;
    this.disconnecting = true;
    this.#input.pause();
    if (this.#producer === null) this.#flush();
  }

  abortConnection(): void {
    this.loseConnection();
  }

  registerProducer(producer: PushProducer | PullProducer, streaming: boolean): void {
    if (this.#producer !== null) {
      throw new RuntimeError('This transport has a producer. Call unregisterProducer before another comes.');
    }
    this.#producer = producer;
    this.#streaming = streaming;
    if (!streaming) producer.resumeProducing();
  }

  unregisterProducer(): void {
    this.#producer = null;
    if (this.disconnecting) this.#flush();
  }

  pauseProducing(): void {
    this.#input.pause();
  }

  resumeProducing(): void {
    this.#input.resume();
  }

  stopProducing(): void {
    this.loseConnection();
  }

  getPeer(): Address {
    return pipeAddress;
  }

  getHost(): Address {
    return pipeAddress;
  }

  #flush(): void {
    this.#output.write('', () => this.#lost(done()));
  }

  readonly #onData = (data: Buffer): void => {
    if (this.disconnecting) return;
    try {
      this.#protocol?.dataReceived(data);
    } catch (thrown) {
      const failure = new Failure(thrown, true);
      logFailure(failure, 'A protocol threw an error; its connection is closed.');
      this.#lost(failure);
    }
  };

  readonly #onDrain = (): void => this.#producer?.resumeProducing();

  readonly #onEnd = (): void => this.#lost(done());

  readonly #onError = (error: Error): void =>
    this.#lost(new Failure(withoutFrames(() => new ConnectionLost(error.message, { cause: error }))));

  #lost(reason: Failure): void {
    const protocol = this.#protocol;
    if (protocol === null) return;
    this.#protocol = null;
    this.#input.removeListener('data', this.#onData);
    this.#input.removeListener('end', this.#onEnd);
    this.#input.pause();
    this.#output.removeListener('drain', this.#onDrain);
    this.#producer?.stopProducing();
    this.#producer = null;
    protocol.connectionLost(reason);
  }
}

function done(): Failure {
  return new Failure(withoutFrames(() => new ConnectionDone('The stream has ended.')));
}
