import { once } from 'node:events';
// A chain of middleware with a timer, a session of its own for each request, and a stream as answer.
import { Readable } from 'node:stream';
import Koa from 'koa';
import { runAsScript } from '../../../fixtures/run-as-script.mjs';

const received = { answers: 0, bytes: 0 };
const times = new Array(50).fill(0);
let server;
let address;

async function ask(path, options) {
  const response = await fetch(`${address}${path}`, options);
  received.answers += 1;
  received.bytes += (await response.text()).length;
}

export async function setup() {
  const app = new Koa();
  app.silent = true;
  app.use(async (context, next) => {
    const started = performance.now();
    await next();
    times[received.answers % times.length] = performance.now() - started;
    context.set('x-time', 'measured');
  });
  app.use(async (context, next) => {
    context.state.session = { visits: [context.path], user: { name: 'guest' } };
    await next();
  });
  app.use(async (context) => {
    if (context.path === '/stream') context.body = Readable.from(['one ', 'two ', 'three']);
    else if (context.path === '/broken') throw new Error('out of order');
    else context.body = { path: context.path, session: context.state.session };
  });
  server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  address = `http://127.0.0.1:${server.address().port}`;
}

export async function iterate(round) {
  await ask(`/page/${round}`);
  await ask('/stream');
  await ask('/broken');
}

export async function teardown() {
  server.closeAllConnections();
  server.close();
}

await runAsScript(import.meta.url, { setup, iterate, teardown });
