import { NotImplementedError } from './errors.ts';
import { Protocol } from './protocol.ts';
import { detached, joined, noBytes } from './receiving.ts';
import { type Bytes, toBuffer } from './transport.ts';

const COLON = ':'.charCodeAt(0);
const COMMA = ','.charCodeAt(0);
const ZERO = '0'.charCodeAt(0);
const NINE = '9'.charCodeAt(0);

/** The peer sends what is no netstring. */
const broken = Symbol('broken netstring');

/**
 * Takes netstrings, `5:hello,`: override `stringReceived`. What is none, and one longer than MAX_LENGTH, closes
 * the connection. Keeps the rest of an unfinished one.
 *
 * After D. J. Bernstein, "Netstrings" (1997).
 */
export class NetstringReceiver extends Protocol {
  /** Longest string, in bytes. */
  MAX_LENGTH = 99999;
  /** Has the peer sent what is no netstring? */
  brokenPeer = false;
  #rest = noBytes;
  /** Bytes of the string that is being read; null while its length is. */
  #length: number | null = null;

  stringReceived(_string: Buffer): void {
    throw new NotImplementedError(`${this.logPrefix()} has no stringReceived. Override it.`);
  }

  override dataReceived(data: Buffer): void {
    this.#rest = joined(this.#rest, data);
    while (this.#rest.length > 0) {
      const string = this.#takeString();
      if (string === null) break;
      if (string === broken) {
        this.brokenPeer = true;
        this.transport.loseConnection();
        break;
      }
      this.stringReceived(string);
    }
    this.#rest = detached(this.#rest);
  }

  /** The next string; null when it is not all there. */
  #takeString(): Buffer | typeof broken | null {
    if (this.#length === null) {
      const length = this.#takeLength();
      if (typeof length !== 'number') return length;
      this.#length = length;
    }
    if (this.#rest.length <= this.#length) return null;
    if (this.#rest[this.#length] !== COMMA) return broken;
    const string = this.#rest.subarray(0, this.#length);
    this.#rest = this.#rest.subarray(this.#length + 1);
    this.#length = null;
    return string;
  }

  /** The next length; null when it is not all there. */
  #takeLength(): number | typeof broken | null {
    let length = 0;
    for (const [place, byte] of this.#rest.entries()) {
      if (byte === COLON && place > 0) {
        this.#rest = this.#rest.subarray(place + 1);
        return length;
      }
      const hasLeadingZero = place > 0 && this.#rest[0] === ZERO;
      if (byte < ZERO || byte > NINE || hasLeadingZero) return broken;
      length = 10 * length + byte - ZERO;
      if (length > this.MAX_LENGTH) return broken;
    }
    return null;
  }

  /** Sends a string as a netstring. */
  sendString(string: Bytes): void {
    const bytes = toBuffer(string);
    this.transport.write(Buffer.concat([Buffer.from(`${bytes.length}:`), bytes, Buffer.from(',')]));
  }
}
