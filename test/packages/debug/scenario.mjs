// Every connection has a logger of its own.

export function scenario(createDebug) {
  class Connection {
    constructor(number) {
      this.number = number;
      this.log = createDebug(`server:connection-${number}`);
    }

    serve() {
      this.log('serving %o', { number: this.number, at: 'the door' });
    }
  }

  return {
    async setup() {},
    async iterate(round) {
      for (let k = 0; k < 10; k += 1) new Connection(10 * round + k).serve();
    },
    async teardown() {},
  };
}
