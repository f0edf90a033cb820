import { describe, expect, test } from 'vitest';
import type { TypedOptions } from '../../src/cli/options.ts';
import { bytesOf, durationOf, resolveJudge, resolveOutput, resolveRun } from '../../src/cli/resolve.ts';
import { UsageError } from '../../src/shared/errors.ts';

function run(options: TypedOptions, args: readonly string[] = ['app.js']) {
  return resolveRun({ name: 'run', args, options });
}

test.each([
  ['60s', 60_000],
  ['500ms', 500],
  ['1.5m', 90_000],
  ['1h', 3_600_000],
  ['2', 2000],
])('%s is a time', (text, ms) => {
  expect(durationOf(text, '--duration')).toBe(ms);
});

test.each(['', '0', '-1', 's', '10 days', '1e9', 'NaN', '9999h'])('%j is no time', (text) => {
  expect(() => durationOf(text, '--duration')).toThrow(UsageError);
});

test.each([
  ['0', 0],
  ['4096', 4096],
  ['2KiB', 2048],
  ['2kb', 2048],
  ['1.5MiB', 1_572_864],
  ['1G', 1_073_741_824],
])('%s is a number of bytes', (text, bytes) => {
  expect(bytesOf(text, '--max-growth')).toBe(bytes);
});

test.each(['', '-1', 'KiB', '1TB', 'x'])('%j is no number of bytes', (text) => {
  expect(() => bytesOf(text, '--max-growth')).toThrow(UsageError);
});

describe('run', () => {
  test('leaves everything behind the script to the script, less one --', () => {
    expect(run({}, ['app.js', '--port', '1']).args).toEqual(['--port', '1']);
    expect(run({}, ['app.js', '--', '--port']).args).toEqual(['--port']);
    expect(run({}, ['app.js', '--', '--', 'x']).args).toEqual(['--', 'x']);
  });

  test('takes --duration for timed mode', () => {
    expect(run({ duration: '2s' })).toMatchObject({ mode: 'timed', durationMs: 2000 });
  });

  test('takes a command or an address for driven mode, with everything that goes by rounds', () => {
    const byRounds = { rounds: '3,5', warmup: '2', prove: true };
    expect(run({ drive: 'curl localhost', ...byRounds })).toMatchObject({
      mode: undefined,
      drive: { command: 'curl localhost' },
      rounds: [3, 5],
    });
    expect(run({ mode: 'driven', url: 'https://localhost/', requests: '3' })).toMatchObject({
      mode: undefined,
      drive: { url: 'https://localhost/', requests: 3 },
    });
    expect(run({}).drive).toBeUndefined();
  });

  test.each<[string, TypedOptions]>([
    ['a duration of a scenario', { mode: 'scenario', duration: '2s' }],
    ['a duration of a script', { mode: 'script', duration: '2s' }],
    ['timed mode without a time', { mode: 'timed' }],
    ['rounds of a script', { mode: 'script', rounds: '3,5,7' }],
    ['warm-up of a timed run', { duration: '2s', warmup: '3' }],
    ['a proof in a script that runs by itself', { mode: 'script', prove: true }],
    ['two that drive', { drive: 'curl localhost', url: 'http://localhost/' }],
    ['a command for a scenario', { mode: 'scenario', drive: 'true' }],
    ['a command for a script that runs by itself', { mode: 'script', drive: 'true' }],
    ['an address for a time', { mode: 'timed', url: 'http://localhost/' }],
    ['a time for a command', { duration: '2s', drive: 'true' }],
    ['driven mode without a driver', { mode: 'driven' }],
    ['requests of a command', { drive: 'true', requests: '3' }],
    ['rounds without a request', { url: 'http://localhost/', requests: '0' }],
    ['a command of nothing', { drive: ' ' }],
    ['an address without a protocol', { url: 'localhost:3000' }],
    ['an address that is none', { url: 'http://' }],
    ['rounds that are no numbers', { rounds: '3,x' }],
    ['a generation without rounds', { rounds: '3,0,7' }],
    ['one generation alone', { rounds: '3' }],
    ['a warm-up below nothing', { warmup: '-1' }],
  ])('refuses %s', (_, options) => {
    expect(() => run(options)).toThrow(UsageError);
  });
});

describe('judging', () => {
  test('by default fails on likely leaks and uses no baseline', () => {
    expect(resolveJudge({})).toMatchObject({
      thresholds: { failOn: 'likely', maxLeaks: 0, maxBytesPerRound: 0 },
      baselineFile: undefined,
    });
  });

  test('writes the usual baseline file when none is named', () => {
    expect(resolveJudge({ updateBaseline: true }).baselineFile).toBe('leakscan-baseline.json');
    expect(resolveJudge({ updateBaseline: true, baseline: 'b.json' }).baselineFile).toBe('b.json');
  });

  test.each<TypedOptions>([
    { failOn: 'never', maxLeaks: '1' },
    { failOn: 'never', maxGrowth: '1' },
    { failOn: 'never', updateBaseline: true },
    { maxLeaks: 'many' },
  ])('refuses %j', (options) => {
    expect(() => resolveJudge(options)).toThrow(UsageError);
  });
});

describe('output', () => {
  test('takes a file name with = in it', () => {
    expect(resolveOutput({ output: ['json=a=b.json', 'text=c'] }).files).toEqual([
      { format: 'json', file: 'a=b.json' },
      { format: 'text', file: 'c' },
    ]);
  });

  test.each<TypedOptions>([
    { quiet: true, verbose: true },
    { output: ['a.json'] },
    { output: ['xml=a.xml'] },
    { output: ['json='] },
  ])('refuses %j', (options) => {
    expect(() => resolveOutput(options)).toThrow(UsageError);
  });
});
