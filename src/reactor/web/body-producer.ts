import { createReadStream, statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import type { Deferred } from '../../deferred/deferred.ts';
import { FileSender } from '../file-sender.ts';
import type { Consumer } from '../transport.ts';

/** Makes the body of a request. */
export interface BodyProducer {
  /** Bytes it will make; null when it does not know. */
  readonly length: number | null;
  /** Begins; fires when all is made. Cancelling that ends it. */
  startProducing(consumer: Consumer): Deferred<unknown>;
}

/** Sends a file, or another readable stream, as the body of a request. */
export class FileBodyProducer implements BodyProducer {
  readonly length: number | null;
  readonly #source: Readable;

  /** A path, or a stream. @throws Node's error when there is no such file. */
  constructor(file: string | Readable) {
    this.length = typeof file === 'string' ? statSync(file).size : null;
    this.#source = typeof file === 'string' ? createReadStream(file) : file;
  }

  startProducing(consumer: Consumer): Deferred<void> {
    return new FileSender().beginFileTransfer(this.#source, consumer);
  }
}
