import type { Failure } from '../deferred/failure.ts';
import type { Address } from './address.ts';
import type { Connector } from './connector.ts';
import { NotImplementedError } from './errors.ts';
import { Logger } from './log/logger.ts';
import type { Protocol } from './protocol.ts';

const log = new Logger('leakscan.reactor.factory');

/**
 * Makes a protocol for each connection, and knows what they share.
 *
 * Held by the ports and connectors that use it. A list of connections that it keeps is its own affair, and the
 * commonest leak of servers: take them out in `connectionLost`.
 */
export class Factory<P extends Protocol = Protocol> {
  /** Class of the protocols; or override `buildProtocol`. */
  protocol: (new () => P) | null = null;
  /** Number of ports and connectors that use it. */
  numPorts = 0;
  /** Log when it starts and stops? */
  noisy = true;

  /** A factory of this class for protocols of that class. */
  static forProtocol<P extends Protocol, F extends Factory<Protocol>, A extends unknown[]>(
    this: new (
      ...args: A
    ) => F,
    protocol: new () => P,
    ...args: A
  ): F & Factory<P> {
    const factory = new this(...args);
    factory.protocol = protocol;
    return factory as unknown as F & Factory<P>;
  }

  /** One more port uses it; calls `startFactory` for the first. */
  doStart(): void {
    if (this.numPorts === 0) {
      if (this.noisy) log.info(`Starting factory ${this.logPrefix()}`);
      this.startFactory();
    }
    this.numPorts += 1;
  }

  /** One port less uses it; calls `stopFactory` for the last. */
  doStop(): void {
    if (this.numPorts === 0) return;
    this.numPorts -= 1;
    if (this.numPorts > 0) return;
    if (this.noisy) log.info(`Stopping factory ${this.logPrefix()}`);
    this.stopFactory();
  }

  startFactory(): void {}

  stopFactory(): void {}

  /** The protocol for a connection; null drops it. @throws NotImplementedError when there is no class. */
  buildProtocol(_address: Address): P | null {
    if (this.protocol === null) {
      throw new NotImplementedError(
        `${this.logPrefix()} has no protocol. Set \`protocol\`, or override buildProtocol.`,
      );
    }
    const protocol = new this.protocol();
    protocol.factory = this;
    return protocol;
  }

  /** Name of this factory in the log. */
  logPrefix(): string {
    return this.constructor.name;
  }
}

/** A factory for the connections that come in on a port. */
export class ServerFactory<P extends Protocol = Protocol> extends Factory<P> {}

/** A factory for connections that are made by `connectTCP` and its kind, and told what becomes of them. */
export class ClientFactory<P extends Protocol = Protocol> extends Factory<P> {
  startedConnecting(_connector: Connector): void {}

  /** There was no connection. The connector may be told to `connect` again. */
  clientConnectionFailed(_connector: Connector, _reason: Failure): void {}

  /** The connection is gone. The connector may be told to `connect` again. */
  clientConnectionLost(_connector: Connector, _reason: Failure): void {}
}
