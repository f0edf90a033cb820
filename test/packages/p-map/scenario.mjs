import { setMaxListeners } from 'node:events';

// Files are handled one after the other, until the service shuts down.

export function scenario(pMap) {
  const shutdown = new AbortController();
  setMaxListeners(0, shutdown.signal);
  const handled = { bytes: 0 };

  async function handle(size) {
    handled.bytes += size;
  }

  return {
    async setup() {},
    async iterate(round) {
      for (let k = 0; k < 2; k += 1)
        await pMap([1, 2, round], handle, { concurrency: 2, signal: shutdown.signal });
    },
    async teardown() {
      shutdown.abort();
    },
  };
}
