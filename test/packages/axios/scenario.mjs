import { once } from 'node:events';
import { createServer } from 'node:http';

// A service asks another one, and stops asking when it shuts down.

export function scenario(axios) {
  const shutdown = axios.CancelToken.source();
  const received = { answers: 0 };
  let server;
  let address;

  return {
    async setup() {
      server = createServer((request, response) => response.end(`you asked for ${request.url}`));
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      address = `http://127.0.0.1:${server.address().port}`;
    },
    async iterate(round) {
      for (let k = 0; k < 3; k += 1) {
        await axios.get(`${address}/item/${round}/${k}`, { cancelToken: shutdown.token, proxy: false });
        received.answers += 1;
      }
    },
    async teardown() {
      server.close();
    },
  };
}
