import { describe, expect, test } from 'vitest';
import { outermostLines, program, start } from './support/programs.ts';

const failing = `
  import { Deferred } from 'leakscan/deferred';
  class LostError extends Error {}
  export function iterate(i) {
    if (i === 8) new Deferred().errback(new LostError('nobody looked'));
    if (i === 9) { const handled = new Deferred(); handled.errback(new Error('handled')); handled.addErrback(() => {}); }
  }
`;

describe.each(outermostLines)('with $name', ({ node }) => {
  test('a failed Deferred that was collected unhandled is told, with its generation', async () => {
    const target = await start(program('failing.mjs', failing), { node });
    await target.runGenerations([3, 5, 7]);
    const { observations } = await target.finish();
    expect(observations).toEqual([
      {
        kind: 'unhandled-failure',
        errorName: 'LostError',
        message: 'nobody looked',
        stack: expect.any(Array),
        generation: expect.any(Number),
      },
    ]);
    expect(observations[0]!.generation).toBeGreaterThanOrEqual(2);
  });

  test('with creation stacks it is told where the Deferred was made', async () => {
    const target = await start(program('failing.mjs', failing), { node, creationStacks: true });
    await target.runGenerations([3, 5, 7]);
    const { observations } = await target.finish();
    expect(observations[0]!.stack[0]).toMatch(/iterate .*failing\.mjs:5:/);
  });

  test('a rejection that ends the program is its outcome', async () => {
    const script = program(
      'rejecting.mjs',
      "class LostError extends Error {}\nsetTimeout(() => Promise.reject(new LostError('gone')), 5);",
    );
    const target = await start(script, { node });
    await target.untilEnd();
    const { observations, outcome } = await target.finish();
    expect(observations).toEqual([]);
    expect(outcome).toMatchObject({ kind: 'threw', exitCode: 1, message: expect.stringContaining('gone') });
  });

  test('one that the program only takes note of is told', async () => {
    const script = program(
      'noting.mjs',
      "process.on('unhandledRejection', () => {});\nPromise.reject(new TypeError('noted'));\nPromise.reject('text');\nsetTimeout(() => {}, 20);",
    );
    const target = await start(script, { node });
    await target.untilEnd();
    const { observations, outcome } = await target.finish();
    expect(observations).toMatchObject([
      { kind: 'unhandled-rejection', errorName: 'TypeError', message: 'noted' },
      { kind: 'unhandled-rejection', errorName: 'string', message: 'text', stack: [] },
    ]);
    expect(outcome.kind).toBe('completed');
  });
});
