import { toLeak } from './to-leak.ts';

const { expect } = globalThis as { expect?: { extend(matchers: { toLeak: typeof toLeak }): void } };
if (expect === undefined) {
  throw new Error(
    'leakscan/testing/jest belongs into setupFilesAfterEnv of jest: there is no global `expect` here.',
  );
}
expect.extend({ toLeak });
