import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));

test('every feature of the reactor, round after round, leaves nothing', { timeout: 300_000 }, () => {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [file('../../bin/leakscan.js'), 'run', '--rounds', '20,30,50', file('./leak-hunt.mjs')],
    { encoding: 'utf8' },
  );
  expect(status, stdout + stderr).toBe(0);
});
