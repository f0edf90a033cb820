import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Scheduler } from '../../deferred/clock.ts';
import { defaultClock } from '../../deferred/system-clock.ts';
import { ServerFactory } from '../factory.ts';
import { Protocol } from '../protocol.ts';
import type { StreamTransport } from '../stream-transport.ts';
import { Request } from './request.ts';
import type { Resource } from './resource.ts';
import { Session } from './session.ts';

const SESSION_COOKIE = 'LEAKSCAN_SESSION';

export interface SiteOptions {
  /** Seconds in which a request has to be here, and after which an idle connection is closed. */
  readonly timeout?: number | undefined;
  /** Largest body of a request, in bytes; a larger one is refused with 413. */
  readonly maxBodyBytes?: number | undefined;
  /** Seconds after which a session expires that is not used. */
  readonly sessionTimeout?: number | undefined;
  /** Sessions at a time; the oldest expires when there is one more. */
  readonly maxSessions?: number | undefined;
  readonly clock?: Scheduler | undefined;
}

/** A factory that speaks HTTP, with Node's own server: give it to `listenTCP`, `listenTLS` or `listenUNIX`. */
export class Site extends ServerFactory<Protocol> {
  readonly resource: Resource;
  readonly clock: Scheduler;
  /** Seconds after which a session expires that is not used. */
  readonly sessionSeconds: number;
  readonly sessions = new Map<string, Session>();
  readonly #timeoutSeconds: number;
  readonly #maxBodyBytes: number;
  readonly #maxSessions: number;
  #server: Server | null = null;

  constructor(resource: Resource, options: SiteOptions = {}) {
    super();
    const { timeout = 60, maxBodyBytes = 1024 * 1024, sessionTimeout = 900, maxSessions = 10_000 } = options;
    this.resource = resource;
    this.clock = options.clock ?? defaultClock();
    this.sessionSeconds = sessionTimeout;
    this.#timeoutSeconds = timeout;
    this.#maxBodyBytes = maxBodyBytes;
    this.#maxSessions = maxSessions;
  }

  override startFactory(): void {
    const timeoutMs = this.#timeoutSeconds * 1000;
    const server = createServer({
      requestTimeout: timeoutMs,
      headersTimeout: timeoutMs,
      keepAliveTimeout: timeoutMs,
      connectionsCheckingInterval: Math.min(timeoutMs, 30_000),
    });
    server.on('request', (message, response) => this.#read(message, response));
    // A server that does not listen itself has to be told that it may begin to watch its connections' times.
    server.emit('listening');
    this.#server = server;
  }

  override stopFactory(): void {
    this.#server?.close();
    this.#server?.closeIdleConnections();
    this.#server = null;
    for (const session of [...this.sessions.values()]) session.expire();
  }

  override buildProtocol(): Protocol {
    const channel = new HTTPChannel(this.#server);
    channel.factory = this;
    return channel;
  }

  /** The session of the client of a request, which is begun when there is none. */
  sessionOf(request: Request): Session {
    const uid = request.getCookie(SESSION_COOKIE);
    const known = uid === undefined ? undefined : this.sessions.get(uid);
    if (known) {
      known.touch();
      return known;
    }
    const session = new Session(this, randomBytes(16).toString('hex'));
    this.sessions.set(session.uid, session);
    if (this.sessions.size > this.#maxSessions) [...this.sessions.values()][0]?.expire();
    request.setHeader('set-cookie', `${SESSION_COOKIE}=${session.uid}; Path=/; HttpOnly; SameSite=Lax`);
    return session;
  }

  /** Takes the body of a request, up to a limit, before anything is done with it. */
  #read(message: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    let length = 0;
    message.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > this.#maxBodyBytes) {
        chunks.length = 0;
        if (!response.headersSent) refuse(response);
      } else {
        chunks.push(chunk);
      }
    });
    message.once('end', () => {
      if (length > this.#maxBodyBytes) return;
      new Request(this, message, response, Buffer.concat(chunks)).process();
    });
  }
}

/** Hands a connection to the server of its site. */
class HTTPChannel extends Protocol {
  #server: Server | null;

  constructor(server: Server | null) {
    super();
    this.#server = server;
  }

  override connectionMade(): void {
    const socket = (this.transport as StreamTransport).detach();
    if (this.#server === null) socket.destroy();
    else this.#server.emit('connection', socket);
    this.#server = null;
  }
}

function refuse(response: ServerResponse): void {
  response.writeHead(413, { connection: 'close', 'content-type': 'text/plain' });
  response.end('413 The body is too large.\n', () => response.socket?.destroySoon());
}
