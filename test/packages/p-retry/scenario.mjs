import { setMaxListeners } from 'node:events';

// Letters are sent again when the first attempt fails.

class Letter {
  constructor(to) {
    this.to = to;
    this.lines = Array.from({ length: 10 }, (_, k) => `line ${k} to ${to}`);
  }
}

export function scenario(pRetry) {
  const closing = new AbortController();
  setMaxListeners(0, closing.signal);

  const send = (letter) => async (attempt) => {
    await null;
    if (attempt === 1) throw new Error(`${letter.to} is busy`);
    return letter.lines.length;
  };

  return {
    async setup() {},
    async iterate(round) {
      const options = { retries: 2, minTimeout: 0, maxTimeout: 0, signal: closing.signal };
      await Promise.all(['ann', 'bob'].map((to) => pRetry(send(new Letter(`${to} ${round}`)), options)));
    },
    async teardown() {},
  };
}
