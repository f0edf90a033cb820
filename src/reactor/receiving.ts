import type { Protocol } from './protocol.ts';

/** A protocol that keeps what it has read while it is paused, and parses that when it resumes. */
export interface PausingProtocol extends Protocol {
  paused: boolean;
}

/** Stops reading; what is read already waits. */
export function pauseReceiving(protocol: PausingProtocol): void {
  protocol.paused = true;
  protocol.transport.pauseProducing();
}

/** Reads on, beginning with what waits. */
export function resumeReceiving(protocol: PausingProtocol): void {
  protocol.paused = false;
  protocol.transport.resumeProducing();
  protocol.dataReceived(Buffer.alloc(0));
}

/** Reads nothing more, for ever. */
export function stopReceiving(protocol: PausingProtocol): void {
  protocol.paused = true;
  protocol.transport.stopProducing();
}

/** Bytes of their own, that hold no larger buffer. */
export function detached(bytes: Buffer): Buffer {
  if (bytes.length === bytes.buffer.byteLength) return bytes;
  // Buffer.from would take a piece of the pool that Node cuts small buffers from, and hold all of that.
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(copy);
  return copy;
}

/** One buffer of two. */
export function joined(before: Buffer, after: Buffer): Buffer {
  if (before.length === 0) return after;
  return after.length === 0 ? before : Buffer.concat([before, after]);
}

export const noBytes: Buffer = Buffer.alloc(0);

/** What ends a line on the Internet. */
export const CRLF: Buffer = Buffer.from('\r\n');
