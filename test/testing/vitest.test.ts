import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LeakError } from '../../src/testing/index.ts';
import { measure } from '../../src/testing/measure.ts';
import { assertNoLeak, toLeak } from '../../src/testing/to-leak.ts';
import '../../src/testing/vitest.ts';

class Basket {
  readonly items = ['apple', 'pear'];
}

let temporary: string;
beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), 'leakscan-test-'));
  vi.stubEnv('TMPDIR', temporary);
});
afterEach(() => {
  expect(readdirSync(temporary)).toEqual([]);
  vi.unstubAllEnvs();
  rmSync(temporary, { recursive: true });
});

/** A function that keeps a basket for each call, and the same without the keeping. */
function baskets() {
  const kept = new Map<number, Basket>();
  return {
    leaky: () => {
      kept.set(kept.size, new Basket());
    },
    clean: async () => {
      const basket = new Basket();
      await Promise.resolve();
      return basket.items.length;
    },
  };
}

test('a function that leaks is told from one that does not', async () => {
  const { leaky, clean } = baskets();
  await expect(leaky).toLeak();
  await expect(clean).not.toLeak();
});

test('a failing matcher names what leaks and who holds it', async () => {
  const { leaky } = baskets();
  const failure = expect(leaky).not.toLeak({ rounds: [4, 5, 7] });
  await expect(failure).rejects.toThrow(/Basket pile up in Map kept/);
});

test('a function that was expected to leak and does not fails as well', async () => {
  await expect(expect(() => {}).toLeak()).rejects.toThrow('nothing stayed');
});

test('the assertion for other runners rejects with the report', async () => {
  const { leaky, clean } = baskets();
  await assertNoLeak(clean);
  const error = await assertNoLeak(leaky).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(LeakError);
  expect((error as LeakError).report.findings[0]?.objects).toMatchObject({
    className: 'Basket',
    births: [3, 5, 7],
  });
});

test('the report says how often the function was called', async () => {
  const work = vi.fn();
  const report = await measure(work, { warmup: 2, rounds: [3, 4] });
  expect(work.mock.calls.map(([round]) => round)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  expect(report.generations.map(({ rounds }) => rounds)).toEqual([3, 4]);
});

test('what the function throws is passed on', async () => {
  await expect(toLeak(() => Promise.reject(new Error('no database')))).rejects.toThrow('no database');
});

test('what is no function is a mistake', async () => {
  await expect(toLeak(7)).rejects.toThrow(TypeError);
});
