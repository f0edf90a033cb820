import { NotImplementedError } from './errors.ts';
import { Protocol } from './protocol.ts';
import {
  CRLF,
  detached,
  joined,
  noBytes,
  pauseReceiving,
  resumeReceiving,
  stopReceiving,
} from './receiving.ts';
import { type Bytes, toBuffer } from './transport.ts';

/**
 * Takes lines, and raw data in between: override `lineReceived`, and `rawDataReceived` for `setRawMode`.
 *
 * Keeps the rest of an unfinished line: at most MAX_LENGTH bytes and a chunk, then `lineLengthExceeded` drops
 * all there is. After `loseConnection` no further line of the chunk is delivered.
 */
export class LineReceiver extends Protocol {
  /** What ends a line. */
  delimiter: Bytes = CRLF;
  /** Longest line, in bytes, without its delimiter. */
  MAX_LENGTH = 16384;
  paused = false;
  #lineMode = true;
  #buffer = noBytes;
  #receiving = false;

  /** A line without its delimiter. The bytes are a view of a larger buffer: copy what is to be kept. */
  lineReceived(_line: Buffer): void {
    throw new NotImplementedError(`${this.logPrefix()} has no lineReceived. Override it.`);
  }

  /** Data in raw mode, as it comes. */
  rawDataReceived(_data: Buffer): void {
    throw new NotImplementedError(`${this.logPrefix()} has no rawDataReceived. Override it.`);
  }

  /** A line is too long: gets all that is there, which is then dropped. Closes the connection. */
  lineLengthExceeded(_line: Buffer): void {
    this.transport.loseConnection();
  }

  override dataReceived(data: Buffer): void {
    this.#buffer = joined(this.#buffer, data);
    if (this.#receiving) return;
    this.#receiving = true;
    try {
      while (this.#buffer.length > 0 && !this.paused) {
        if (!this.#lineMode) {
          this.rawDataReceived(this.clearLineBuffer());
        } else if (!this.#takeLine()) {
          return;
        }
      }
    } finally {
      this.#receiving = false;
      this.#buffer = detached(this.#buffer);
    }
  }

  /** Delivers one line; false when there is none, or no more are wanted. */
  #takeLine(): boolean {
    const delimiter = toBuffer(this.delimiter);
    const end = this.#buffer.indexOf(delimiter);
    if (end < 0) {
      if (this.#buffer.length >= this.MAX_LENGTH + delimiter.length) {
        this.lineLengthExceeded(this.clearLineBuffer());
      }
      return false;
    }
    if (end > this.MAX_LENGTH) {
      this.lineLengthExceeded(this.clearLineBuffer());
      return false;
    }
    const line = this.#buffer.subarray(0, end);
    this.#buffer = this.#buffer.subarray(end + delimiter.length);
    this.lineReceived(line);
    return !this.transport?.disconnecting;
  }

  /** Empties the buffer, and gives what was in it. */
  clearLineBuffer(): Buffer {
    const buffer = this.#buffer;
    this.#buffer = noBytes;
    return buffer;
  }

  /** Takes data as it comes from now on, what is left of this chunk included. */
  setRawMode(): void {
    this.#lineMode = false;
  }

  /** Takes lines again. `extra` is data that was taken too much in raw mode. */
  setLineMode(extra: Buffer = noBytes): void {
    this.#lineMode = true;
    if (extra.length > 0) this.dataReceived(extra);
  }

  /** Sends a line with its delimiter. */
  sendLine(line: Bytes): void {
    this.transport.write(Buffer.concat([toBuffer(line), toBuffer(this.delimiter)]));
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
