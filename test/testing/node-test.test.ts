import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const TESTING = new URL('../../dist/testing/index.js', import.meta.url).href;

test('the assertion works in node:test, from the built package', () => {
  const folder = mkdtempSync(join(tmpdir(), 'leakscan-test-'));
  try {
    const file = join(folder, 'basket.test.mjs');
    writeFileSync(
      file,
      `import { test } from 'node:test';
       import { assertNoLeak } from '${TESTING}';
       class Basket {}
       const kept = new Map();
       test('clean', () => assertNoLeak(() => { new Basket(); }));
       test('leaky', () => assertNoLeak(() => { kept.set(kept.size, new Basket()); }));`,
    );
    // A runner inside a runner would report to the outer one.
    const env = { ...process.env, NODE_TEST_CONTEXT: undefined, NODE_OPTIONS: undefined };
    const { stdout, status } = spawnSync(process.execPath, ['--test', '--test-reporter=tap', file], {
      env,
      encoding: 'utf8',
    });
    expect(stdout).toMatch(/^ *ok \d+ - clean/m);
    expect(stdout).toMatch(/^ *not ok \d+ - leaky/m);
    expect(stdout).toContain('Basket pile up in Map kept');
    // What leakscan itself keeps is not reported.
    expect(stdout).not.toContain('1 of 2');
    expect(status).toBe(1);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
