import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { Deferred } from '../../deferred/deferred.ts';
import { withoutFrames } from '../../deferred/error-class.ts';
import { Failure } from '../../deferred/failure.ts';
import { logFailure } from '../../deferred/log-failure.ts';
import { ConnectionLost, RuntimeError } from '../errors.ts';
import type { Bytes, Consumer, PullProducer, PushProducer } from '../transport.ts';
import { toBuffer } from '../transport.ts';
import { ErrorPage, NOT_DONE_YET, type Resource, UnsupportedMethod } from './resource.ts';
import type { Session } from './session.ts';
import type { Site } from './site.ts';

/**
 * One request, and the answer to it. A request that is never finished is held by its socket until the client
 * goes.
 */
export class Request implements Consumer {
  readonly site: Site;
  readonly method: string;
  /** Path and query as they were sent. */
  readonly uri: string;
  /** Path without the query. */
  readonly path: string;
  /** Segments of the path that led here. */
  readonly prepath: string[] = [];
  /** Segments of the path that are left. */
  readonly postpath: string[];
  /** Fields of the query and of a form in the body, each with all its values. */
  readonly args: ReadonlyMap<string, readonly string[]>;
  readonly requestHeaders: IncomingHttpHeaders;
  /** The body. */
  readonly content: Buffer;
  finished = false;
  readonly #message: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #waiting: Deferred<void>[] = [];
  #producer: PushProducer | PullProducer | null = null;
  #streaming = false;
  #lost = false;

  constructor(site: Site, message: IncomingMessage, response: ServerResponse, content: Buffer) {
    const { method = 'GET', url = '/', headers } = message;
    this.site = site;
    this.method = method;
    this.uri = url;
    const [path = '/', query = ''] = splitOnce(url, '?');
    this.path = path;
    this.postpath = path.split('/').slice(1).map(decoded);
    this.requestHeaders = headers;
    this.content = content;
    this.args = fieldsOf(query, headers['content-type'], content);
    this.#message = message;
    this.#response = response;
    response.once('close', () => this.#closed());
    response.on('drain', () => this.#producer?.resumeProducing());
  }

  /** Address of the client; empty when it is gone. */
  getClientAddress(): string {
    return this.#message.socket.remoteAddress ?? '';
  }

  getHeader(name: string): string | undefined {
    const value = this.requestHeaders[name.toLowerCase()];
    return Array.isArray(value) ? value.join(', ') : value;
  }

  /** Cookie of that name; undefined without one. */
  getCookie(name: string): string | undefined {
    for (const part of (this.requestHeaders.cookie ?? '').split(';')) {
      const [key = '', value = ''] = splitOnce(part.trim(), '=');
      if (key === name) return value;
    }
    return undefined;
  }

  setHeader(name: string, value: string | number | readonly string[]): void {
    this.#response.setHeader(name, value);
  }

  setResponseCode(code: number, message?: string): void {
    this.#response.statusCode = code;
    if (message !== undefined) this.#response.statusMessage = message;
  }

  /** The code of the answer. */
  get code(): number {
    return this.#response.statusCode;
  }

  /** Sends the client elsewhere; finish the request after it. */
  redirect(uri: string): void {
    this.setResponseCode(302);
    this.setHeader('location', uri);
  }

  /** The session of this client, which is begun when there is none. */
  getSession(): Session {
    return this.site.sessionOf(this);
  }

  /** @throws RuntimeError after `finish`; does nothing when the client is gone. */
  write(data: Bytes): void {
    if (this.finished) throw new RuntimeError('This request is finished. Write before calling finish.');
    if (this.#lost) return;
    if (typeof data !== 'string' && !(data instanceof Uint8Array)) {
      throw new TypeError(`An answer is made of bytes or text, not of ${typeof data}.`);
    }
    const hasRoom = this.method === 'HEAD' || this.#response.write(data);
    if (this.#producer === null) return;
    if (!this.#streaming) {
      if (hasRoom) setImmediate(() => this.#producer?.resumeProducing());
    } else if (!hasRoom) {
      (this.#producer as PushProducer).pauseProducing();
    }
  }

  /** The answer is complete. @throws RuntimeError the second time, and when the client is gone. */
  finish(): void {
    if (this.#lost) {
      throw new RuntimeError('The client of this request is gone. Use notifyFinish to hear of that.');
    }
    if (this.finished) throw new RuntimeError('This request is finished already.');
    this.finished = true;
    this.#response.end();
  }

  /** Fires when the answer is sent; fails with ConnectionLost when the client goes before. */
  notifyFinish(): Deferred<void> {
    const waiting = new Deferred<void>();
    this.#waiting.push(waiting);
    return waiting;
  }

  registerProducer(producer: PushProducer | PullProducer, streaming: boolean): void {
    if (this.#producer !== null) {
      throw new RuntimeError('This request has a producer. Call unregisterProducer before another comes.');
    }
    if (this.#lost) {
      producer.stopProducing();
      return;
    }
    this.#producer = producer;
    this.#streaming = streaming;
    if (!streaming) producer.resumeProducing();
  }

  unregisterProducer(): void {
    this.#producer = null;
  }

  /** Finds the resource, and sends what that makes of this request. For sites. */
  process(): void {
    try {
      const resource = this.#find(this.site.resource);
      this.#send(resource.render(this));
    } catch (thrown) {
      this.#refuse(thrown);
    }
  }

  #find(root: Resource): Resource {
    let resource = root;
    while (!resource.isLeaf && this.postpath.length > 0) {
      const name = this.postpath.shift()!;
      this.prepath.push(name);
      resource = resource.getChildWithDefault(name, this);
    }
    return resource;
  }

  #send(rendered: Bytes | typeof NOT_DONE_YET): void {
    if (rendered === NOT_DONE_YET) return;
    if (typeof rendered !== 'string' && !(rendered instanceof Uint8Array)) {
      throw new TypeError('render returns bytes, text or NOT_DONE_YET.');
    }
    const body = toBuffer(rendered);
    if (!this.#response.headersSent) this.setHeader('content-length', body.length);
    if (!this.#response.hasHeader('content-type')) this.setHeader('content-type', 'text/html; charset=utf-8');
    if (body.length > 0) this.write(body);
    this.finish();
  }

  #refuse(thrown: unknown): void {
    if (thrown instanceof UnsupportedMethod) {
      this.setHeader('allow', thrown.allowedMethods.join(', '));
      this.#send(new ErrorPage(405, thrown.message).render(this));
      return;
    }
    logFailure(new Failure(thrown, true), `${this.method} ${this.path} failed.`);
    if (this.#response.headersSent || this.finished) this.#response.destroy();
    else this.#send(new ErrorPage(500, 'Something went wrong here.').render(this));
  }

  #closed(): void {
    const isComplete = this.#response.writableFinished;
    this.#lost = !isComplete;
    const producer = this.#producer;
    this.#producer = null;
    if (!isComplete) producer?.stopProducing();
    for (const waiting of this.#waiting.splice(0)) {
      if (isComplete) waiting.callback(undefined);
      else waiting.errback(withoutFrames(() => new ConnectionLost('The client has gone.')));
    }
  }
}

function splitOnce(text: string, separator: string): string[] {
  const place = text.indexOf(separator);
  return place < 0 ? [text] : [text.slice(0, place), text.slice(place + separator.length)];
}

/** A segment of a path; one that is badly encoded stays as it is. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function fieldsOf(query: string, contentType = '', content: Buffer): Map<string, string[]> {
  const fields = new Map<string, string[]>();
  const isForm = contentType.startsWith('application/x-www-form-urlencoded');
  for (const text of isForm ? [query, content.toString()] : [query]) {
    for (const [name, value] of new URLSearchParams(text)) {
      const values = fields.get(name);
      if (values) values.push(value);
      else fields.set(name, [value]);
    }
  }
  return fields;
}
