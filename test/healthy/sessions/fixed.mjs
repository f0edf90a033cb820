import { once } from 'node:events';
import express from 'express';
import session from 'express-session';
import { runAsScript } from '../../../fixtures/run-as-script.mjs';

// A shop that knows its ten customers by a cookie, over loopback.

const received = { answers: 0, bytes: 0 };
const cookies = [];
let server;
let address;

function shop() {
  const app = express();
  app.use(session({ secret: 'keep it', resave: false, saveUninitialized: false, name: 'shop' }));
  app.use(express.urlencoded({ extended: true }));
  app.post('/basket', (request, response) => {
    request.session.basket = [request.body.article, ...(request.session.basket ?? [])].slice(0, 5);
    response.json(request.session.basket);
  });
  app.get('/basket', (request, response) => response.json(request.session.basket ?? []));
  return app;
}

async function ask(customer, path, options = {}) {
  const headers = { ...options.headers, ...(cookies[customer] && { cookie: cookies[customer] }) };
  const response = await fetch(`${address}${path}`, { ...options, headers });
  cookies[customer] ??= response.headers.getSetCookie()[0]?.split(';')[0];
  received.answers += 1;
  received.bytes += (await response.text()).length;
}

export async function setup() {
  server = shop().listen(0, '127.0.0.1');
  await once(server, 'listening');
  address = `http://127.0.0.1:${server.address().port}`;
  for (let customer = 0; customer < 10; customer += 1)
    await ask(customer, '/basket', { method: 'POST', body: new URLSearchParams({ article: 'welcome' }) });
}

export async function iterate(round) {
  const customer = round % 10;
  await ask(customer, '/basket', {
    method: 'POST',
    body: new URLSearchParams({ article: `article ${round}` }),
  });
  await ask(customer, '/basket');
  await ask(99, '/basket').finally(() => {
    cookies[99] = undefined;
  });
}

export async function teardown() {
  server.closeAllConnections();
  server.close();
}

await runAsScript(import.meta.url, { setup, iterate, teardown });
