import { Writable } from 'node:stream';
import pino from 'pino';
import { runAsScript } from '../../../fixtures/run-as-script.mjs';

// A service logs each request with a logger of its own: levels, errors, secrets that are left out.

const written = { lines: 0, bytes: 0 };
const sink = new Writable({
  write(chunk, _encoding, done) {
    written.lines += 1;
    written.bytes += chunk.length;
    done();
  },
});
const log = pino(
  {
    level: 'debug',
    redact: ['user.password', 'headers.cookie'],
    serializers: { error: pino.stdSerializers.err },
  },
  sink,
);

export async function setup() {
  log.info('listening');
}

export async function iterate(round) {
  for (let k = 0; k < 5; k += 1) {
    const request = log.child({ request: `${round}/${k}`, headers: { cookie: 'secret', host: 'here' } });
    request.info({ user: { name: `user ${k}`, password: 'x' } }, 'came in');
    request.debug('took %d ms', k);
    const step = request.child({ step: k }, { level: k % 2 ? 'warn' : 'debug' });
    step.error({ error: new Error(`request ${round} failed`) }, 'failed');
    step.trace('not written');
  }
}

export async function teardown() {
  log.flush();
}

await runAsScript(import.meta.url, { setup, iterate, teardown });
