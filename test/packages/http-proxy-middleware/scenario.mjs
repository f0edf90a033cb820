import { once } from 'node:events';
import { Agent, createServer, get } from 'node:http';

// A gateway in front of a service that also speaks over web sockets.

export function scenario(proxy) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  let behind;
  let gateway;
  let address;

  async function listen(server) {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `http://127.0.0.1:${server.address().port}`;
  }

  return {
    async setup() {
      behind = createServer((request, response) => response.end(request.url));
      const target = await listen(behind);
      const middleware = proxy('/', { target, ws: true, logLevel: 'silent' });
      gateway = createServer((request, response) => {
        request.originalUrl = request.url;
        middleware(request, response, () => response.end());
      });
      gateway.setMaxListeners(0);
      address = await listen(gateway);
    },
    async iterate(round) {
      for (let k = 0; k < 12; k += 1) {
        const [response] = await once(get(`${address}/page/${round}/${k}`, { agent }), 'response');
        response.resume();
        await once(response, 'end');
      }
    },
    async teardown() {
      agent.destroy();
      gateway.close();
      behind.close();
    },
  };
}
