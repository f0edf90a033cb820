import { NotImplementedError } from './errors.ts';
import { Protocol } from './protocol.ts';
import { CRLF, detached, joined, noBytes } from './receiving.ts';
import { type Bytes, toBuffer } from './transport.ts';

/**
 * Takes lines and nothing else: override `lineReceived`. A line that is too long closes the connection, unless
 * `lineLengthExceeded` says otherwise. Keeps the rest of an unfinished line.
 */
export class LineOnlyReceiver extends Protocol {
  /** What ends a line. */
  delimiter: Bytes = CRLF;
  /** Longest line, in bytes, without its delimiter. */
  MAX_LENGTH = 16384;
  #buffer = noBytes;

  /** A line without its delimiter. The bytes are a view of a larger buffer: copy what is to be kept. */
  lineReceived(_line: Buffer): void {
    throw new NotImplementedError(`${this.logPrefix()} has no lineReceived. Override it.`);
  }

  lineLengthExceeded(_line: Buffer): void {
    this.transport.loseConnection();
  }

  override dataReceived(data: Buffer): void {
    const delimiter = toBuffer(this.delimiter);
    const all = joined(this.#buffer, data);
    const lines: Buffer[] = [];
    let start = 0;
    for (let end = all.indexOf(delimiter); end >= 0; end = all.indexOf(delimiter, start)) {
      lines.push(all.subarray(start, end));
      start = end + delimiter.length;
    }
    this.#buffer = detached(all.subarray(start));
    for (const line of lines) {
      if (this.transport?.disconnecting) return;
      if (line.length > this.MAX_LENGTH) {
        this.lineLengthExceeded(line);
        return;
      }
      this.lineReceived(line);
    }
    if (this.#buffer.length > this.MAX_LENGTH) this.lineLengthExceeded(this.#buffer);
  }

  /** Sends a line with its delimiter. */
  sendLine(line: Bytes): void {
    this.transport.writeSequence([toBuffer(line), toBuffer(this.delimiter)]);
  }
}
