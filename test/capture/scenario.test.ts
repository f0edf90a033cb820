import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { birthsOf, idsOf, nodeLines, program, start } from './support/programs.ts';

const leaking = `
  class Kept {}
  const all = [];
  export function iterate() { all.push(new Kept(), new Kept()); }
`;

describe.each(nodeLines)('with $name', ({ node }) => {
  test('the births of what leaks follow the rounds of the generations exactly', async () => {
    const target = await start(program('leaking.mjs', leaking), { node, warmupRounds: 4 });
    expect(target.mode).toBe('scenario');
    const marks = await target.runGenerations([3, 5]);
    const first = await target.snapshot();
    await target.runGenerations([7]);
    const second = await target.snapshot();

    expect(marks.map(({ rounds }) => rounds)).toEqual([3, 5]);
    const { generations } = target.record();
    const watermarks = generations.map(({ watermark }) => watermark);
    // An object keeps its id from one snapshot to the next.
    expect(birthsOf(idsOf(first!.file, 'object', 'Kept'), watermarks)).toEqual([8, 6, 10, 0]);
    expect(birthsOf(idsOf(second!.file, 'object', 'Kept'), watermarks)).toEqual([8, 6, 10, 14]);
    expect([first!.afterMarks, second!.afterMarks]).toEqual([3, 4]);
    expect(generations.map(({ rounds }) => rounds)).toEqual([4, 3, 5, 7]);
  });

  test('the record tells Node, source, and how the program ended', async () => {
    const target = await start(program('leaking.mjs', leaking), { node, args: ['a'] });
    const record = await target.finish();
    expect(record).toMatchObject({
      recordVersion: 1,
      args: ['a'],
      mode: 'scenario',
      outcome: { kind: 'completed', exitCode: 0, signal: null },
      limits: [],
    });
    expect(record.node).toMatch(/^v\d+\.\d+\.\d+$/);
    expect(['v8-profiler-next', 'node:v8']).toContain(record.source);
    expect(record.sourceReason).not.toBe('');
  });
});

test.each([
  ['exports.cjs', 'let all = []; exports.iterate = (i) => { all.push(i); };'],
  ['object.cjs', 'module.exports = { iterate() {}, helper: 1 };'],
  ['dynamic.cjs', "Object.assign(exports, { ['iter' + 'ate']() {} });"],
])('a CommonJS scenario runs: %s', async (name, source) => {
  const target = await start(program(name, source), { mode: 'scenario' });
  expect(await target.runGenerations([2])).toHaveLength(1);
});

test.each(nodeLines.filter(({ name }) => !name.startsWith('v20')))(
  'a TypeScript scenario runs on $name',
  async ({ node }) => {
    const script = program(
      'typed.mts',
      'const all: number[] = [];\nexport function iterate(i: number): void { all.push(i); }',
    );
    const target = await start(script, { node });
    expect(target.mode).toBe('scenario');
    expect(await target.runGenerations([2])).toHaveLength(1);
  },
);

test('setup comes first, the rounds are counted through, and teardown comes last', async () => {
  const script = program(
    'ordered.mjs',
    `import { appendFileSync } from 'node:fs';
     const log = (...what) => appendFileSync(new URL('ordered.log', import.meta.url), what.join(' ') + '\\n');
     export const setup = async () => log('setup', process.argv.slice(2));
     export const iterate = async (i) => log('iterate', i);
     export const teardown = async () => log('teardown');`,
  );
  const target = await start(script, { warmupRounds: 2, args: ['one', 'two'] });
  await target.runGenerations([1, 2]);
  await target.finish();
  const log = readFileSync(join(dirname(script), 'ordered.log'), 'utf8')
    .trim()
    .split('\n');
  expect(log).toEqual([
    'setup one,two',
    'iterate 0',
    'iterate 1',
    'iterate 2',
    'iterate 3',
    'iterate 4',
    'teardown',
  ]);
});

test('the script is not the main module, so a main loop of its own does not run', async () => {
  const script = program(
    'guarded.mjs',
    `import { fileURLToPath } from 'node:url';
     export function iterate() {}
     if (process.argv[1] === fileURLToPath(import.meta.url)) throw new Error('ran as the main module');`,
  );
  const target = await start(script);
  expect((await target.finish()).outcome.kind).toBe('completed');
});

test('timers of the program go on while nothing is asked of it', async () => {
  const script = program(
    'ticking.mjs',
    `let ticks = 0;
     export function setup() { globalThis.timer = setInterval(() => { ticks += 1; }, 5); }
     export function iterate(i) { if (i === 1 && ticks < 3) throw new Error('the timer stood still'); }
     export function teardown() { clearInterval(timer); }`,
  );
  const target = await start(script, { warmupRounds: 1 });
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(await target.runGenerations([1])).toHaveLength(1);
});

test('the time between two generations, in which leakscan may look at a heap, is no time of the program', async () => {
  const begun = performance.now();
  const target = await start(program('leaking.mjs', leaking), { warmupRounds: 1 });
  await target.runGenerations([1]);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const [mark] = await target.runGenerations([1]);
  const { timings } = await target.finish();
  expect(mark!.programMs).toBeLessThan(900);
  const phases = timings.start! + timings.rounds! + timings.marks!;
  expect(phases).toBeLessThan(performance.now() - begun - 1000);
});

test('a mark says what the program did and in which state it is', async () => {
  const script = program(
    'busy.mjs',
    `export function setup() { globalThis.timers = [1, 2, 3].map(() => setInterval(() => {}, 1e6)); }
     export async function iterate() {
       globalThis.kept = Array.from({ length: 10_000 }, () => ({}));
       (globalThis.buffers ??= []).push(new ArrayBuffer(1e6));
       await new Promise((resolve) => setTimeout(resolve, 20));
     }`,
  );
  const target = await start(script, { warmupRounds: 1 });
  const [mark] = await target.runGenerations([3]);
  expect(mark!.programMs).toBeGreaterThan(55);
  expect(mark!.programMs).toBeLessThan(mark!.programMs + mark!.markMs);
  expect(mark!.allocatedBytes).toBeGreaterThan(100_000);
  expect(mark!.arrayBuffersBytes).toBeGreaterThanOrEqual(4e6);
  expect(mark!.activeResources.Timeout).toBe(3);
});

test('snapshots and the record are kept where they are wanted, for this user alone', async () => {
  const saveSnapshots = join(dirname(program('here', '')), 'saved');
  const target = await start(program('leaking.mjs', leaking), { saveSnapshots });
  const snapshot = await target.snapshot();
  const record = await target.finish();
  target.cleanUp();
  expect(dirname(snapshot!.file)).toBe(saveSnapshots);
  expect(statSync(snapshot!.file).mode & 0o077).toBe(0);
  const written = JSON.parse(readFileSync(join(saveSnapshots, 'leakscan-run.json'), 'utf8'));
  expect(written).toEqual(JSON.parse(JSON.stringify(record)));
  expect(basename(written.snapshots[0].file)).toBe(basename(snapshot!.file));
});

test('what a scenario leaves open does not hold leakscan up, and its exit listeners run', async () => {
  const script = program(
    'open.mjs',
    `import { createServer } from 'node:http';
     import { writeFileSync } from 'node:fs';
     export function setup() { createServer().listen(0); }
     export function iterate() {}
     process.on('exit', () => writeFileSync(new URL('open.log', import.meta.url), 'left'));`,
  );
  const target = await start(script);
  expect((await target.finish()).outcome).toEqual({ kind: 'completed', exitCode: 0, signal: null });
  expect(readFileSync(join(dirname(script), 'open.log'), 'utf8')).toBe('left');
});
