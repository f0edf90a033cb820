import { Failure } from '../../src/deferred/index.ts';
import {
  Int8StringReceiver,
  Int16StringReceiver,
  Int32StringReceiver,
  type IntNStringReceiver,
} from '../../src/reactor/int-n-string-receiver.ts';
import { LineOnlyReceiver } from '../../src/reactor/line-only-receiver.ts';
import { LineReceiver } from '../../src/reactor/line-receiver.ts';
import { NetstringReceiver } from '../../src/reactor/netstring-receiver.ts';
import type { Protocol } from '../../src/reactor/protocol.ts';
import { TimeoutMixin, type Timeouts } from '../../src/reactor/timeout-mixin.ts';
import type { Bytes, Transport } from '../../src/reactor/transport.ts';
import { makeError } from './errors.ts';
import type { Operation } from './operations.ts';
import type { Program } from './program.ts';

type F = ((...args: unknown[]) => unknown) | null | undefined;
/** Any of the protocols: the operations of a program fit the kind it has made. */
type AnyReceiver = LineReceiver & IntNStringReceiver & Timeouts;

const kinds: Readonly<Record<string, new () => Protocol & Timeouts>> = {
  Line: TimeoutMixin(LineReceiver),
  LineOnly: TimeoutMixin(LineOnlyReceiver),
  Int8: TimeoutMixin(Int8StringReceiver),
  Int16: TimeoutMixin(Int16StringReceiver),
  Int32: TimeoutMixin(Int32StringReceiver),
  Netstring: TimeoutMixin(NetstringReceiver),
};

/** Bytes are written as text of the characters 0 to 255. */
function bytesOf(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

function textOf(bytes: Bytes): string {
  return typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('latin1');
}

function withText(f: NonNullable<F>): (data: Buffer | number) => void {
  return (data) => void f(typeof data === 'number' ? data : textOf(data));
}

/** A transport that records what is done with it. */
class RecordingTransport {
  disconnecting = false;
  readonly #program: Program;
  readonly #protocol: Protocol;

  constructor(program: Program, protocol: Protocol) {
    this.#program = program;
    this.#protocol = protocol;
  }

  write(data: Bytes): void {
    this.#record('write', textOf(data));
  }

  writeSequence(chunks: Iterable<Bytes>): void {
    this.write(Buffer.concat([...chunks].map((chunk) => bytesOf(textOf(chunk)))));
  }

  loseConnection(): void {
    if (!this.disconnecting) this.#record('lose');
    this.disconnecting = true;
  }

  pauseProducing(): void {
    this.#record('pauseTransport');
  }

  resumeProducing(): void {
    this.#record('resumeTransport');
  }

  #record(kind: string, ...content: string[]): void {
    this.#program.record(kind, this.#program.encoder.label(this.#protocol), ...content);
  }
}

/** The operations of the area `protocol`. */
export const protocolOperations: Record<string, Operation> = {
  proto: (
    program,
    kind: string,
    delimiter?: string,
    maxLength?: number,
    message?: F,
    raw?: F,
    exceeded?: F,
    timeout?: F,
  ) => {
    const protocol = new (kinds[kind] as new () => AnyReceiver)();
    protocol.clock = program.clock;
    if (typeof delimiter === 'string') protocol.delimiter = bytesOf(delimiter);
    if (typeof maxLength === 'number') protocol.MAX_LENGTH = maxLength;
    if (message)
      Object.assign(protocol, { lineReceived: withText(message), stringReceived: withText(message) });
    if (raw) Object.assign(protocol, { rawDataReceived: withText(raw) });
    if (exceeded) {
      Object.assign(protocol, {
        lineLengthExceeded: withText(exceeded),
        lengthLimitExceeded: withText(exceeded),
      });
    }
    if (timeout) protocol.timeoutConnection = () => void timeout();
    protocol.connectionLost = (reason) => {
      program.record('connectionLost', program.encoder.label(protocol), program.encoder.value(reason));
    };
    return protocol;
  },
  connect: (program, protocol: Protocol) =>
    protocol.makeConnection(new RecordingTransport(program, protocol) as unknown as Transport),
  data: (_, protocol: Protocol, text: string) => protocol.dataReceived(bytesOf(text)),
  rawMode: (_, protocol: AnyReceiver) => protocol.setRawMode(),
  lineMode: (_, protocol: AnyReceiver, text = '') => protocol.setLineMode(bytesOf(text)),
  sendLine: (_, protocol: AnyReceiver, text: string) => protocol.sendLine(bytesOf(text)),
  sendString: (_, protocol: AnyReceiver, text: string) => protocol.sendString(bytesOf(text)),
  pausePro: (_, protocol: AnyReceiver) => protocol.pauseProducing(),
  resumePro: (_, protocol: AnyReceiver) => protocol.resumeProducing(),
  clearLine: (_, protocol: AnyReceiver) => protocol.clearLineBuffer(),
  setTimeout: (_, protocol: AnyReceiver, seconds: number | null) => protocol.setTimeout(seconds),
  resetTimeout: (_, protocol: AnyReceiver) => protocol.resetTimeout(),
  connLost: (program, protocol: Protocol, name: string) =>
    protocol.connectionLost(new Failure(makeError(program.classOf(name), []))),
};
