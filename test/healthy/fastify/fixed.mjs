import Fastify from 'fastify';
import { runAsScript } from '../../../fixtures/run-as-script.mjs';

// A service with schemas, hooks and decorators.

const received = { answers: 0, bytes: 0 };
let service;
let address;

async function ask(path, options) {
  const response = await fetch(`${address}${path}`, options);
  received.answers += 1;
  received.bytes += (await response.text()).length;
}

export async function setup() {
  service = Fastify();
  service.decorateRequest('caller', null);
  service.addHook('onRequest', async (request) => {
    request.caller = { name: request.headers['x-caller'] ?? 'nobody', since: Date.now() };
  });
  service.get('/greeting/:name', {
    schema: { response: { 200: { type: 'object', properties: { text: { type: 'string' } } } } },
    handler: async (request) => ({
      text: `Hello ${request.params.name}, ${request.caller.name} asks for you`,
    }),
  });
  service.post('/sum', {
    schema: {
      body: {
        type: 'object',
        required: ['numbers'],
        properties: { numbers: { type: 'array', items: { type: 'number' } } },
      },
    },
    handler: async (request) => ({ sum: request.body.numbers.reduce((a, b) => a + b, 0) }),
  });
  address = await service.listen({ port: 0, host: '127.0.0.1' });
}

export async function iterate(round) {
  const json = { 'content-type': 'application/json' };
  await ask(`/greeting/guest-${round}`, { headers: { 'x-caller': `caller-${round}` } });
  await ask('/sum', { method: 'POST', headers: json, body: JSON.stringify({ numbers: [1, 2, round] }) });
  await ask('/sum', { method: 'POST', headers: json, body: JSON.stringify({ letters: 'abc' }) });
  await ask('/nowhere');
  await service.inject({ url: '/greeting/inside' });
}

export async function teardown() {
  service.server.closeAllConnections();
  await service.close();
}

await runAsScript(import.meta.url, { setup, iterate, teardown });
