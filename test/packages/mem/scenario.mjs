import { setTimeout as sleep } from 'node:timers/promises';

// Exchange rates may be remembered for a moment.

class ExchangeRate {
  constructor(pair) {
    this.pair = pair;
    this.history = Array.from({ length: 10 }, (_, k) => 1 + k / 100);
  }
}

export function scenario(mem) {
  const rateOf = mem((pair) => new ExchangeRate(pair), { maxAge: 2 });

  return {
    async setup() {},
    async iterate(round) {
      for (let k = 0; k < 5; k += 1) rateOf(`EUR/${round}-${k}`);
      await sleep(4);
    },
    async teardown() {},
  };
}
