import { setMaxListeners } from 'node:events';

// Reports are put together under a deadline, and all of them stop with the program.

class Report {
  constructor(title) {
    this.title = title;
    this.sections = Array.from({ length: 8 }, (_, k) => `section ${k} of ${title}`);
  }
}

export function scenario(pTimeout) {
  const shutdown = new AbortController();
  setMaxListeners(0, shutdown.signal);

  async function compose(title) {
    await null;
    return new Report(title);
  }

  return {
    async setup() {},
    async iterate(round) {
      for (const part of ['sales', 'stock', 'staff']) {
        await pTimeout(compose(`${part} ${round}`), { milliseconds: 5_000, signal: shutdown.signal });
      }
    },
    async teardown() {},
  };
}
