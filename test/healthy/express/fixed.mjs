import { once } from 'node:events';
import express from 'express';
import { runAsScript } from '../../../fixtures/run-as-script.mjs';

// A web shop in small: pages, a JSON interface, errors, and things that are not there.

const received = { answers: 0, bytes: 0 };
const stock = new Map(
  Array.from({ length: 20 }, (_, k) => [String(k), { id: k, name: `article ${k}`, pieces: 100 }]),
);
let server;
let address;

function shop() {
  const app = express();
  app.use(express.json());
  app.use((request, response, next) => {
    response.set('x-request', request.path);
    next();
  });
  app.get('/articles', (_request, response) => response.json([...stock.values()]));
  app.get('/articles/:id', (request, response) => {
    const article = stock.get(request.params.id);
    if (article) response.json(article);
    else response.status(404).json({ error: 'no such article' });
  });
  app.post('/orders', (request, response) =>
    response.status(201).json({ ordered: request.body.lines.length }),
  );
  app.get('/broken', () => {
    throw new Error('out of order');
  });
  app.use((error, _request, response, _next) => response.status(500).send(error.message));
  return app;
}

async function ask(path, options) {
  const response = await fetch(`${address}${path}`, options);
  received.answers += 1;
  received.bytes += (await response.text()).length;
}

export async function setup() {
  server = shop().listen(0, '127.0.0.1');
  await once(server, 'listening');
  address = `http://127.0.0.1:${server.address().port}`;
}

export async function iterate(round) {
  await ask('/articles');
  await ask(`/articles/${round % 30}`);
  await ask('/orders', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ lines: Array.from({ length: 5 }, (_, k) => ({ article: k, pieces: round })) }),
  });
  await ask('/broken');
  await ask(`/nothing/${round}`);
}

export async function teardown() {
  server.closeAllConnections();
  server.close();
}

await runAsScript(import.meta.url, { setup, iterate, teardown });
