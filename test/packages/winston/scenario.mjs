import { Writable } from 'node:stream';

// Each tenant has a log of its own, which tells uncaught exceptions as well, and is closed when he leaves.

export function scenario({ createLogger, transports }) {
  const written = { lines: 0 };

  function logOf(tenant) {
    const stream = new Writable({
      write(_chunk, _encoding, done) {
        written.lines += 1;
        done();
      },
    });
    return createLogger({
      defaultMeta: { tenant },
      transports: [new transports.Stream({ stream, handleExceptions: true })],
    });
  }

  return {
    async setup() {
      process.setMaxListeners(0);
    },
    async iterate(round) {
      const log = logOf(`tenant ${round}`);
      log.info('has come');
      await new Promise((resolve) => setImmediate(resolve));
      log.close();
    },
    async teardown() {
      process.removeAllListeners('uncaughtException');
    },
  };
}
