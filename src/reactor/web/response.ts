import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Deferred } from '../../deferred/deferred.ts';
import { nameClass, withoutFrames } from '../../deferred/error-class.ts';
import { CancelledError } from '../../deferred/errors.ts';
import { Failure } from '../../deferred/failure.ts';
import { logFailure } from '../../deferred/log-failure.ts';
import { type Address, internetAddress } from '../address.ts';
import { ConnectionDone, RuntimeError } from '../errors.ts';
import { Protocol } from '../protocol.ts';
import type { Transport } from '../transport.ts';

/** The body of a response is complete. */
export class ResponseDone extends ConnectionDone {
  static {
    nameClass(ResponseDone, 'ResponseDone');
  }
}

/** The connection broke, or the body was given up, before it was complete. */
export class ResponseFailed extends Error {
  static {
    nameClass(ResponseFailed, 'ResponseFailed');
  }
}

/** The connection broke before there was a response. */
export class ResponseNeverReceived extends ResponseFailed {
  static {
    nameClass(ResponseNeverReceived, 'ResponseNeverReceived');
  }
}

/**
 * The head of a response, and the body for whoever takes it. A body that nobody reads holds its connection:
 * read it, or call `abortConnection`.
 */
export class Response {
  readonly code: number;
  readonly phrase: string;
  readonly version: string;
  readonly headers: IncomingHttpHeaders;
  /** Bytes of the body; null when the peer does not say. */
  readonly length: number | null;
  /** The response that led here, when this one is the end of a redirection. */
  readonly previousResponse: Response | null;
  #message: IncomingMessage | null;

  constructor(message: IncomingMessage, previousResponse: Response | null = null) {
    const length = message.headers['content-length'];
    this.code = message.statusCode ?? 0;
    this.phrase = message.statusMessage ?? '';
    this.version = `HTTP/${message.httpVersion}`;
    this.headers = message.headers;
    this.length = length === undefined ? null : Number(length);
    this.previousResponse = previousResponse;
    this.#message = message;
  }

  /**
   * Gives the body to a protocol: `dataReceived`, then `connectionLost` with ResponseDone or ResponseFailed.
   *
   * @throws RuntimeError the second time.
   */
  deliverBody(protocol: Protocol): void {
    const message = this.#message;
    if (message === null) throw new RuntimeError('The body of this response was taken already.');
    this.#message = null;
    new BodyDelivery(message, protocol).begin();
  }

  /** Drops the connection, and the body with it. */
  abortConnection(): void {
    this.#message?.destroy();
    this.#message = null;
  }
}

class BodyDelivery {
  readonly #message: IncomingMessage;
  #protocol: Protocol | null;

  constructor(message: IncomingMessage, protocol: Protocol) {
    this.#message = message;
    this.#protocol = protocol;
  }

  begin(): void {
    const message = this.#message;
    this.#protocol?.makeConnection(bodyTransport(message));
    message.on('data', (data: Buffer) => this.#received(data));
    message.once('end', () => this.#end(new ResponseDone('The response is complete.')));
    message.once('error', (cause) => this.#broken(cause));
    message.once('close', () => this.#broken(undefined));
  }

  #received(data: Buffer): void {
    try {
      this.#protocol?.dataReceived(data);
    } catch (thrown) {
      logFailure(new Failure(thrown, true), 'A protocol threw an error; the response is given up.');
      this.#message.destroy();
    }
  }

  #broken(cause: unknown): void {
    this.#end(
      withoutFrames(
        () => new ResponseFailed('The response is not complete: the connection is gone.', { cause }),
      ),
    );
  }

  #end(reason: Error): void {
    const protocol = this.#protocol;
    this.#protocol = null;
    protocol?.connectionLost(new Failure(reason));
  }
}

/** What a protocol can do about the body that it gets. */
function bodyTransport(message: IncomingMessage): Transport {
  const { remoteAddress = '', remotePort = 0, localAddress = '', localPort = 0 } = message.socket;
  const refuse = (): never => {
    throw new RuntimeError('A response can be read only. Send a request to answer it.');
  };
  const address = (host: string, port: number): Address => internetAddress('TCP', host, port);
  return {
    disconnecting: false,
    write: refuse,
    writeSequence: refuse,
    registerProducer: refuse,
    unregisterProducer: refuse,
    pauseProducing: () => message.pause(),
    resumeProducing: () => void message.resume(),
    stopProducing: () => void message.destroy(),
    loseConnection: () => void message.destroy(),
    abortConnection: () => void message.destroy(),
    getPeer: () => address(remoteAddress, remotePort),
    getHost: () => address(localAddress, localPort),
  };
}

/** Largest body that `readBody` takes when it is told nothing else. */
const LARGEST_BODY_BYTES = 64 * 1024 * 1024;

/**
 * The whole body of a response. Fails with ResponseFailed when it is not complete or longer than `maxBytes`.
 * Cancelling drops the connection.
 */
export function readBody(
  response: Response,
  options: { maxBytes?: number | undefined } = {},
): Deferred<Buffer> {
  const reader = new BodyReader(options.maxBytes ?? LARGEST_BODY_BYTES);
  response.deliverBody(reader);
  return reader.body;
}

class BodyReader extends Protocol {
  readonly body: Deferred<Buffer>;
  readonly #maxBytes: number;
  #chunks: Buffer[] = [];
  #length = 0;

  constructor(maxBytes: number) {
    super();
    this.#maxBytes = maxBytes;
    this.body = new Deferred<Buffer>((deferred) => {
      deferred.errback(withoutFrames(() => new CancelledError('Reading the body was cancelled.')));
      this.transport.abortConnection();
    });
  }

  override dataReceived(data: Buffer): void {
    this.#length += data.length;
    if (this.#length <= this.#maxBytes) {
      this.#chunks.push(data);
      return;
    }
    if (!this.body.called) {
      this.body.errback(
        new ResponseFailed(`The body is longer than ${this.#maxBytes} bytes. Raise maxBytes to take it.`),
      );
    }
    this.transport.abortConnection();
  }

  override connectionLost(reason: Failure): void {
    const chunks = this.#chunks;
    this.#chunks = [];
    if (this.body.called) return;
    if (reason.check(ResponseDone)) this.body.callback(Buffer.concat(chunks));
    else this.body.errback(reason);
  }
}
