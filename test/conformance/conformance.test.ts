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
    expect(failed.map(({ vector, difference }) => `${vector.id}: ${difference}`)).toEqual([]);
    for (const { vector } of outcomes.filter(({ status }) => status === 'skipped')) {
      expect(vector.tags?.some((tag) => tag in mendedQuirks)).toBe(true);
    }
    expect(outcomes.length).toBeGreaterThan(3000);
  },
  600_000,
);
