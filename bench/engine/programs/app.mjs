import { EventEmitter } from 'node:events';

/**
 * An application server under load: sessions with their listeners, timers, pending requests and caches. One unit is a
 * session.
 */

class Session extends EventEmitter {
  constructor(number, server) {
    super();
    this.id = `session-${number.toString(36).padStart(8, '0')}`;
    this.openedAt = new Date(1_700_000_000_000 + number * 1000);
    this.user = {
      name: `user ${number}`,
      mail: `user${number}@example.org`,
      roles: ['reader', 'writer'].slice(number % 2),
    };
    this.basket = new Map();
    this.seen = new Set();
    this.headers = Object.assign(Object.create(null), {
      host: 'example.org',
      cookie: `sid=${this.id}`,
      accept: '*/*',
    });
    for (let item = 0; item < 4; item++) {
      this.basket.set(`item-${number % 997}-${item}`, { price: number * 1.01 + item, count: item + 1 });
      this.seen.add(number * 10 + item);
    }
    this.on('message', (text) => server.log.push(`${this.id} ${text}`));
    this.once('close', () => server.sessions.delete(this.id));
    this.idle = setTimeout(() => this.emit('close'), 2 ** 30);
    this.idle.unref();
    this.abort = new AbortController();
    this.abort.signal.addEventListener('abort', () => this.emit('close'));
  }
}

class Server {
  sessions = new Map();
  statistics = new WeakMap();
  routes = new Map();
  log = [];
  #waiting = [];

  open(number) {
    const session = new Session(number, this);
    this.sessions.set(session.id, session);
    this.statistics.set(session, { hits: number, bytes: number * 100 });
    this.routes.set(`/s/${number}`, route(session, { cached: true, tags: [`t${number % 50}`] }));
    const request = { url: `/s/${number}?page=${number % 7}`, body: Buffer.from(`{"n":${number}}`), session };
    const answer = new Promise((settle) => {
      this.#waiting.push(settle);
    });
    answer.then((value) => session.emit('message', value)).catch(() => session.emit('close'));
    void this.#serve(request, answer);
  }

  async #serve(request, answer) {
    const started = performance.now();
    const value = await answer;
    this.log.push(`${request.url} ${value} ${performance.now() - started}`);
  }
}

function route(session, options) {
  let hits = 0;
  return {
    handle: (request) => {
      hits += 1;
      return { session, request, hits, options };
    },
    describe() {
      return `${session.id} ${hits}`;
    },
  };
}

export function build(units) {
  const server = new Server();
  for (let number = 0; number < units; number++) server.open(number);
  return server;
}
