import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { RequestDriver } from '../../src/capture/request-driver.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

async function serve(listener: RequestListener): Promise<{ server: Server; url: URL }> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/a?b=c`) };
}

const never = new AbortController().signal;

test('a round is so many requests to the address: half one by one, half at the same time', async () => {
  const seen: { url: string | undefined; others: number }[] = [];
  let open = 0;
  const { url } = await serve((request, response) => {
    seen.push({ url: request.url, others: open });
    open += 1;
    setTimeout(() => {
      open -= 1;
      response.end('x'.repeat(100_000));
    }, 20);
  });
  const driver = new RequestDriver(url, 8);
  expect(await driver.round(0, never)).toBeUndefined();
  driver.rest();
  expect(seen.map((each) => each.url)).toEqual(Array(8).fill('/a?b=c'));
  expect(seen.slice(0, 5).map(({ others }) => others)).toEqual([0, 0, 0, 0, 0]);
  expect(Math.max(...seen.slice(5).map(({ others }) => others))).toBeGreaterThan(0);
});

test('connections are kept within a generation and closed at its end', async () => {
  const { server, url } = await serve((_, response) => response.end());
  const connections = () =>
    new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)));
  let opened = 0;
  server.on('connection', () => {
    opened += 1;
  });
  const driver = new RequestDriver(url, 1);
  for (let round = 0; round < 5; round += 1) await driver.round(round, never);
  expect(opened).toBe(1);
  expect(await connections()).toBe(1);
  driver.rest();
  await vi.waitFor(async () => expect(await connections()).toBe(0));
});

test('an error or no answer is a failed round, of which the rest is not sent', async () => {
  let asked = 0;
  const { url } = await serve((request, response) => {
    asked += 1;
    if (asked === 1) response.writeHead(503).end();
    else request.socket.destroy();
  });
  const driver = new RequestDriver(url, 10);
  expect(await driver.round(0, never)).toBe('status 503');
  expect(await driver.round(1, never)).toBe('ECONNRESET');
  expect(asked).toBe(2);
  driver.rest();
});

test('a server is ready at its first answer, whatever it is', async () => {
  const { server, url } = await serve((_, response) => response.writeHead(500).end());
  server.close();
  const driver = new RequestDriver(url, 1);
  const ready = driver.untilReady(never);
  setTimeout(() => server.listen(Number(url.port), '127.0.0.1'), 150);
  expect(await ready).toBeUndefined();
});

test('waiting and rounds are given up when the target is over', async () => {
  const { server, url } = await serve(() => {});
  const driver = new RequestDriver(url, 10);
  const over = new AbortController();
  server.once('request', () => over.abort());
  expect(await driver.round(0, over.signal)).toBeDefined();
  server.close().closeAllConnections();
  const tooLate = new AbortController();
  setTimeout(() => tooLate.abort(), 250);
  expect(await driver.untilReady(tooLate.signal)).toBe(`${url} did not answer (ECONNREFUSED)`);
});
