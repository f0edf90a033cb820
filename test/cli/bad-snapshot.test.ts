import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { HeapBuilder } from '../support/heap.ts';
import { type CliResult, runCli } from '../support/run-cli.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'leakscan-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function snapshotText(): string {
  const heap = new HeapBuilder();
  const map = heap.object(heap.root, 'sessions', 'Map');
  for (let index = 0; index < 20; index += 1) heap.object(map, `entry${index}`, 'Session');
  return heap.text(20);
}

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** One message of two lines that names the file, no stack, no report, exit code 3. */
function expectRefusal({ stdout, stderr, exitCode }: CliResult, name: string): void {
  expect(stderr).toContain(name);
  expect(stderr).not.toMatch(/^ +at /m);
  expect(stderr.trimEnd().split('\n')).toHaveLength(2);
  expect(stdout).toBe('');
  expect(exitCode).toBe(3);
}

describe('analyze refuses', () => {
  test('a file that does not exist', async () => {
    expectRefusal(
      await runCli(['analyze', '--quiet', join(folder, 'none.heapsnapshot')]),
      'none.heapsnapshot',
    );
  });

  test.each([
    ['an empty file', ''],
    ['text that is no JSON', 'hello world'],
    ['foreign JSON', '{"name":"leakscan","version":1}'],
    ['a list', '[1,2,3]'],
    ['JSON that only looks like one', '{"snapshot":{"meta":{}},"nodes":[],"edges":[],"strings":[]}'],
  ])('%s', async (_, text) => {
    const path = file('heap.heapsnapshot', text);
    expectRefusal(await runCli(['analyze', '--quiet', path]), 'heap.heapsnapshot');
  });

  test('a snapshot that breaks off, wherever it does', async () => {
    const text = snapshotText();
    const ends = [
      1,
      40,
      ...[0.2, 0.4, 0.6, 0.8, 0.95].map((share) => Math.floor(share * text.length)),
      text.length - 1,
    ];
    const results = await Promise.all(
      ends.map((end) => runCli(['analyze', '--quiet', file(`cut-${end}.heapsnapshot`, text.slice(0, end))])),
    );
    for (const [index, result] of results.entries()) expectRefusal(result, `cut-${ends[index]}.heapsnapshot`);
  });

  test('a folder that no run has left', async () => {
    mkdirSync(join(folder, 'empty'));
    expectRefusal(await runCli(['analyze', '--quiet', join(folder, 'empty')]), 'empty');
  });

  test('a report in the place of a snapshot', async () => {
    const path = file('report.json', '{"schemaVersion": 1, "tool": {}}');
    expectRefusal(await runCli(['analyze', '--quiet', path]), 'report.json');
  });
});

describe('a readable snapshot', () => {
  test('is analysed, from a file and from standard input', async () => {
    const path = file('heap.heapsnapshot', snapshotText());
    const fromFile = await runCli(['analyze', '--quiet', '--format', 'json', path]);
    expect(fromFile).toMatchObject({ exitCode: 0, stderr: '' });
    expect(JSON.parse(fromFile.stdout)).toMatchObject({ schemaVersion: 1, command: 'analyze' });
    const fromPipe = await runCli(['analyze', '--quiet', '--format', 'json', '-'], { stdin: snapshotText() });
    expect(fromPipe.exitCode).toBe(0);
  });

  test('gives the same bytes every time', async () => {
    const path = file('heap.heapsnapshot', snapshotText());
    for (const format of ['text', 'json']) {
      const [one, other] = await Promise.all([1, 2].map(() => runCli(['analyze', '--format', format, path])));
      expect(one?.stdout).toBe(other?.stdout);
      expect(one?.stdout).not.toBe('');
    }
  });

  test('shows what holds most of the memory, and accuses nobody of it', async () => {
    const script = file(
      'shop.mjs',
      [
        "import { writeHeapSnapshot } from 'node:v8';",
        'const sessions = new Map();',
        'class Session { history = new Array(50).fill(0.5); }',
        'const open = (id) => void sessions.set(id, new Session());',
        'for (let id = 0; id < 9000; id += 1) open(id);',
        'writeHeapSnapshot(process.argv[2]);',
        'setImmediate(() => open(0));',
      ].join('\n'),
    );
    const path = join(folder, 'shop.heapsnapshot');
    execFileSync(process.execPath, [script, path]);
    const { stdout, exitCode } = await runCli(['analyze', path]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/9000 Session in Map sessions +[\d.]+ MiB +\d+ %/);
    expect(stdout).toContain('shop.mjs:2:7');
    const report = JSON.parse((await runCli(['analyze', '--format', 'json', path])).stdout);
    expect(report.findings).toEqual([]);
    const [largest] = report.largest;
    expect(largest).toMatchObject({ className: 'Session', count: 9000, location: { line: 2 } });
    expect(largest.share).toBeGreaterThan(0.3);
    expect(largest.share).toBeLessThan(1);
  });

  test('says that growth does not show in it', async () => {
    const { stdout } = await runCli(['analyze', file('heap.heapsnapshot', snapshotText())]);
    expect(stdout).toContain('growth does not show in one snapshot');
    expect(stdout).toContain('leakscan compare');
  });
});

describe('compare refuses', () => {
  test('a damaged file beside a good one', async () => {
    const text = snapshotText();
    const good = file('good.heapsnapshot', text);
    const bad = file('bad.heapsnapshot', text.slice(0, text.length / 2));
    expectRefusal(await runCli(['compare', '--quiet', good, bad]), 'bad.heapsnapshot');
    expectRefusal(await runCli(['compare', '--quiet', bad, good]), 'bad.heapsnapshot');
  });

  test('a snapshot and a report', async () => {
    const snapshot = file('heap.heapsnapshot', snapshotText());
    const report = join(folder, 'report.json');
    await runCli(['analyze', '--output', `json=${report}`, snapshot]);
    expectRefusal(await runCli(['compare', '--quiet', snapshot, report]), 'report.json');
  });
});

test('nothing is left in the folder of temporary files', async () => {
  const temporary = join(folder, 'tmp');
  mkdirSync(temporary);
  const text = snapshotText();
  const bad = file('bad.heapsnapshot', text.slice(0, text.length / 2));
  await runCli(['analyze', bad], { env: { TMPDIR: temporary } });
  await runCli(['analyze', file('good.heapsnapshot', text)], { env: { TMPDIR: temporary } });
  expect(readdirSync(temporary)).toEqual([]);
});
