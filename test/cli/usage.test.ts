import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runCli } from '../support/run-cli.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'leakscan-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('help', () => {
  test('leads with examples', async () => {
    for (const args of [['--help'], ['run', '--help'], ['help', 'compare']]) {
      const { stdout, stderr, exitCode } = await runCli(args);
      expect(stdout).toMatch(/^Examples:\n {2}leakscan /);
      expect(stderr).toBe('');
      expect(exitCode).toBe(0);
    }
  });

  test('is what a bare `leakscan` shows, as a mistake', async () => {
    const { stdout, stderr, exitCode } = await runCli([]);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^Examples:/);
    expect(exitCode).toBe(2);
  });

  test('of a command that does not exist is the help, and says so', async () => {
    const { stdout, stderr, exitCode } = await runCli(['help', 'frobnicate']);
    expect(stdout).toBe('');
    expect(stderr).toContain('Usage: leakscan');
    expect(stderr.trimEnd().split('\n').at(-2)).toBe("leakscan: unknown command 'frobnicate'");
    expect(exitCode).toBe(2);
  });

  test('the version is that of package.json', async () => {
    const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(await runCli(['--version'])).toMatchObject({ stdout: `${manifest.version}\n`, exitCode: 0 });
  });
});

describe('a mistake on the command line gives exit code 2 and one clear message:', () => {
  test.each<[string, string[], RegExp]>([
    [
      'a flag with a typo gets a suggestion',
      ['run', '--rouds', '3,5', 'app.js'],
      /--rouds.*Did you mean --rounds\?/,
    ],
    ['an unknown flag', ['analyze', '--frobnicate', 'x'], /unknown option '--frobnicate'/],
    ['a command with a typo gets a suggestion', ['analyse', 'x'], /Did you mean analyze\?/],
    ['a script without a command', ['app.js'], /leakscan run app\.js/],
    ['a missing script', ['run'], /missing required argument 'script'/],
    ['a missing file', ['compare', 'one'], /missing required argument/],
    ['too many files', ['analyze', 'a', 'b'], /too many arguments/],
    [
      'a value that is none of the choices',
      ['run', '--fail-on', 'sure', 'app.js'],
      /certain, likely, possible, never/,
    ],
    ['a format that does not exist', ['analyze', '--format', 'xml', 'x'], /text, json/],
    ['an option without its value', ['run', '--rounds'], /argument missing/],
    ['--quiet with --verbose', ['analyze', '--quiet', '--verbose', 'x'], /--quiet and --verbose contradict/],
    [
      '--rounds of a script',
      ['run', '--mode', 'script', '--rounds', '3,5', 'x'],
      /--mode script and --rounds contradict/,
    ],
    [
      '--drive with --url',
      ['run', '--drive', 'true', '--url', 'http://localhost/', 'x'],
      /--drive and --url contradict/,
    ],
    ['--duration of a scenario', ['run', '--mode', 'scenario', '--duration', '1s', 'x'], /contradict/],
    [
      'a threshold with a gate that never fails',
      ['run', '--fail-on', 'never', '--max-leaks', '1', 'x'],
      /contradict/,
    ],
    ['--output without a format', ['analyze', '--output', 'a.json', 'x'], /<format>=<file>/],
    [
      'a baseline that does not exist',
      ['analyze', '--baseline', 'no-such.json', 'x'],
      /no-such\.json does not exist/,
    ],
  ])('%s', async (_, args, message) => {
    const { stdout, stderr, exitCode } = await runCli(args, { cwd: folder });
    expect(stderr.replaceAll('\n', ' ')).toMatch(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(2);
    expect(stderr).not.toMatch(/^ +at /m);
    expect(stdout).toBe('');
    expect(exitCode).toBe(2);
  });

  test('an output path that cannot be written is refused before the script starts', async () => {
    const started = join(folder, 'started');
    const script = join(folder, 'app.mjs');
    writeFileSync(
      script,
      `import { writeFileSync } from 'node:fs'; writeFileSync(${JSON.stringify(started)}, '');`,
    );
    const output = join(folder, 'no', 'such', 'folder.json');
    const { stderr, exitCode } = await runCli(['run', '--output', `json=${output}`, script]);
    expect(stderr).toContain(output);
    expect(exitCode).toBe(2);
    expect(existsSync(started)).toBe(false);
  });
});
