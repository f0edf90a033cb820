import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { birthsOf, idsOf, nodeLines, program, start } from './support/programs.ts';

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

/** Keeps two objects a round, a few hundred milliseconds long, and lets go of all at its end. */
const leaking = `
  class Kept {}
  const all = [];
  for (let i = 0; i < 40; i += 1) {
    all.push(new Kept(), new Kept());
    Array.from({ length: 1000 }, () => ({}));
    await new Promise((resolve) => setTimeout(resolve, 8));
  }
  all.length = 0;
`;

describe.each(nodeLines)('with $name', ({ node }) => {
  test('a program that lets go of everything at its end was seen growing before', async () => {
    const target = await start(program('leaking.mjs', leaking), { node });
    expect(target.mode).toBe('script');
    await target.untilEnd();
    const { generations, snapshots } = target.record();
    const { outcome } = await target.finish();

    expect(outcome).toEqual({ kind: 'completed', exitCode: 0, signal: null });
    expect(generations.length).toBeGreaterThanOrEqual(5);
    expect(generations.every(({ rounds }) => rounds === 0)).toBe(true);
    expect(snapshots.at(-1)).toMatchObject({ moment: 'end', afterMarks: generations.length });
    expect(idsOf(snapshots.at(-1)!.file, 'object', 'Kept')).toHaveLength(0);

    const watermarks = generations.map(({ watermark }) => watermark);
    const births = snapshots.map(({ file }) => birthsOf(idsOf(file, 'object', 'Kept'), watermarks));
    // Whichever snapshot was the last one before everything was released, it shows growth in every generation.
    const best = births.reduce((most, each) => (sum(each) > sum(most) ? each : most));
    expect(sum(best)).toBeGreaterThan(30);
    expect(best.filter((born) => born > 0).length).toBeGreaterThanOrEqual(3);
    // What an earlier snapshot saw has kept its ids.
    for (const [at, earlier] of births.slice(0, births.indexOf(best)).entries()) {
      const { afterMarks } = snapshots[at]!;
      expect(best.slice(0, afterMarks)).toEqual(earlier.slice(0, afterMarks));
    }
  });
});

test('mid-run snapshots of the last stretch are kept, and older ones removed', async () => {
  const source =
    'for (let i = 0; i < 70; i += 1) { globalThis.all = Array.from({ length: 2000 }, () => ({})); await new Promise((r) => setTimeout(r, 10)); }';
  const target = await start(program('longer.mjs', source));
  await target.untilEnd();
  const midRun = target.record().snapshots.filter(({ moment }) => moment === 'mid-run');
  expect(midRun).toHaveLength(3);
  expect(midRun.every(({ file }) => existsSync(file))).toBe(true);
});

test('time in which the process stood still is not the time of the program', async () => {
  const source = `
    const still = new Int32Array(new SharedArrayBuffer(4));
    for (let i = 0; i < 60; i += 1) {
      globalThis.all = Array.from({ length: 2000 }, () => ({}));
      if (i % 20 === 10) Atomics.wait(still, 0, 0, 1000);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }`;
  const target = await start(program('standing.mjs', source));
  const begun = performance.now();
  await target.untilEnd();
  expect(performance.now() - begun).toBeGreaterThan(3000);
  const [, ...later] = target.record().generations;
  expect(sum(later.map(({ programMs }) => programMs))).toBeLessThan(1500);
});

test('an idle program is hardly marked', async () => {
  const target = await start(
    program('idle.mjs', 'await new Promise((resolve) => setTimeout(resolve, 3000));'),
  );
  await target.untilEnd();
  // A busy one would have some fifty.
  expect(target.record().generations.length).toBeLessThan(25);
});

test('a program that never yields is looked at when it ends', async () => {
  const target = await start(
    program('busy.mjs', 'class Kept {}\nglobalThis.all = [new Kept()];\nfor (let i = 0; i < 1e7; i += 1);'),
  );
  await target.untilEnd();
  const last = target.record().snapshots.at(-1)!;
  expect(last.moment).toBe('end');
  expect(idsOf(last.file, 'object', 'Kept')).toHaveLength(1);
});

test.each([
  ['returns', '', { kind: 'completed', exitCode: 0 }],
  ['sets its exit code', 'process.exitCode = 3;', { kind: 'completed', exitCode: 3 }],
  ['calls process.exit', 'process.exit(4);', { kind: 'exited', exitCode: 4 }],
  [
    'throws',
    "throw new RangeError('broken');",
    { kind: 'threw', exitCode: 1, message: expect.stringMatching(/RangeError: broken\n +at/) },
  ],
  ['throws later', "setTimeout(() => { throw new Error('broken'); });", { kind: 'threw', exitCode: 1 }],
  [
    'throws what is no error',
    "throw 'broken';",
    { kind: 'threw', exitCode: 1, message: "Uncaught 'broken'" },
  ],
  ['rejects', "Promise.reject(new Error('broken'));", { kind: 'threw', exitCode: 1 }],
  [
    'has a syntax error',
    'const const;',
    { kind: 'threw', exitCode: 1, message: expect.stringContaining('SyntaxError') },
  ],
  [
    'handles what it throws',
    "process.on('uncaughtException', () => {});\nsetTimeout(() => { throw new Error('handled'); });",
    { kind: 'completed', exitCode: 0 },
  ],
])('a script that %s leaves a snapshot, and the record says how it ended', async (_, source, outcome) => {
  const target = await start(program('ending.cjs', source));
  await target.untilEnd();
  expect(target.record().snapshots).toHaveLength(1);
  expect((await target.finish()).outcome).toMatchObject({ signal: null, ...outcome });
});

test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
  '%s is what ends a script, after a snapshot',
  async (signal) => {
    const source = `class Kept {}\nglobalThis.kept = new Kept();\nsetTimeout(() => process.kill(process.pid, '${signal}'), 20);\nsetTimeout(() => {}, 1e6);`;
    const target = await start(program('signalled.mjs', source));
    await target.untilEnd();
    const last = target.record().snapshots.at(-1)!;
    expect(idsOf(last.file, 'object', 'Kept')).toHaveLength(1);
    expect((await target.finish()).outcome).toEqual({ kind: 'killed', exitCode: null, signal });
  },
);

test('a script that handles a signal is looked at before its own listener may tear things down', async () => {
  const source = `
    class Kept {}
    globalThis.kept = new Kept();
    process.once('SIGTERM', () => { console.error(process.listenerCount('SIGTERM')); kept = undefined; clearTimeout(timer); });
    const timer = setTimeout(() => {}, 1e6);
    setTimeout(() => process.kill(process.pid, 'SIGTERM'), 20);`;
  const target = await start(program('graceful.mjs', source));
  await target.untilEnd();
  const [before, after] = target.record().snapshots.slice(-2);
  expect([before!.moment, after!.moment]).toEqual(['mid-run', 'end']);
  expect(idsOf(before!.file, 'object', 'Kept')).toHaveLength(1);
  expect(idsOf(after!.file, 'object', 'Kept')).toHaveLength(0);
  expect((await target.finish()).outcome).toEqual({ kind: 'completed', exitCode: 0, signal: null });
});

test('a script that never ends can be stopped, with a snapshot of what there is', async () => {
  const target = await start(
    program('server.mjs', 'class Kept {}\nglobalThis.kept = new Kept();\nsetInterval(() => {}, 10);'),
  );
  await new Promise((resolve) => setTimeout(resolve, 200));
  await target.stop('interrupted');
  await target.untilEnd();
  const last = target.record().snapshots.at(-1)!;
  expect(idsOf(last.file, 'object', 'Kept')).toHaveLength(1);
  expect((await target.finish()).outcome).toEqual({ kind: 'interrupted', exitCode: null, signal: 'SIGTERM' });
});

test('a script that ignores SIGTERM is killed in the end', async () => {
  const target = await start(
    program('stubborn.mjs', "process.on('SIGTERM', () => {});\nsetInterval(() => {}, 10);"),
    { timeoutMs: 2000 },
  );
  await target.untilEnd();
  expect((await target.finish()).outcome).toEqual({ kind: 'timed-out', exitCode: null, signal: 'SIGKILL' });
});

test('a script that is killed leaves its mid-run snapshots', async () => {
  const source =
    "for (let i = 0; i < 40; i += 1) { globalThis.all = Array.from({ length: 2000 }, () => ({})); await new Promise((r) => setTimeout(r, 10)); }\nprocess.kill(process.pid, 'SIGKILL');";
  const target = await start(program('killed.mjs', source));
  await target.untilEnd();
  const { outcome, snapshots } = await target.finish();
  expect(outcome).toEqual({ kind: 'killed', exitCode: null, signal: 'SIGKILL' });
  expect(snapshots.length).toBeGreaterThan(0);
});

test('--inspect is named among the limits', async () => {
  const target = await start(program('short.mjs', ''), { nodeArgs: ['--inspect=0'] });
  await target.untilEnd();
  expect(target.record().limits.join()).toContain('--inspect');
});
