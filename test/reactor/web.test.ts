import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, describe, expect, test } from 'vitest';
import { CancelledError, Clock } from '../../src/deferred/index.ts';
import {
  Agent,
  ConnectionRefusedError,
  FileBodyProducer,
  flushLoggedErrors,
  HTTPConnectionPool,
  type ListeningPort,
  NOT_DONE_YET,
  Protocol,
  type Rendered,
  type Request,
  Resource,
  type Response,
  ResponseFailed,
  ResponseNeverReceived,
  RuntimeError,
  readBody,
  SchemeNotSupported,
  Site,
  type SiteOptions,
  StaticFile,
  watchLoggedErrors,
} from '../../src/reactor/index.ts';
import { portOf, reactorOfTest, turns, until, when } from './support.ts';

const ofTest = reactorOfTest();
const folder = mkdtempSync(join(tmpdir(), 'leakscan-web-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function serve(root: Resource, options: SiteOptions = {}) {
  const site = new Site(root, { clock: ofTest.reactor, ...options });
  site.noisy = false;
  const port = ofTest.reactor.listenTCP(0, site, { interface: '127.0.0.1' });
  const number = await portOf(port);
  return { site, port, number, url: `http://127.0.0.1:${number}` };
}

async function close(port: ListeningPort): Promise<void> {
  await when(port.stopListening());
  await until(() => ofTest.reactor.openThings().connections.length === 0);
}

class Page extends Resource {
  override isLeaf = true;
  readonly #render: (request: Request) => Rendered;

  constructor(render: (request: Request) => Rendered) {
    super();
    this.#render = render;
  }

  render_GET(request: Request): Rendered {
    return this.#render(request);
  }
}

/** Answers everything with what it got. */
class Mirror extends Page {
  constructor() {
    super((request) => JSON.stringify([request.method, request.path, [...request.args]]));
  }

  render_POST(request: Request): Rendered {
    return request.content;
  }
}

/** What a client of bare bytes gets. */
async function bare(number: number, text: string): Promise<string> {
  const socket = connect(number, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(text);
  let answer = '';
  for await (const chunk of socket) answer += chunk;
  return answer;
}

describe('2.10 web.server.Site, Request (write, finish, notifyFinish, setHeader, setResponseCode, args, content), Session, NOT_DONE_YET', () => {
  test('renders bytes with headers, code, query and form', async () => {
    const root = new Resource();
    root.putChild('mirror', new Mirror());
    root.putChild(
      'teapot',
      new Page((request) => {
        request.setResponseCode(418, 'Teapot');
        request.setHeader('x-kind', 'pot');
        return Buffer.from(`${request.getHeader('x-asked')} ${request.getCookie('b')}`);
      }),
    );
    const { port, url } = await serve(root);
    const agent = new Agent(ofTest.reactor);
    const text = async (method: string, path: string, headers = {}, body: string | null = null) =>
      String(await when(readBody(await when(agent.request(method, url + path, headers, body)))));
    expect(JSON.parse(await text('GET', '/mirror/x%20y?a=1&a=2&b='))).toEqual([
      'GET',
      '/mirror/x%20y',
      [
        ['a', ['1', '2']],
        ['b', ['']],
      ],
    ]);
    expect(
      await text('POST', '/mirror', { 'content-type': 'application/x-www-form-urlencoded' }, 'k=v'),
    ).toBe('k=v');
    const teapot = await when(
      agent.request('GET', `${url}/teapot`, { 'x-asked': 'yes', cookie: 'a=1; b=2' }),
    );
    expect([teapot.code, teapot.phrase, teapot.headers['x-kind']]).toEqual([418, 'Teapot', 'pot']);
    expect(String(await when(readBody(teapot)))).toBe('yes 2');
    await close(port);
  });

  test('NOT_DONE_YET: written in parts and finished later; misuse afterwards', async () => {
    let late: Request | null = null;
    const { port, url } = await serve(
      new Page((request) => {
        late = request;
        return NOT_DONE_YET;
      }),
    );
    const answer = new Agent(ofTest.reactor).request('GET', url);
    await until(() => late !== null);
    const request = late as unknown as Request;
    const finished = request.notifyFinish();
    request.write('one ');
    await turns(2);
    request.write(Buffer.from('two'));
    expect(() => request.write(5 as never)).toThrow(TypeError);
    request.finish();
    expect(() => request.finish()).toThrow(RuntimeError);
    expect(() => request.write('three')).toThrow(RuntimeError);
    expect(String(await when(readBody(await when(answer))))).toBe('one two');
    await when(finished);
    await close(port);
  });

  test('notifyFinish fails when the client goes; finish is misuse then', async () => {
    let late: Request | null = null;
    const { port, url } = await serve(
      new Page((request) => {
        late = request;
        return NOT_DONE_YET;
      }),
    );
    const answer = new Agent(ofTest.reactor).request('GET', url);
    await until(() => late !== null);
    const request = late as unknown as Request;
    const finished = request.notifyFinish();
    answer.cancel();
    await expect(when(answer)).rejects.toBeInstanceOf(CancelledError);
    await expect(when(finished)).rejects.toMatchObject({ name: 'ConnectionLost' });
    request.write('into nothing');
    expect(() => request.finish()).toThrow(RuntimeError);
    await close(port);
  });

  test('errors and wrong values are logged and answered with 500', async () => {
    const stopWatching = watchLoggedErrors();
    const root = new Resource();
    root.putChild('throws', new Page(() => JSON.parse('{')));
    root.putChild('number', new Page(() => 5 as never));
    const { port, url } = await serve(root);
    for (const path of ['/throws', '/number']) {
      const response = await when(new Agent(ofTest.reactor).request('GET', url + path));
      expect([response.code, String(await when(readBody(response)))]).toEqual([
        500,
        '500 Something went wrong here.\n',
      ]);
    }
    expect(flushLoggedErrors()).toHaveLength(2);
    stopWatching();
    await close(port);
  });

  test('a session until it expires, and no more than there may be', async () => {
    const clock = new Clock();
    const { site, port, url } = await serve(
      new Page((request) => {
        const session = request.getSession();
        session.values.set('count', Number(session.values.get('count') ?? 0) + 1);
        return String(session.values.get('count'));
      }),
      { clock, sessionTimeout: 10, maxSessions: 2 },
    );
    const agent = new Agent(ofTest.reactor);
    const first = await when(agent.request('GET', url));
    const cookie = String(first.headers['set-cookie']).split(';')[0] ?? '';
    expect(String(await when(readBody(first)))).toBe('1');
    clock.advance(6);
    const again = async () => String(await when(readBody(await when(agent.request('GET', url, { cookie })))));
    expect(await again()).toBe('2');
    clock.advance(6);
    expect(await again()).toBe('3');
    let expired = false;
    [...site.sessions.values()][0]?.notifyOnExpire().addCallback(() => {
      expired = true;
    });
    clock.advance(11);
    expect([expired, site.sessions.size]).toEqual([true, 0]);
    for (let i = 0; i < 3; i += 1) await when(readBody(await when(agent.request('GET', url))));
    expect(site.sessions.size).toBe(2);
    await close(port);
    expect([site.sessions.size, clock.getDelayedCalls()]).toEqual([0, []]);
  });

  test('a body that is too large, a head that never ends, what is no HTTP', async () => {
    const { port, number } = await serve(new Mirror(), { maxBodyBytes: 10, timeout: 0.3 });
    expect(
      await bare(number, `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n${'x'.repeat(11)}`),
    ).toMatch(/^HTTP\/1.1 413/);
    expect(await bare(number, 'GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ')).toMatch(/^HTTP\/1.1 408/);
    expect(await bare(number, '')).toMatch(/^HTTP\/1.1 408/);
    expect(await bare(number, 'what?\r\n\r\n')).toMatch(/^HTTP\/1.1 400/);
    await close(port);
  });
});

describe('2.10 web.resource.Resource: isLeaf, putChild(bytes), getChild, render_GET ...', () => {
  test('404 and 405 from missing children and methods; HEAD from GET', async () => {
    const root = new Resource();
    root.putChild('page', new Page(() => 'text'));
    expect(() => root.putChild('a/b', root)).toThrow(RangeError);
    const { port, url } = await serve(root);
    const agent = new Agent(ofTest.reactor);
    const ask = async (method: string, path: string) => {
      const response = await when(agent.request(method, url + path));
      return [response.code, response.headers.allow, String(await when(readBody(response)))];
    };
    expect(await ask('GET', '/page/')).toEqual([200, undefined, 'text']);
    expect(await ask('HEAD', '/page')).toEqual([200, undefined, '']);
    expect(await ask('GET', '/other')).toEqual([404, undefined, '404 There is nothing here.\n']);
    expect((await ask('POST', '/page')).slice(0, 2)).toEqual([405, 'GET, HEAD']);
    expect((await ask('GET', '/'))[0]).toBe(404);
    expect((await ask('GET', '/%ff/__proto__'))[0]).toBe(404);
    await close(port);
  });

  test('getChild makes children as they are asked for', async () => {
    class Counting extends Resource {
      override getChild(name: string, request: Request): Resource {
        return new Page(() => `${name} ${request.prepath} ${request.postpath}`);
      }
    }
    const { port, url } = await serve(new Counting());
    const response = await when(new Agent(ofTest.reactor).request('GET', `${url}/a/b/c`));
    expect(String(await when(readBody(response)))).toBe('a a b,c');
    await close(port);
  });
});

describe('2.10 web.static.File', () => {
  test('files, types, ranges, dates, folders, and nothing outside', async () => {
    mkdirSync(join(folder, 'sub'));
    writeFileSync(join(folder, 'sub', 'index.html'), '<p>index');
    writeFileSync(join(folder, 'a.txt'), '0123456789');
    writeFileSync(join(folder, 'empty.bin'), '');
    const { port, url } = await serve(new StaticFile(folder));
    const agent = new Agent(ofTest.reactor);
    const ask = async (path: string, headers = {}, method = 'GET') => {
      const response = await when(agent.request(method, url + path, headers));
      return { response, code: response.code, text: String(await when(readBody(response))) };
    };
    const whole = await ask('/a.txt');
    expect(whole).toMatchObject({ code: 200, text: '0123456789' });
    expect(whole.response.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(await ask('/a.txt', { range: 'bytes=2-4' })).toMatchObject({ code: 206, text: '234' });
    expect(await ask('/a.txt', { range: 'bytes=-3' })).toMatchObject({ code: 206, text: '789' });
    expect(await ask('/a.txt', { range: 'bytes=8-' })).toMatchObject({ code: 206, text: '89' });
    expect(await ask('/a.txt', { range: 'bytes=50-' })).toMatchObject({ code: 416 });
    expect(await ask('/a.txt', { range: 'lines=1' })).toMatchObject({ code: 200 });
    const since = { 'if-modified-since': String(whole.response.headers['last-modified']) };
    expect(await ask('/a.txt', since)).toMatchObject({ code: 304, text: '' });
    expect(await ask('/a.txt', {}, 'HEAD')).toMatchObject({ code: 200, text: '' });
    expect(await ask('/empty.bin')).toMatchObject({ code: 200, text: '' });
    const moved = await ask('/sub');
    expect([moved.code, moved.response.headers.location]).toEqual([302, '/sub/']);
    expect(await ask('/sub/')).toMatchObject({ code: 200, text: '<p>index' });
    expect(await ask('/')).toMatchObject({ code: 404 });
    expect(await ask('/nothing')).toMatchObject({ code: 404 });
    expect(await ask('/%2e%2e%2f%2e%2e%2fetc%2fpasswd')).toMatchObject({ code: 404 });
    await close(port);
  });
});

describe('2.10 web.client.Agent.request(method, uri, headers, body) → Response; readBody; HTTPConnectionPool; FileBodyProducer', () => {
  test('failures before there is a response', async () => {
    const agent = new Agent(ofTest.reactor, { connectTimeout: 1 });
    const { port, number, url } = await serve(new Mirror());
    await close(port);
    await expect(when(agent.request('GET', url))).rejects.toBeInstanceOf(ConnectionRefusedError);
    await expect(when(agent.request('GET', 'ftp://x/'))).rejects.toBeInstanceOf(SchemeNotSupported);
    await expect(when(agent.request('GET', 'nonsense'))).rejects.toBeInstanceOf(SchemeNotSupported);
    const server = createServer((request) => request.socket.destroy());
    await new Promise<void>((resolve) => server.listen(number, '127.0.0.1', resolve));
    await expect(when(agent.request('GET', url))).rejects.toBeInstanceOf(ResponseNeverReceived);
    server.close();
  });

  test('bodies that break off or are too large; an aborted one', async () => {
    const server = createServer((request: IncomingMessage, response: ServerResponse) => {
      response.writeHead(200, { 'content-length': 1000 });
      response.write('x'.repeat(500));
      if (request.url === '/break') setTimeout(() => request.socket.destroy(), 5);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
    const agent = new Agent(ofTest.reactor);
    const get = (path: string): Promise<Response> => when(agent.request('GET', url + path));
    await expect(when(readBody(await get('/break')))).rejects.toBeInstanceOf(ResponseFailed);
    await expect(when(readBody(await get('/'), { maxBytes: 10 }))).rejects.toThrow(/maxBytes/);
    const cancelled = readBody(await get('/'));
    cancelled.cancel();
    await expect(when(cancelled)).rejects.toBeInstanceOf(CancelledError);
    const aborted = await get('/');
    expect(aborted.length).toBe(1000);
    aborted.abortConnection();
    expect(() => aborted.deliverBody(new Protocol())).toThrow(RuntimeError);
    server.closeAllConnections();
    server.close();
  });

  test('a body comes through deliverBody, and can be paused', async () => {
    const { port, url } = await serve(new Page(() => 'x'.repeat(300_000)));
    const response = await when(new Agent(ofTest.reactor).request('GET', url));
    let length = 0;
    let end = '';
    class Slow extends Protocol {
      override connectionMade(): void {
        expect(() => this.transport.write('x')).toThrow(RuntimeError);
        expect(this.transport.getPeer().type).toBe('TCP');
      }
      override dataReceived(data: Buffer): void {
        length += data.length;
        this.transport.pauseProducing();
        setImmediate(() => this.transport.resumeProducing());
      }
      override connectionLost(reason: { value: unknown }): void {
        end = (reason.value as Error).name;
      }
    }
    response.deliverBody(new Slow());
    await until(() => end !== '');
    expect([length, end]).toEqual([300_000, 'ResponseDone']);
    await close(port);
  });

  test('a pool uses a connection again, and closes it on request', async () => {
    const { port, url } = await serve(new Mirror());
    const pool = new HTTPConnectionPool();
    const agent = new Agent(ofTest.reactor, { pool });
    for (let i = 0; i < 3; i += 1) {
      await when(readBody(await when(agent.request('GET', url))));
      await turns(2);
    }
    expect(ofTest.reactor.openThings().connections).toHaveLength(1);
    await when(pool.closeCachedConnections());
    await close(port);
  });

  test('bodies from producers', async () => {
    const { port, url } = await serve(new Mirror());
    writeFileSync(join(folder, 'body.txt'), 'from a file');
    const agent = new Agent(ofTest.reactor);
    const post = async (body: FileBodyProducer) =>
      String(await when(readBody(await when(agent.request('POST', url, {}, body)))));
    expect(await post(new FileBodyProducer(join(folder, 'body.txt')))).toBe('from a file');
    expect(
      await post(new FileBodyProducer(Readable.from([Buffer.from('from '), Buffer.from('a stream')]))),
    ).toBe('from a stream');
    const broken = new FileBodyProducer(
      new Readable({
        read() {
          this.destroy(new Error('of the source'));
        },
      }),
    );
    await expect(when(agent.request('POST', url, {}, broken))).rejects.toThrow('of the source');
    await close(port);
  });
});

describe('2.10 RedirectAgent, BrowserLikeRedirectAgent, CookieAgent, ContentDecoderAgent, ProxyAgent', () => {
  test('follows so many redirections, and keeps secrets to their host', async () => {
    const seen: string[] = [];
    const page = (name: string, code: number, target: () => string) =>
      new Page((request) => {
        seen.push(`${name} ${request.getHeader('authorization')}`);
        request.redirect(target());
        request.setResponseCode(code);
        return '';
      });
    const other = await serve(new Page((request) => `end ${request.getHeader('authorization')}`));
    const root = new Resource();
    root.putChild(
      'a',
      page('a', 301, () => '/b'),
    );
    root.putChild(
      'b',
      page('b', 302, () => other.url),
    );
    root.putChild(
      'loop',
      page('loop', 302, () => '/loop'),
    );
    const { port, url } = await serve(root);
    const agent = new Agent(ofTest.reactor, { maxRedirects: 5 });
    const response = await when(agent.request('GET', `${url}/a`, { authorization: 'secret' }));
    expect(String(await when(readBody(response)))).toBe('end undefined');
    expect(seen).toEqual(['a secret', 'b secret']);
    expect(response.previousResponse?.code).toBe(302);
    const last = await when(agent.request('GET', `${url}/loop`));
    expect([last.code, seen.length]).toEqual([302, 8]);
    last.abortConnection();
    await close(port);
    await close(other.port);
  });
});
