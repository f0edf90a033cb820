import type { Failure } from '../deferred/failure.ts';
import type { Factory } from './factory.ts';
import type { Transport } from './transport.ts';

/**
 * One end of a connection: `connectionMade`, then `dataReceived` as often as data comes, then
 * `connectionLost` once.
 *
 * Protocol and transport hold each other; after `connectionLost` nothing of the runtime holds the protocol.
 */
export class Protocol {
  /** Was there ever a connection? Stays true when it is lost. */
  connected = false;
  /** The connection; undefined before there is one. */
  transport!: Transport;
  /** Who built this protocol; null for one that was made by hand. */
  factory: Factory<Protocol> | null = null;

  /** Connects the protocol to its transport. For transports, and for tests. */
  makeConnection(transport: Transport): void {
    this.connected = true;
    this.transport = transport;
    this.connectionMade();
  }

  connectionMade(): void {}

  /** The bytes are a view of a buffer that may be large: copy what is to be kept. */
  dataReceived(_data: Buffer): void {}

  /** The reason is a ConnectionDone, or a ConnectionLost when something went wrong. */
  connectionLost(_reason: Failure): void {}

  /** Name of this protocol in the log. */
  logPrefix(): string {
    return this.constructor.name;
  }
}

/** A protocol that goes on when only one direction of its connection is closed. */
export interface HalfCloseableProtocol {
  /** The peer sends nothing more. */
  readConnectionLost(): void;
  /** `loseWriteConnection` is done. */
  writeConnectionLost(): void;
}

export function isHalfCloseable(protocol: object): protocol is HalfCloseableProtocol {
  return typeof (protocol as Partial<HalfCloseableProtocol>).readConnectionLost === 'function';
}
