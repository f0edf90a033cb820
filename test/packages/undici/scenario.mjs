import { once } from 'node:events';
import { createServer } from 'node:http';

// A service asks others that come and go, each at an address of its own.

export function scenario({ Agent, request }) {
  const agent = new Agent();
  const received = { bytes: 0, refused: 0 };

  async function ask(address) {
    const { body } = await request(address, { dispatcher: agent });
    received.bytes += (await body.text()).length;
  }

  return {
    async setup() {},
    async iterate(round) {
      const server = createServer((asked, response) => response.end(`you asked for ${asked.url}`));
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const address = `http://127.0.0.1:${server.address().port}/item/${round}`;
      await ask(address);
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      await ask(address).catch(() => {
        received.refused += 1;
      });
    },
    async teardown() {
      await agent.destroy();
    },
  };
}
