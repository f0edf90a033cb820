import { setMaxListeners } from 'node:events';

// Pages are crawled three at a time until the crawler is told to stop.

class CrawledPage {
  constructor(address) {
    this.address = address;
    this.links = Array.from({ length: 10 }, (_, k) => `${address}/${k}`);
  }
}

export function scenario(PQueue) {
  const stop = new AbortController();
  setMaxListeners(0, stop.signal);
  const queue = new PQueue({ concurrency: 3 });

  return {
    async setup() {},
    async iterate(round) {
      const crawl = (k) => async () => new CrawledPage(`/page/${round}/${k}`);
      await Promise.all([0, 1, 2, 3].map((k) => queue.add(crawl(k), { signal: stop.signal })));
    },
    async teardown() {},
  };
}
