import type { Address } from './address.ts';

/** What can be written: bytes, or text that is sent as UTF-8. */
export type Bytes = Uint8Array | string;

/** Makes data by itself until it is told to pause. */
export interface PushProducer {
  pauseProducing(): void;
  resumeProducing(): void;
  /** Nothing more is wanted, for ever. */
  stopProducing(): void;
}

/** Makes one portion of data each time `resumeProducing` is called. */
export interface PullProducer {
  resumeProducing(): void;
  stopProducing(): void;
}

/** Takes data, and tells its producer when it is full. */
export interface Consumer {
  /** `streaming` says that it is a PushProducer. @throws RuntimeError while another producer is registered. */
  registerProducer(producer: PushProducer | PullProducer, streaming: boolean): void;
  unregisterProducer(): void;
  write(data: Bytes): void;
}

/** A protocol's end of a connection. */
export interface Transport extends Consumer, PushProducer {
  /** Was `loseConnection` called? */
  readonly disconnecting: boolean;
  /** Sends data, or keeps it until it can be sent. Does nothing when the connection is gone. */
  write(data: Bytes): void;
  writeSequence(chunks: Iterable<Bytes>): void;
  /** Closes the connection once everything that was written is sent. No data is delivered any more. */
  loseConnection(): void;
  /** Drops the connection, and what was not sent. */
  abortConnection(): void;
  getPeer(): Address;
  getHost(): Address;
}

/** What can be written as a Buffer. */
export function toBuffer(data: Bytes): Buffer {
  if (typeof data === 'string') return Buffer.from(data);
  return Buffer.isBuffer(data) ? data : Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}
