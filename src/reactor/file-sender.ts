import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { Deferred } from '../deferred/deferred.ts';
import { RuntimeError } from './errors.ts';
import type { Consumer, PushProducer } from './transport.ts';

/** Sends a file, or another readable stream, no faster than the consumer takes it. */
export class FileSender implements PushProducer {
  #source: Readable | null = null;
  #consumer: Consumer | null = null;
  #done: Deferred<void> | null = null;
  #transform: ((data: Buffer) => Buffer) | null = null;

  /**
   * Begins; fires when everything was handed to the consumer. Fails with the error of the file, or with
   * RuntimeError when the consumer goes away before. `transform` changes each portion.
   */
  beginFileTransfer(
    file: string | Readable,
    consumer: Consumer,
    transform: ((data: Buffer) => Buffer) | null = null,
  ): Deferred<void> {
    const source = typeof file === 'string' ? createReadStream(file) : file;
    const done = new Deferred<void>(() => this.stopProducing());
    this.#source = source;
    this.#consumer = consumer;
    this.#done = done;
    this.#transform = transform;
    source.on('data', (data: Buffer) => this.#send(data));
    source.once('end', () => this.#finish()?.callback(undefined));
    source.once('error', (error: Error) => this.#finish()?.errback(error));
    consumer.registerProducer(this, true);
    return done;
  }

  pauseProducing(): void {
    this.#source?.pause();
  }

  resumeProducing(): void {
    this.#source?.resume();
  }

  stopProducing(): void {
    const source = this.#source;
    this.#finish()?.errback(new RuntimeError('The consumer wants no more: its connection is gone.'));
    source?.destroy();
  }

  #send(data: Buffer): void {
    this.#consumer?.write(this.#transform === null ? data : this.#transform(data));
  }

  /** Lets go of everything; gives the Deferred when it has not fired. */
  #finish(): Deferred<void> | null {
    const done = this.#done;
    this.#consumer?.unregisterProducer();
    this.#source = null;
    this.#consumer = null;
    this.#done = null;
    return done;
  }
}
