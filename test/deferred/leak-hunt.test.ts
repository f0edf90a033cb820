import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import * as library from '../../src/deferred/index.ts';
import { namesMissingIn } from '../support/exported-names.ts';
import { runCli } from '../support/run-cli.ts';

const scenario = fileURLToPath(new URL('scenarios/every-feature.mjs', import.meta.url));

test('a thousand rounds of every feature leave nothing behind', async () => {
  const { stdout, exitCode } = await runCli(['run', '--format', 'json', '--rounds', '203,297,501', scenario]);
  expect(JSON.parse(stdout).findings).toEqual([]);
  expect(exitCode).toBe(0);
}, 300_000);

test('every feature is every name that is exported, but for the classes of what others make', () => {
  const madeByOthers = ['CooperativeTask', 'DelayedCall', 'LiveDeferreds'];
  expect(namesMissingIn(readFileSync(scenario, 'utf8'), library)).toEqual(madeByOthers);
});
