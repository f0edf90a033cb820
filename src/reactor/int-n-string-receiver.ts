import { NotImplementedError, StringTooLongError } from './errors.ts';
import { Protocol } from './protocol.ts';
import { detached, joined, noBytes, pauseReceiving, resumeReceiving, stopReceiving } from './receiving.ts';
import { type Bytes, toBuffer } from './transport.ts';

/**
 * Takes strings that begin with their length, a big-endian number of `prefixLength` bytes: override
 * `stringReceived`, not `dataReceived`, which does the framing. A length above MAX_LENGTH closes the connection
 * before anything of the string is kept. Keeps the rest of an unfinished string.
 */
export abstract class IntNStringReceiver extends Protocol {
  /** Bytes of a length. */
  abstract readonly prefixLength: number;
  /** Longest string, in bytes. */
  MAX_LENGTH = 99999;
  paused = false;
  #unprocessed = noBytes;

  /** A string without its length. The bytes are a view of a larger buffer: copy what is to be kept. */
  stringReceived(_string: Buffer): void {
    throw new NotImplementedError(`${this.logPrefix()} has no stringReceived. Override it.`);
  }

  lengthLimitExceeded(_length: number): void {
    this.transport.loseConnection();
  }

  override dataReceived(data: Buffer): void {
    const all = joined(this.#unprocessed, data);
    const { prefixLength } = this;
    let start = 0;
    this.#unprocessed = all;
    while (all.length >= start + prefixLength && !this.paused) {
      const length = all.readUIntBE(start, prefixLength);
      const from = start + prefixLength;
      if (length > this.MAX_LENGTH) {
        this.lengthLimitExceeded(length);
        return;
      }
      if (all.length < from + length) break;
      start = from + length;
      this.stringReceived(all.subarray(from, start));
    }
    this.#unprocessed = detached(all.subarray(start));
  }

  /** Sends a string with its length. @throws StringTooLongError when the prefix cannot say it. */
  sendString(string: Bytes): void {
    const bytes = toBuffer(string);
    if (bytes.length >= 2 ** (8 * this.prefixLength)) {
      throw new StringTooLongError(
        `${bytes.length} bytes are too many for a prefix of ${this.prefixLength}. Send them in parts.`,
      );
    }
    const prefix = Buffer.alloc(this.prefixLength);
    prefix.writeUIntBE(bytes.length, 0, this.prefixLength);
    this.transport.write(Buffer.concat([prefix, bytes]));
  }

  pauseProducing(): void {
    pauseReceiving(this);
  }

  resumeProducing(): void {
    resumeReceiving(this);
  }

  stopProducing(): void {
    stopReceiving(this);
  }
}

/** Strings of up to 255 bytes. */
export class Int8StringReceiver extends IntNStringReceiver {
  readonly prefixLength: number = 1;
}

/** Strings of up to 65,535 bytes. */
export class Int16StringReceiver extends IntNStringReceiver {
  readonly prefixLength: number = 2;
}

/** Strings of up to 4 GiB; MAX_LENGTH says less. */
export class Int32StringReceiver extends IntNStringReceiver {
  readonly prefixLength: number = 4;
}
