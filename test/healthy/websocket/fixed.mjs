import { once } from 'node:events';
import { WebSocket, WebSocketServer } from 'ws';
import { runAsScript } from '../../../fixtures/run-as-script.mjs';

// A chat: two guests stay, others come and go.

const heard = { messages: 0 };
let server;
let stayed;

async function enter() {
  const socket = new WebSocket(`ws://127.0.0.1:${server.address().port}`);
  socket.on('message', () => {
    heard.messages += 1;
  });
  await once(socket, 'open');
  return socket;
}

async function say(socket, text) {
  const goal = heard.messages + server.clients.size;
  socket.send(text);
  while (heard.messages < goal) await new Promise((resolve) => setImmediate(resolve));
}

export async function setup() {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: true });
  server.on('connection', (guest) => {
    guest.on('message', (text) => {
      for (const other of server.clients) other.send(text);
    });
  });
  await once(server, 'listening');
  stayed = [await enter(), await enter()];
}

export async function iterate(round) {
  const guest = await enter();
  await say(guest, `guest of round ${round}`);
  await say(stayed[round % 2], 'x'.repeat(2_000));
  guest.close();
  await once(guest, 'close');
  while (server.clients.size > 2) await new Promise((resolve) => setImmediate(resolve));
}

export async function teardown() {
  for (const socket of stayed) socket.terminate();
  server.close();
}

await runAsScript(import.meta.url, { setup, iterate, teardown });
