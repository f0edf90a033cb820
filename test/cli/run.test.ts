import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Report } from '../../src/report/report.ts';
import { type CliOptions, type CliResult, runCli } from '../support/run-cli.ts';

const FIXTURE = fileURLToPath(new URL('../../fixtures/session-map/', import.meta.url));

let folder: string;
let temporary: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'leakscan-test-'));
  temporary = join(folder, 'tmp');
  mkdirSync(temporary);
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Writes a program and gives its path. */
function program(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** Runs leakscan with a folder for temporary files that must be empty in the end. */
async function leakscan(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const result = await runCli(args, { cwd: folder, ...options, env: { TMPDIR: temporary, ...options.env } });
  expect(readdirSync(temporary)).toEqual([]);
  expect(result.stderr).not.toContain('this is a bug');
  return result;
}

async function reportOf(
  args: readonly string[],
  options?: CliOptions,
): Promise<CliResult & { report: Report }> {
  const result = await leakscan(['run', '--quiet', '--format', 'json', ...args], options);
  return { ...result, report: JSON.parse(result.stdout) as Report };
}

test('a program beside leakscan that is started through a link is the file that the link leads to', async () => {
  const tmp = fileURLToPath(new URL('../../tmp/', import.meta.url));
  mkdirSync(tmp, { recursive: true });
  const beside = mkdtempSync(join(tmp, 'linked-'));
  try {
    mkdirSync(join(beside, 'real'));
    writeFileSync(join(beside, 'real', 'app.mjs'), 'console.log(import.meta.url);');
    symlinkSync(join(beside, 'real'), join(beside, 'link'));
    const { stdout } = await leakscan(['run', '--mode', 'script', join(beside, 'link', 'app.mjs')]);
    expect(stdout).toContain(pathToFileURL(join(realpathSync(beside), 'real', 'app.mjs')).href);
  } finally {
    rmSync(beside, { recursive: true });
  }
});

describe('a program with a leak', () => {
  test('fails the gate and is named with its place; its repaired twin passes', async () => {
    const leaky = await leakscan(['run', join(FIXTURE, 'leaky.mjs')]);
    expect(leaky.exitCode).toBe(1);
    expect(leaky.stdout).toMatch(/Session pile up in Map sessions/);
    expect(leaky.stdout).toMatch(/sessions → Map {2}\S*leaky\.mjs:\d+:\d+/);
    const fixed = await leakscan(['run', join(FIXTURE, 'fixed.mjs')]);
    expect(fixed.stdout).toContain('No leak found.');
    expect(fixed.exitCode).toBe(0);
  });

  test('passes once its signature is in the baseline, and the entry is reported when it no longer occurs', async () => {
    const leaky = join(FIXTURE, 'leaky.mjs');
    const update = await leakscan(['run', '--quiet', '--update-baseline', leaky]);
    expect(update.exitCode).toBe(0);
    const baseline = join(folder, 'leakscan-baseline.json');
    expect(JSON.parse(readFileSync(baseline, 'utf8')).accepted).toHaveLength(1);
    const accepted = await leakscan(['run', '--quiet', '--baseline', baseline, leaky]);
    expect(accepted.stdout).toContain('1 known leak accepted');
    expect(accepted.exitCode).toBe(0);
    const fixed = await leakscan(['run', '--quiet', '--baseline', baseline, join(FIXTURE, 'fixed.mjs')]);
    expect(fixed.stdout).toContain('No longer occurs');
    expect(fixed.exitCode).toBe(0);
  });

  test('leaves snapshots that can be analysed and compared, if told to', async () => {
    const saved = join(folder, 'heaps');
    await leakscan(['run', '--quiet', '--save-snapshots', saved, join(FIXTURE, 'leaky.mjs')]);
    const names = readdirSync(saved).filter((name) => name.endsWith('.heapsnapshot'));
    expect(names.length).toBeGreaterThan(0);
    const analysis = await leakscan(['analyze', '--quiet', saved]);
    expect(analysis.stdout).toContain('Session pile up');
    expect(analysis.exitCode).toBe(1);
    const other = join(folder, 'other');
    await leakscan(['run', '--quiet', '--save-snapshots', other, join(FIXTURE, 'fixed.mjs')]);
    const comparison = await leakscan(['compare', saved, other]);
    expect(comparison.stdout).toContain('different processes');
    expect(comparison.stdout).toMatch(/Gone\n.*\n {2}Session/);
    expect(comparison.stdout).toContain('1 gone');
    if (names.length > 1) {
      const series = await leakscan(['compare', ...names.sort().map((name) => join(saved, name))]);
      expect(series.stdout).toContain('Snapshots of one process');
      expect(series.stdout).toMatch(/Grown\n(.*\n)* {2}Session +\d+ → \d+/);
      expect(series.exitCode).toBe(1);
    }
  });

  test('gives reports that can be compared and merged', async () => {
    const [before, after] = [join(folder, 'before.json'), join(folder, 'after.json')];
    await leakscan(['run', '--quiet', '--output', `json=${before}`, join(FIXTURE, 'leaky.mjs')]);
    await leakscan(['run', '--quiet', '--output', `json=${after}`, join(FIXTURE, 'fixed.mjs')]);
    const better = await leakscan(['compare', before, after]);
    expect(better.stdout).toContain('0 new, 1 gone, 0 in both');
    expect(better.exitCode).toBe(0);
    expect((await leakscan(['compare', after, before])).exitCode).toBe(1);
    const merged = await leakscan(['merge', '--quiet', before, before, after]);
    expect(merged.stdout).toContain('1 leak over the gate');
    expect(merged.exitCode).toBe(1);
  });
});

describe('what the script prints, reads and returns', () => {
  const script = `
    process.stdin.setEncoding('utf8');
    let text = '';
    for await (const piece of process.stdin) text += piece;
    console.log('args', process.argv.slice(2).join(' '), 'stdin', text.trim(), 'env', process.env.GREETING);
    console.error('to stderr');
    process.exitCode = 7;
  `;

  test('is passed through with a report in text', async () => {
    const path = program('app.mjs', script);
    const result = await leakscan(['run', path, '--format', 'json', '-x'], {
      stdin: 'hello',
      env: { GREETING: 'hi' },
    });
    expect(result.stdout).toMatch(/^args --format json -x stdin hello env hi\nleakscan /);
    expect(result.stderr).toContain('to stderr');
  });

  test('goes to stderr with a report for machines, which has stdout alone', async () => {
    const { report, stderr } = await reportOf([program('app.mjs', script)], { stdin: 'hello' });
    expect(stderr).toContain('args  stdin hello');
    expect(report.target).toMatchObject({ mode: 'script', exitCode: 7 });
  });

  test('may be megabytes', async () => {
    const path = program(
      'loud.mjs',
      `export function iterate() { process.stdout.write('x'.repeat(2 ** 20)); }`,
    );
    const { stdout, exitCode } = await leakscan(['run', path]);
    expect(stdout.length).toBeGreaterThan(20 * 2 ** 20);
    expect(exitCode).toBe(0);
  });
});

describe('a script that comes to an untimely end is judged by what was captured, and never acquitted:', () => {
  test.each<[string, string, string[], RegExp]>([
    [
      'it throws at import',
      `export function iterate() {}\nthrow new Error('no database');`,
      [],
      /threw: Error: no database/,
    ],
    ['it is no program', 'this is no JavaScript', [], /threw: .*SyntaxError/],
    [
      'it throws in iterate',
      `export function iterate(i) { if (i === 12) throw new RangeError('round broke'); }`,
      [],
      /threw: RangeError: round broke at .*bad\.mjs:1/,
    ],
    [
      'it rejects',
      `export async function iterate() { await Promise.reject(new Error('gone')); }`,
      [],
      /threw: Error: gone/,
    ],
    [
      'it is killed',
      `export function iterate(i) { if (i === 7) process.kill(process.pid, 'SIGKILL'); }`,
      [],
      /killed by SIGKILL/,
    ],
    [
      'it leaves at once',
      `export function iterate(i) { if (i === 2) process.exit(5); }`,
      [],
      /process\.exit\(5\)/,
    ],
    [
      'it never ends',
      `export function iterate(i) { if (i === 7) for (;;); }`,
      ['--timeout', '3s'],
      /--timeout/,
    ],
    [
      'it runs out of memory',
      `const kept = []; export function iterate(i) { for (;;) kept.push(new Array(1000).fill(i)); }`,
      ['--node-arg=--max-old-space-size=60'],
      /out of memory/,
    ],
  ])('%s', async (_, text, options, outcome) => {
    const { report, exitCode } = await reportOf([...options, program('bad.mjs', text)]);
    expect(report.target.outcome).toMatch(outcome);
    expect(report.verdict.status).toBe('inconclusive');
    expect(exitCode).toBe(3);
  });

  test('a leak that was seen until then fails the gate', async () => {
    const leaky = `const kept = new Map(); class Basket {}
      export function iterate(i) { if (i > 25) throw new Error('late'); kept.set(i, new Basket()); }`;
    const { report, exitCode } = await reportOf([program('late.mjs', leaky)]);
    expect(report.target.outcome).toMatch(/threw: Error: late/);
    expect(report.findings[0]?.title).toContain('Basket');
    expect(exitCode).toBe(1);
  });

  test.each<[string, RegExp]>([
    [`throw new Error('late')`, /threw: Error: late/],
    ['process.exit(5)', /process\.exit\(5\)/],
  ])('%s between two looks leaves the leak accused', async (end, outcome) => {
    const leaky = `const kept = []; class Leaf {}
      export function iterate(i) { kept.push(new Leaf()); if (i === 60) ${end}; }`;
    const { report, exitCode } = await reportOf([program('late.mjs', leaky)]);
    expect(report.target.outcome).toMatch(outcome);
    expect(report.findings[0]?.title).toContain('Leaf');
    expect(exitCode).toBe(1);
  });

  test('a scenario that ends itself in the middle of its rounds is not acquitted', async () => {
    const healthy = 'export function iterate(i) { if (i === 16) process.exit(); }';
    const { report, exitCode } = await reportOf([program('exits.mjs', healthy)]);
    expect(report.verdict).toMatchObject({
      status: 'inconclusive',
      reasons: ['The script ended itself in the middle of its rounds.'],
    });
    expect(exitCode).toBe(3);
  });
});

describe('what cannot be run at all gives one clear message and exit code 3:', () => {
  test.each<[string, string[], RegExp]>([
    ['a script that does not exist', ['no-such.mjs'], /no-such\.mjs/],
    ['a folder without a main script', ['.'], /main script/],
    ['a Node that does not exist', ['--node', './no-such-node', 'a.mjs'], /no-such-node/],
  ])('%s', async (_, args, message) => {
    program('a.mjs', '');
    const { stdout, stderr, exitCode } = await leakscan(['run', '--quiet', ...args]);
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(2);
    expect(stdout).toBe('');
    expect(exitCode).toBe(3);
  });

  test('temporary files that cannot be written', async () => {
    const { stderr, exitCode } = await runCli(['run', '--quiet', program('a.mjs', '')], {
      env: { TMPDIR: '/no/such' },
    });
    expect(stderr).toContain('/no/such');
    expect(exitCode).toBe(3);
  });
});

describe('output', () => {
  const healthy = `export function iterate() {}`;

  test('goes to several files at once and leaves those of a failed run as they were', async () => {
    const [json, text] = [join(folder, 'a.json'), join(folder, 'a.txt')];
    writeFileSync(json, 'old');
    await leakscan(['run', '--quiet', '--output', `json=${json}`, '--output', `text=${text}`, 'no-such.mjs']);
    expect(readFileSync(json, 'utf8')).toBe('old');
    expect(existsSync(text)).toBe(false);
    const script = program('healthy.mjs', healthy);
    await leakscan(['run', '--quiet', '--output', `json=${json}`, '--output', `text=${text}`, script]);
    expect(JSON.parse(readFileSync(json, 'utf8'))).toMatchObject({
      command: 'run',
      verdict: { status: 'pass' },
    });
    expect(readFileSync(text, 'utf8')).toContain('No leak found.');
  });

  test.skipIf(!existsSync('/dev/full'))('to a full disk is one clear message', async () => {
    const script = program('healthy.mjs', healthy);
    const { stderr, exitCode } = await leakscan(['run', '--quiet', '--output', 'json=/dev/full', script]);
    expect(stderr).toMatch(/^leakscan: \/dev\/full could not be written: .*no space left/);
    expect(exitCode).toBe(3);
  });

  test('to a reader that has gone away is no error', () => {
    const script = program('healthy.mjs', healthy);
    const pipe = `"${process.execPath}" "$BIN" run --verbose "${script}" | true; echo "\${PIPESTATUS[0]}"`;
    const bin = fileURLToPath(new URL('../../bin/leakscan.js', import.meta.url));
    const shell = execFileSync('bash', ['-c', `{ ${pipe}; } 2>&1`], {
      env: { ...process.env, BIN: bin },
      encoding: 'utf8',
    });
    expect(shell).not.toContain('EPIPE');
    expect(shell.trimEnd().split('\n').at(-1)).toBe('0');
  });

  test('is coloured when colour is asked for, and plain in files', async () => {
    const script = program('healthy.mjs', healthy);
    const file = join(folder, 'a.txt');
    const { stdout } = await leakscan(['run', '--quiet', '--color', '--output', `text=${file}`, script]);
    expect(stdout).toContain('\u001b[32m');
    expect(readFileSync(file, 'utf8')).not.toContain('\u001b');
  });

  test('begins at once, with what is being started', async () => {
    const { stderr } = await leakscan(['run', program('healthy.mjs', healthy)]);
    expect(stderr).toMatch(/^leakscan: starting \S*healthy\.mjs\n/);
  });
});

/** A process that was killed and that nobody has asked for yet (a zombie) does not run. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

describe('a signal', () => {
  const slow = `const kept = []; export async function iterate(i) {
    if (i === 6) process.stderr.write('READY');
    kept.push({ i });
    await new Promise((resolve) => setTimeout(resolve, 100));
  }`;

  /** Sends the signal each time the text appears on stderr. */
  function sendOn(texts: Record<string, NodeJS.Signals>): NonNullable<CliOptions['onStart']> {
    return (child) => {
      let seen = '';
      const waiting = new Map(Object.entries(texts));
      child.stderr?.on('data', (text: string) => {
        seen += text;
        for (const [wanted, signal] of waiting) {
          if (!seen.includes(wanted)) continue;
          waiting.delete(wanted);
          child.kill(signal);
        }
      });
    };
  }

  test.each<[NodeJS.Signals, number]>([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ])('%s ends the script and reports what there is', async (signal, code) => {
    const path = program('slow.mjs', slow);
    const { stdout, stderr, exitCode } = await leakscan(['run', path], {
      onStart: sendOn({ READY: signal }),
    });
    expect(stderr).toContain(`${signal}: ending the script`);
    expect(stdout.replace(/\s+/g, ' ')).toContain('ended early, because leakscan was told to stop');
    expect(exitCode).toBe(code);
  });

  test('the second time leaves at once, with the script', async () => {
    const stuck = `export function iterate(i) { if (i < 7) return; console.error('PID=' + process.pid + ';'); for (;;); }`;
    const path = program('stuck.mjs', stuck);
    const onStart = sendOn({ ';': 'SIGINT', 'ending the script': 'SIGINT' });
    const { stdout, stderr, exitCode } = await leakscan(['run', path], { onStart });
    expect(stdout).toBe('');
    expect(exitCode).toBe(130);
    const pid = Number(/PID=(\d+);/.exec(stderr)?.[1]);
    await vi.waitFor(() => expect(isRunning(pid)).toBe(false), 5000);
  });

  test('is not needed in timed mode, which ends the script by itself and judges it', async () => {
    const server = `const kept = []; class Visit {} setInterval(() => { for (let i = 0; i < 50; i += 1) kept.push(new Visit()); }, 5);`;
    const { report } = await reportOf(['--duration', '4s', program('server.mjs', server)]);
    expect(report.target).toMatchObject({
      mode: 'timed',
      outcome: expect.stringContaining('time that was given'),
    });
    expect(report.findings[0]?.title).toContain('Visit');
    expect(report.verdict.status).not.toBe('inconclusive');
  });
});
