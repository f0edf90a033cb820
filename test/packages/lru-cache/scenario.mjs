// A cache of pages that is bounded by the size of all of them together, and was full before.

class Page {
  constructor(address) {
    this.address = address;
    this.lines = [`the page at ${address}`];
  }
}

export function scenario(LRUCache) {
  const pages = new LRUCache({ maxSize: 30, sizeCalculation: () => 1 });
  const visit = (address) => pages.set(address, new Page(address));

  return {
    async setup() {
      for (let k = 0; k < 60; k += 1) visit(`/start/${k}`);
    },
    async iterate(round) {
      for (let k = 0; k < 3; k += 1) visit(`/page/${round}/${k}`);
    },
    async teardown() {
      pages.clear();
    },
  };
}
