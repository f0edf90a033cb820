import { once } from 'node:events';

// A build runs one tool after the other, and waits for the end of each.

export function scenario(execa) {
  const ended = { tools: 0 };

  return {
    async setup() {},
    async iterate() {
      const child = execa('true');
      await once(child, 'exit');
      ended.tools += 1;
    },
    async teardown() {},
  };
}
