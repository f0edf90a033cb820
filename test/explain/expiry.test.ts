import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Report } from '../../src/report/report.ts';
import { runCli } from '../support/run-cli.ts';

/** What a program is called whose rounds put entries into a Map, each with a timer of ten minutes. */
async function confidencesOf(lines: readonly string[]): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'leakscan-expiry-'));
  try {
    const head = ['const kept = new Map(); const other = new Map(); let id = 0;'];
    head.push('const later = (callback) => void setTimeout(callback, 600_000).unref();');
    writeFileSync(join(folder, 'app.mjs'), [...head, ...lines].join('\n'));
    const { stdout } = await runCli(['run', '--quiet', '--format', 'json', 'app.mjs'], { cwd: folder });
    const { findings } = JSON.parse(stdout) as Report;
    expect(findings.length).toBeGreaterThan(0);
    return findings.map(({ confidence }) => confidence);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const ADD = 'const entry = { id: id++ }; kept.set(entry.id, entry);';

test.each([
  ['by itself', `export const iterate = () => { ${ADD} later(() => kept.delete(entry.id)); };`],
  [
    'in a function that it calls',
    `const forget = (entry) => kept.delete(entry.id);\nexport const iterate = () => { ${ADD} later(() => forget(entry)); };`,
  ],
])('entries that a timer takes out %s are no more than possibly a leak', async (_, line) => {
  expect(new Set(await confidencesOf([line]))).toEqual(new Set(['possible']));
});

test.each([
  ['takes something out of another collection', '() => { other.delete(entry.id); }'],
  ['is a deadline', '() => { kept.delete(entry.id); entry.fail?.(new Error("too late")); }'],
  ['only looks at them', '() => { if (entry.isLate) id += 1; }'],
])('entries whose timer %s are a leak', async (_, callback) => {
  const line = `export const iterate = () => { ${ADD} later(${callback}); };`;
  // A function that goes by the same name as those of the timers.
  expect(await confidencesOf(['later(() => kept.clear());', line])).toContain('certain');
});

test('timers that are armed again for the same few entries are a leak', async () => {
  const put = 'const put = (key) => { kept.set(key, { key }); later(() => kept.delete(key)); };';
  const line =
    "export const iterate = () => { for (const key of ['a', 'b', 'c']) put(key); put(`new ${id++}`); };";
  expect(await confidencesOf([put, line])).toContain('certain');
});
