import { once } from 'node:events';
import { Agent, createServer } from 'node:http';

// A client that keeps its connection to the server.

export function scenario(fetch) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const received = { answers: 0, bytes: 0 };
  let server;
  let address;

  return {
    async setup() {
      server = createServer((request, response) => {
        response.write(`you asked for ${request.url}`);
        response.end();
      });
      server.keepAliveTimeout = 60_000;
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      address = `http://127.0.0.1:${server.address().port}`;
    },
    async iterate(round) {
      for (let k = 0; k < 3; k += 1) {
        const response = await fetch(`${address}/item/${round}/${k}`, { agent });
        received.bytes += (await response.text()).length;
        received.answers += 1;
      }
    },
    async teardown() {
      agent.destroy();
      server.close();
    },
  };
}
