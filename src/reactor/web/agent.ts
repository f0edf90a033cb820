import {
  type ClientRequest,
  request as httpRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
} from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { SecureContextOptions } from 'node:tls';
import { Deferred, fail } from '../../deferred/deferred.ts';
import type { DelayedCall } from '../../deferred/delayed-call.ts';
import { nameClass, withoutFrames } from '../../deferred/error-class.ts';
import { CancelledError } from '../../deferred/errors.ts';
import { ConnectError, connectErrorOf, DNSLookupError, TimeoutError } from '../errors.ts';
import type { Reactor } from '../reactor.ts';
import { type Bytes, type Consumer, type PullProducer, type PushProducer, toBuffer } from '../transport.ts';
import type { BodyProducer } from './body-producer.ts';
import { HTTPConnectionPool } from './connection-pool.ts';
import { Response, ResponseNeverReceived } from './response.ts';

/** An agent was asked for an address that is neither http nor https. */
export class SchemeNotSupported extends Error {
  static {
    nameClass(SchemeNotSupported, 'SchemeNotSupported');
  }
}

export interface AgentOptions {
  /** Connections to use; without one each request has a connection of its own. */
  readonly pool?: HTTPConnectionPool | undefined;
  /** Seconds in which there has to be a connection. */
  readonly connectTimeout?: number | undefined;
  /** Own address. */
  readonly bindAddress?: string | undefined;
  /** Redirections to follow; none when it is left out. */
  readonly maxRedirects?: number | undefined;
  /** Certificates for https. */
  readonly certificate?: SecureContextOptions | undefined;
}

const DEFAULT_CONNECT_SECONDS = 30;

/** Sends requests over HTTP, with Node's own client. */
export class Agent {
  readonly #reactor: Pick<Reactor, 'callLater'>;
  readonly #pool: HTTPConnectionPool;
  readonly #connectSeconds: number;
  readonly #bindAddress: string | undefined;
  readonly #maxRedirects: number;
  readonly #certificate: SecureContextOptions;

  constructor(reactor: Pick<Reactor, 'callLater'>, options: AgentOptions = {}) {
    this.#reactor = reactor;
    this.#pool = options.pool ?? new HTTPConnectionPool({ persistent: false });
    this.#connectSeconds = options.connectTimeout ?? DEFAULT_CONNECT_SECONDS;
    this.#bindAddress = options.bindAddress;
    this.#maxRedirects = options.maxRedirects ?? 0;
    this.#certificate = options.certificate ?? {};
  }

  /**
   * Fires with the response when its head is here; the body is for whoever takes it. Fails with a ConnectError,
   * DNSLookupError, ResponseNeverReceived or SchemeNotSupported. Cancelling drops the connection.
   */
  request(
    method: string,
    uri: string,
    headers: OutgoingHttpHeaders = {},
    body: BodyProducer | Bytes | null = null,
  ): Deferred<Response> {
    return this.#send(method, uri, headers, body, this.#maxRedirects, null);
  }

  #send(
    method: string,
    uri: string,
    headers: OutgoingHttpHeaders,
    body: BodyProducer | Bytes | null,
    redirectsLeft: number,
    previous: Response | null,
  ): Deferred<Response> {
    const url = URL.canParse(uri) ? new URL(uri) : null;
    if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
      return fail(new SchemeNotSupported(`'${uri}' is no address of http or https.`));
    }
    const outgoing = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, {
      method,
      headers: withLength(headers, body),
      agent: this.#pool.agentFor(url.protocol),
      ...(this.#bindAddress === undefined ? {} : { localAddress: this.#bindAddress }),
      ...(url.protocol === 'https:' ? this.#certificate : {}),
    });
    const response = this.#answerTo(outgoing, previous);
    sendBody(outgoing, body, response);
    if (redirectsLeft === 0) return response;
    return response.addCallback((one) => {
      const target = redirectionOf(one, url);
      if (target === null) return one;
      one.abortConnection();
      const keeps = one.code === 307 || one.code === 308 || method === 'HEAD';
      const nextHeaders = target.origin === url.origin ? headers : withoutSecrets(headers);
      return this.#send(
        keeps ? method : 'GET',
        target.href,
        nextHeaders,
        keeps ? body : null,
        redirectsLeft - 1,
        one,
      );
    }) as Deferred<Response>;
  }

  #answerTo(outgoing: ClientRequest, previous: Response | null): Deferred<Response> {
    const response = new Deferred<Response>((deferred) => {
      deferred.errback(withoutFrames(() => new CancelledError('The request was cancelled.')));
      outgoing.destroy();
    });
    const timeout = this.#reactor.callLater(this.#connectSeconds, () => {
      const text = `There was no connection within ${this.#connectSeconds} seconds.`;
      outgoing.destroy(withoutFrames(() => new TimeoutError(text)));
    });
    outgoing.once('socket', (socket) => {
      if (socket.connecting) socket.once('connect', () => stop(timeout));
      else stop(timeout);
    });
    outgoing.once('response', (message: IncomingMessage) => {
      stop(timeout);
      if (response.called) message.destroy();
      else response.callback(new Response(message, previous));
    });
    outgoing.on('error', (error) => {
      stop(timeout);
      if (!response.called) response.errback(requestErrorOf(error));
    });
    outgoing.once('close', () => stop(timeout));
    return response;
  }
}

function stop(call: DelayedCall): void {
  if (call.active()) call.cancel();
}

function requestErrorOf(error: Error): Error {
  const known = error instanceof ConnectError ? error : connectErrorOf(error);
  if (
    (known.constructor !== ConnectError && known instanceof ConnectError) ||
    known instanceof DNSLookupError
  ) {
    return known;
  }
  return withoutFrames(
    () => new ResponseNeverReceived(`There was no response: ${error.message}`, { cause: error }),
  );
}

function withLength(headers: OutgoingHttpHeaders, body: BodyProducer | Bytes | null): OutgoingHttpHeaders {
  if (body === null) return headers;
  const length = typeof body === 'string' || body instanceof Uint8Array ? toBuffer(body).length : body.length;
  return length === null ? headers : { ...headers, 'content-length': length };
}

function sendBody(
  outgoing: ClientRequest,
  body: BodyProducer | Bytes | null,
  response: Deferred<Response>,
): void {
  if (body === null) {
    outgoing.end();
  } else if (typeof body === 'string' || body instanceof Uint8Array) {
    outgoing.end(body);
  } else {
    const producing = body.startProducing(new RequestBody(outgoing));
    outgoing.once('close', () => {
      if (!producing.called) producing.cancel();
    });
    producing.addCallbacks(
      () => void outgoing.end(),
      (failure) => {
        if (!response.called) response.errback(failure);
        outgoing.destroy();
      },
    );
  }
}

/** The body of a request, for its producer. */
class RequestBody implements Consumer {
  readonly #outgoing: ClientRequest;
  #producer: PushProducer | PullProducer | null = null;
  #streaming = false;

  constructor(outgoing: ClientRequest) {
    this.#outgoing = outgoing;
    outgoing.on('drain', () => this.#producer?.resumeProducing());
  }

  registerProducer(producer: PushProducer | PullProducer, streaming: boolean): void {
    this.#producer = producer;
    this.#streaming = streaming;
    if (!streaming) producer.resumeProducing();
  }

  unregisterProducer(): void {
    this.#producer = null;
  }

  write(data: Bytes): void {
    if (this.#outgoing.destroyed) return;
    const hasRoom = this.#outgoing.write(data);
    if (this.#producer === null) return;
    if (!this.#streaming) {
      if (hasRoom) setImmediate(() => this.#producer?.resumeProducing());
    } else if (!hasRoom) {
      (this.#producer as PushProducer).pauseProducing();
    }
  }
}

function redirectionOf(response: Response, from: URL): URL | null {
  const { location } = response.headers;
  if (![301, 302, 303, 307, 308].includes(response.code) || location === undefined) return null;
  return URL.canParse(location, from.href) ? new URL(location, from.href) : null;
}

/** Headers without those that another host must not see. */
function withoutSecrets(headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
  const secrets = ['authorization', 'cookie', 'host'];
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !secrets.includes(name.toLowerCase())),
  );
}
