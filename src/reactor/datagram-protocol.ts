import { Failure } from '../deferred/failure.ts';
import { logFailure } from '../deferred/log-failure.ts';
import type { InternetAddress } from './address.ts';
import type { DatagramPort } from './datagram-port.ts';

/**
 * What is done with datagrams. There are no connections here: `startProtocol` when the port opens,
 * `stopProtocol` when it closes, and never `connectionMade` or `connectionLost`.
 */
export class DatagramProtocol {
  /** The port; null when it is closed. */
  transport: DatagramPort | null = null;

  /** The port is open. */
  startProtocol(): void {}

  /** The port is closed. */
  stopProtocol(): void {}

  /** Anyone may send anything, with any address on it. */
  datagramReceived(_data: Buffer, _from: InternetAddress): void {}

  /** A connected port had a datagram refused. */
  connectionRefused(): void {}

  /** For ports. */
  makeConnection(port: DatagramPort): void {
    this.transport = port;
    this.#guarded('startProtocol');
  }

  /** For ports. */
  doStop(): void {
    this.transport = null;
    this.#guarded('stopProtocol');
  }

  #guarded(step: 'startProtocol' | 'stopProtocol'): void {
    try {
      this[step]();
    } catch (thrown) {
      logFailure(new Failure(thrown, true), `${step} threw an error.`);
    }
  }
}

/** A DatagramProtocol that talks to one peer only: connect its port in `startProtocol`. */
export class ConnectedDatagramProtocol extends DatagramProtocol {
  /** The peer's name could not be resolved. */
  connectionFailed(_failure: Failure): void {}
}
