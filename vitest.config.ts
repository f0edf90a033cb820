import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Targets are real processes whose collector and timers have a mind of their own; a build server may ask again.
    retry: process.env.CI ? 2 : 0,
    pool: 'forks',
    // Most of the time a test waits for a target; vitest would leave one of two processors to nobody.
    maxWorkers: availableParallelism(),
  },
});
