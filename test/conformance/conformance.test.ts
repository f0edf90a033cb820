import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { allOperations } from './all-operations.ts';
import { mendedQuirks, Replay } from './replay.ts';
import { readVectors } from './vector.ts';

const folder = fileURLToPath(new URL('../../../shared/conformance/vectors', import.meta.url));

test.skipIf(!existsSync(folder))(
  'every recorded vector replays exactly, except for the quirks that are mended on purpose',
  async () => {
    const outcomes = await new Replay(allOperations, 'text').run(readVectors(folder));
    const failed = outcomes.filter(({ status }) => status === 'failed');
    expect(failed.map(({ id, difference }) => `${id}: ${difference}`)).toEqual([]);
    for (const { tags } of outcomes.filter(({ status }) => status === 'skipped')) {
      expect(tags?.some((tag) => tag in mendedQuirks)).toBe(true);
    }
    expect(outcomes.length).toBeGreaterThan(3000);
  },
  600_000,
);

test('a program that uses what the harness does not know fails and says what that is', async () => {
  const call = ['fn', 'f', [['frobnicate', 3]]];
  const vector = { id: 'x-1', area: 'x', prog: [['cb', ['succeed', 1], call]] };
  const outcomes = await new Replay(allOperations, 'text').run([
    { ...vector, trace: [], end: {}, delayed: [], unhandled: [] },
  ]);
  expect(outcomes).toEqual([
    {
      id: 'x-1',
      area: 'x',
      status: 'failed',
      difference: 'The harness knows no operation "frobnicate", which statement 0 uses.',
    },
  ]);
});
