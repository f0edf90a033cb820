import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { runCli } from '../support/run-cli.ts';

const scenario = fileURLToPath(new URL('scenarios/every-feature.mjs', import.meta.url));

test('a thousand rounds of every feature leave nothing behind', async () => {
  const { stdout, exitCode } = await runCli(['run', '--format', 'json', '--rounds', '203,297,501', scenario]);
  expect(JSON.parse(stdout).findings).toEqual([]);
  expect(exitCode).toBe(0);
}, 300_000);
