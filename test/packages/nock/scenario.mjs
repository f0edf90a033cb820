import { once } from 'node:events';
import http from 'node:http';

// A client is exercised against intercepted requests.

export function scenario(nock) {
  const received = { answers: 0, bytes: 0 };

  async function ask(path) {
    nock('http://weather.example').get(path).reply(200, { path, degrees: 21 });
    const [response] = await once(http.get(`http://weather.example${path}`), 'response');
    for await (const chunk of response) received.bytes += chunk.length;
    received.answers += 1;
  }

  return {
    async setup() {
      nock.disableNetConnect();
    },
    async iterate(round) {
      for (let k = 0; k < 3; k += 1) await ask(`/today/${round}/${k}`);
    },
    async teardown() {
      nock.cleanAll();
      nock.restore();
    },
  };
}
