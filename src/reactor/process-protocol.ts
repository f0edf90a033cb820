import type { Failure } from '../deferred/failure.ts';
import type { ProcessTransport } from './process-transport.ts';

/**
 * The parent's side of a child process: `connectionMade`, then what the child writes, then `processExited`, and
 * `processEnded` once all its pipes are closed as well.
 *
 * Held by its transport until `processEnded`. A pipe that a grandchild keeps open puts that off.
 */
export class ProcessProtocol {
  /** The child; undefined before there is one. */
  transport!: ProcessTransport;

  /** For transports, and for tests. */
  makeConnection(transport: ProcessTransport): void {
    this.transport = transport;
    this.connectionMade();
  }

  connectionMade(): void {}

  /** Data from any pipe; by default it is told to `outReceived` and `errReceived`. */
  childDataReceived(childFD: number, data: Buffer): void {
    if (childFD === 1) this.outReceived(data);
    else if (childFD === 2) this.errReceived(data);
  }

  outReceived(_data: Buffer): void {}

  errReceived(_data: Buffer): void {}

  /** A pipe was closed; by default it is told to the three below. */
  childConnectionLost(childFD: number): void {
    if (childFD === 0) this.inConnectionLost();
    else if (childFD === 1) this.outConnectionLost();
    else if (childFD === 2) this.errConnectionLost();
  }

  inConnectionLost(): void {}

  outConnectionLost(): void {}

  errConnectionLost(): void {}

  /** The child has exited; its pipes may still have data. The reason is ProcessDone or ProcessTerminated. */
  processExited(_reason: Failure): void {}

  /** The child has exited and all its pipes are closed. */
  processEnded(_reason: Failure): void {}
}
