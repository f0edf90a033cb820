import { existsSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { TargetError } from '../../src/shared/errors.ts';
import { leftovers, outermostLines, program, start } from './support/programs.ts';

test.each([
  ['no-such-script.js', {}, /There is no script no-such-script\.js/],
  ['-', { mode: 'scenario' as const }, /standard input cannot be a scenario/],
  ['.', { cwd: dirname(program('empty/here.txt', '')) }, /directory \. has no main script/],
])('%s cannot be run, and the error says why and what to do', async (script, options, message) => {
  const failure = await start(script, options).catch((error) => error);
  expect(failure).toBeInstanceOf(TargetError);
  expect(failure.message).toMatch(message);
  expect(failure.remedy).not.toBe('');
});

test('a Node binary that is not there is named, and nothing is left behind', async () => {
  const failure = await start(program('fine.mjs', ''), { node: '/no/such/node' }).catch((error) => error);
  expect(failure).toBeInstanceOf(TargetError);
  expect(failure.message).toContain('/no/such/node');
  expect(leftovers()).toEqual([]);
});

test.each([
  ['a binary that is no Node', { node: '/bin/false' }],
  ['a flag that Node does not know', { nodeArgs: ['--no-such-flag'] }],
])('%s is told before anything is judged', async (_, options) => {
  const failure = await start(program('fine.mjs', ''), options).catch((error) => error);
  expect(failure).toBeInstanceOf(TargetError);
  expect(failure.message).toMatch(/ended before the script began \(exit code \d+\)/);
  expect(leftovers()).toEqual([]);
});

test('a scenario without iterate says so', async () => {
  const target = await start(program('idle.mjs', 'export const setup = () => {}'), { mode: 'scenario' });
  const { outcome } = await target.finish();
  expect(outcome.kind).toBe('threw');
  expect(outcome).toMatchObject({
    exitCode: 1,
    message: 'TypeError: the module exports no function `iterate`',
  });
});

test.each([
  ['undefined', 'Uncaught undefined'],
  ['Object.create(null)', 'Uncaught [Object: null prototype] {}'],
])('a round that rejects with %s is told without a line of leakscan', async (thrown, message) => {
  const text = `export async function iterate(i) { if (i === 6) throw ${thrown}; }`;
  const target = await start(program('rejecting.mjs', text));
  await target.runGenerations([3]);
  expect((await target.finish()).outcome).toMatchObject({ kind: 'threw', message });
});

describe.each(outermostLines)('with $name', ({ node }) => {
  test.each([
    ['a syntax error', 'export function iterate() {}\nconst const;', 0],
    ['an import that is not there', "import 'no-such-package';\nexport function iterate() {}", 0],
    ['a throw while loading', "export function iterate() {}\nthrow new Error('broken');", 0],
    [
      'a throw in setup',
      "export function setup() { throw new Error('broken'); }\nexport function iterate() {}",
      0,
    ],
    ['a throw in the warm-up', "export function iterate() { throw new Error('broken'); }", 0],
    ['a throw in iterate', "export function iterate(i) { if (i === 8) throw new Error('broken'); }", 2],
    [
      'a rejection in iterate',
      "export async function iterate(i) { if (i === 8) throw new Error('broken'); }",
      2,
    ],
    [
      'an exception beside iterate',
      "export async function iterate(i) { if (i === 8) { setImmediate(() => { throw new Error('broken'); }); await new Promise((r) => setTimeout(r, 50)); } }",
      2,
    ],
  ])('%s in a scenario is an observation, and the marks before it are kept', async (_, source, marks) => {
    const target = await start(program('broken.mjs', source), { node, mode: 'scenario' });
    await target.runGenerations([3, 5]);
    await target.snapshot();
    const { outcome, generations } = await target.finish();
    expect(outcome).toMatchObject({ kind: 'threw', exitCode: 1, signal: null });
    expect(outcome.message).toMatch(/broken|SyntaxError|no-such-package/);
    expect(generations).toHaveLength(marks);
  });

  test('process.exit in the middle of a scenario leaves a snapshot of that moment', async () => {
    const source = 'export function iterate(i) { if (i === 8) process.exit(7); }';
    const target = await start(program('exiting.mjs', source), { node });
    expect(await target.runGenerations([3, 5, 7])).toHaveLength(1);
    expect(await target.snapshot()).toMatchObject({ moment: 'end', afterMarks: 2 });
    const { outcome } = await target.finish();
    expect(outcome).toEqual({ kind: 'exited', exitCode: 7, signal: null });
  });

  test('a program that is killed leaves what was captured before', async () => {
    const source = "export function iterate(i) { if (i === 8) process.kill(process.pid, 'SIGKILL'); }";
    const target = await start(program('killed.mjs', source), { node });
    await target.snapshot();
    expect(await target.runGenerations([3, 5, 7])).toHaveLength(1);
    expect(await target.snapshot()).toBeUndefined();
    const { outcome, snapshots } = await target.finish();
    expect(outcome).toEqual({ kind: 'killed', exitCode: null, signal: 'SIGKILL' });
    expect(snapshots.map(({ file }) => existsSync(file))).toEqual([true]);
  });

  test('a full heap is told from other ends, and V8 leaves a snapshot of it', async () => {
    const source =
      'export const iterate = (i) => { if (i === 8) for (const all = []; ; ) all.push(new Array(1000).fill({})); };';
    const target = await start(program('full.mjs', source), { node, nodeArgs: ['--max-old-space-size=40'] });
    expect(await target.runGenerations([3, 5])).toHaveLength(1);
    const { outcome, snapshots } = await target.finish();
    expect(outcome.kind).toBe('out-of-memory');
    expect(snapshots.at(-1)).toMatchObject({ moment: 'near-heap-limit', afterMarks: 2 });
  });
});

test('an event loop that is blocked for ever is ended by the timeout', async () => {
  const source = 'export function iterate(i) { if (i === 8) for (;;); }';
  const target = await start(program('blocked.mjs', source), { timeoutMs: 1500 });
  expect(await target.runGenerations([3, 5])).toHaveLength(1);
  const { outcome, limits } = await target.finish();
  expect(outcome).toEqual({ kind: 'timed-out', exitCode: null, signal: 'SIGKILL' });
  expect(limits.join()).toContain('did not answer');
});

test('one that is blocked while it loads is ended as well', async () => {
  const target = await start(program('blocked.mjs', 'export function iterate() {}\nfor (;;);'), {
    timeoutMs: 500,
  });
  expect((await target.finish()).outcome.kind).toBe('timed-out');
});

test('a round that takes too long is given up, with a snapshot of what there is', async () => {
  const source =
    'export function iterate(i) { if (i === 8) return new Promise((resolve) => setTimeout(resolve, 1e6)); }';
  const target = await start(program('slow.mjs', source), { timeoutMs: 1500 });
  expect(await target.runGenerations([3, 5])).toHaveLength(1);
  expect((await target.snapshot())?.moment).toBe('mid-run');
  const { outcome } = await target.finish();
  expect(outcome.kind).toBe('timed-out');
});

test('a round that can never end, because nothing is left to wait for, ends the program', async () => {
  const source = 'export function iterate(i) { if (i === 8) return new Promise(() => {}); }';
  const target = await start(program('stuck.mjs', source));
  expect(await target.runGenerations([3, 5])).toHaveLength(1);
  const { outcome } = await target.finish();
  expect(outcome).toMatchObject({
    kind: 'threw',
    exitCode: 13,
    message: expect.stringContaining('iterate(8)'),
  });
});

test('a teardown that throws is told, and one that never returns does not hold leakscan up', async () => {
  const throwing = await start(
    program('a.mjs', "export const iterate = () => {}, teardown = () => { throw new Error('late'); };"),
  );
  expect((await throwing.finish()).outcome).toMatchObject({
    kind: 'threw',
    message: expect.stringContaining('late'),
  });
  const hanging = await start(
    program(
      'b.mjs',
      'export const iterate = () => {}, teardown = () => new Promise((r) => setTimeout(r, 1e6));',
    ),
  );
  expect((await hanging.finish()).outcome.kind).toBe('completed');
});

test('an interruption ends the round that runs and keeps what there is', async () => {
  const interrupted = new AbortController();
  const source =
    'export function iterate(i) { if (i === 8) return new Promise((resolve) => setTimeout(resolve, 1e6)); }';
  const target = await start(program('long.mjs', source), { interruption: interrupted.signal });
  const generations = target.runGenerations([3, 5]);
  setTimeout(() => interrupted.abort(), 300);
  expect(await generations).toHaveLength(1);
  expect(await target.snapshot()).toBeDefined();
  expect((await target.finish()).outcome.kind).toBe('interrupted');
});

test('an interruption while the target is starting is heard too', async () => {
  const interruption = AbortSignal.abort();
  const target = await start(
    program(
      'long.mjs',
      'await new Promise((resolve) => setTimeout(resolve, 1e6));\nexport function iterate() {}',
    ),
    { interruption },
  );
  expect(await target.runGenerations([3])).toHaveLength(0);
  expect((await target.finish()).outcome.kind).toBe('interrupted');
});

test('megabytes of output go by without holding anything up', async () => {
  const source = "export function iterate() { process.stdout.write('x'.repeat(1e6) + '\\n'); }";
  const target = await start(program('loud.mjs', source), { stdout: 'stderr' });
  expect(await target.runGenerations([3])).toHaveLength(1);
  expect((await target.finish()).outcome.kind).toBe('completed');
});

test('snapshots that cannot be written are named among the limits', async () => {
  const saveSnapshots = join(dirname(program('here', '')), 'vanishing');
  const target = await start(program('fine.mjs', 'export function iterate() {}'), { saveSnapshots });
  rmSync(saveSnapshots, { recursive: true });
  expect(await target.snapshot()).toBeUndefined();
  const { limits, outcome } = await target.finish();
  expect(outcome.kind).toBe('completed');
  expect(limits.join('\n')).toMatch(
    /snapshot could not be written: ENOENT.*\n.*record could not be saved: ENOENT/,
  );
});
