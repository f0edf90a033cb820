import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Report } from '../../src/report/report.ts';
import { nodeOfLine } from '../corpus/run-case.mjs';
import { runCli } from '../support/run-cli.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'leakscan-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const LEAKED =
  'class Leaked { constructor(round) { this.round = round; this.fill = new Array(40).fill(round); } }';

async function proven(
  source: string,
  { name = 'program.mjs', node = process.execPath, rounds = ['--rounds', '3,5,7'] } = {},
) {
  const file = join(folder, name);
  writeFileSync(file, source);
  const args = ['run', '--prove', '--format', 'json', ...rounds, '--node', node, file];
  const { stdout, exitCode } = await runCli(args, { cwd: folder });
  const report = JSON.parse(stdout) as Report;
  return { report, exitCode, finding: report.findings[0]! };
}

describe('a holder that can be cut', () => {
  test.each<[string, string, string]>([
    ['a Map', 'const held = new Map(); const add = (i, x) => held.set(i, x);', 'entries of Map held'],
    ['a Set', 'const held = new Set(); const add = (i, x) => held.add(x);', 'entries of Set held'],
    ['an array', 'const held = []; const add = (i, x) => held.push(x);', 'elements of Array held'],
    [
      'an object used as a dictionary',
      "const held = {}; const add = (i, x) => { held['key ' + i] = x; };",
      'entries of Object held',
    ],
    [
      'a private field',
      'class Store { #all = new Map(); add(i, x) { this.#all.set(i, x); } }\nconst store = new Store(); const add = (i, x) => store.add(i, x);',
      'entries of Map Store.#all',
    ],
    [
      'a variable of a function',
      'function make() { const kept = []; return (i, x) => kept.push(x); }\nconst add = make();',
      'elements of Array kept',
    ],
    [
      'listeners',
      "import { EventEmitter } from 'node:events';\nconst bus = new EventEmitter().setMaxListeners(0); const add = (i, x) => bus.on('ring', () => x.round);",
      "listener of 'ring' of EventEmitter bus",
    ],
    [
      'listeners of an EventTarget',
      "const bus = new EventTarget(); const add = (i, x) => bus.addEventListener('ring', () => x.round);",
      "listener of 'ring' of EventTarget bus",
    ],
    [
      'listeners of the process',
      "process.setMaxListeners(0); const add = (i, x) => process.on('exit', () => x.round);",
      "listener of 'exit' of process",
    ],
    [
      'subscribers of a channel',
      "import { channel } from 'node:diagnostics_channel';\nconst news = channel('news'); const add = (i, x) => news.subscribe(() => x.round);",
      'subscriber of the channel of Channel news',
    ],
    ['timers', 'const add = (i, x) => void setTimeout(() => x.round, 100_000);', 'pending timers of Node.js'],
    [
      'what a module variable is the head of',
      'let head; const add = (i, x) => { x.older = head; head = x; };',
      'older inside what module variable head holds',
    ],
    [
      'one array for each of several objects',
      'class Room { guests = []; }\nconst rooms = [new Room(), new Room()]; const add = (i, x) => { rooms[i % 2].guests.push(x); rooms[0].guests.push(new Leaked(i)); };',
      'elements of Array Room.guests',
    ],
  ])('%s', async (_, holder, cut) => {
    const { report, exitCode, finding } = await proven(
      `${LEAKED}\n${holder}\nexport function iterate(i) { add(i, new Leaked(i)); }\nexport function teardown() { process.nextTick(() => setTimeout(() => process.exit(), 1)); }`,
    );
    expect(finding.proof).toMatchObject({ status: 'confirmed', cut });
    expect(finding.proof!.freedBytes).toBeGreaterThan(3000);
    expect(finding.confidence).toBe('certain');
    expect(report.target.exitCode).toBe(0);
    expect(exitCode).toBe(1);
  });

  test('in CommonJS', async () => {
    const source = `${LEAKED}\nconst held = new Map();\nexports.iterate = (i) => held.set(i, new Leaked(i));`;
    const { finding } = await proven(source, { name: 'program.cjs' });
    expect(finding.proof).toMatchObject({ status: 'confirmed', cut: 'entries of Map held' });
  });

  test.each(['22', '24', '26'])('in TypeScript on Node %s', async (line) => {
    const source = `${LEAKED.replace('{ constructor(round)', '{ round: number; fill: number[]; constructor(round: number)')}
      const held: Map<number, Leaked> = new Map();\nexport const iterate = (i: number) => held.set(i, new Leaked(i));`;
    const { finding } = await proven(source, { name: 'program.ts', node: nodeOfLine(line) });
    expect(finding.proof).toMatchObject({ status: 'confirmed', cut: 'entries of Map held' });
  });
});

describe('objects with several holders', () => {
  test('go when all are cut, each of which is named', async () => {
    const { finding } = await proven(`${LEAKED}
      class First { all = new Map(); }
      class Second { all = new Map(); }
      const [first, second] = [new First(), new Second()];
      export function iterate(i) { const x = new Leaked(i); first.all.set(i, x); second.all.set(i, x); }`);
    expect(finding.proof).toMatchObject({
      status: 'confirmed',
      cuts: [
        { gone: 0, holds: true },
        { gone: 20, holds: true },
      ],
    });
    expect(finding.proof!.cut.split(' and ').sort()).toEqual([
      'entries of Map First.all',
      'entries of Map Second.all',
    ]);
    expect(finding.proof!.reason).toContain('all have to go');
  });

  test('are not told as held by one that was cut in vain', async () => {
    const source = `${LEAKED}
      class Registry { all = new Map(); }
      class Room { guests = new Set(); }
      class Hotel { firsts = []; registry = new Registry(); room = new Room(); }
      const hotel = new Hotel();
      export function iterate(i) {
        const guest = new Leaked(i);
        hotel.registry.all.set(i, guest);
        hotel.room.guests.add(guest);
        if (i < 12) hotel.firsts.push(guest);
      }`;
    const { finding } = await proven(source, { rounds: [] });
    expect(finding.proof).toMatchObject({ status: 'confirmed' });
    expect(finding.proof!.cuts![0]).toMatchObject({
      cut: 'elements of Array Hotel.firsts',
      gone: 0,
      holds: false,
    });
    expect(finding.proof!.cut).toBe('entries of Map Registry.all and entries of Set Room.guests');
    expect(finding.holder!.name).toBe('Map Registry.all');
    const holders = finding.paths.filter(({ shows }) => shows === undefined);
    expect(holders.map(({ hops }) => hops.map(({ edge }) => edge.name))).toEqual([
      ['hotel', 'registry', 'all', 'entry'],
      ['hotel', 'room', 'guests', 'entry'],
    ]);
  });

  test('are left alone when they are too many', async () => {
    const { finding } = await proven(`${LEAKED}
      ${Array.from({ length: 8 }, (_, k) => `class H${k} { all = new Map(); }`).join('\n')}
      const all = [${Array.from({ length: 8 }, (_, k) => `new H${k}()`)}];
      const [a, b, c, d, e, f, g, h] = all;
      export function iterate(i) { const x = new Leaked(i); for (const each of [a, b, c, d, e, f, g, h]) each.all.set(i, x); }`);
    expect(finding.proof).toMatchObject({ status: 'not-testable' });
    expect(finding.proof!.reason).toContain('no more than 6 holders are cut for one finding');
  });
});

describe('what JavaScript cannot cut', () => {
  test.each<[string, string, string]>([
    [
      'a variable',
      'let chain = () => 0; const add = (i, x) => { const before = chain; chain = () => before() + x.round; };',
      'nobody but the program can write the variable chain',
    ],
    [
      'what waits for a promise',
      'const never = new Promise(() => {}); const add = (i, x) => void never.then(() => x.round);',
      'what waits for a promise cannot be taken off it',
    ],
  ])('%s is not testable', async (_, holder, reason) => {
    const { finding, exitCode } = await proven(
      `${LEAKED}\n${holder}\nexport function iterate(i) { add(i, new Leaked(i)); }`,
    );
    expect(finding.proof).toEqual({ status: 'not-testable', cut: '', freedBytes: 0, reason });
    expect(exitCode).toBe(1);
  });
});

test('what the cuts break is not counted against the program', async () => {
  const { report, finding } = await proven(`${LEAKED}
    const held = new Map([['settings', { beats: 0 }]]);
    let heart;
    export function setup() { heart = setInterval(() => { held.get('settings').beats += 1; }, 5); }
    export function iterate(i) { held.set(i, new Leaked(i)); }
    export function teardown() {
      clearInterval(heart);
      process.exitCode = 9;
      if (held.get('settings').beats === 0) process.exit(7);
    }`);
  expect(finding.proof).toMatchObject({ status: 'confirmed' });
  expect(report.target).toMatchObject({ exitCode: 0, outcome: 'The script ran to its end.' });
  expect(report.verdict.status).toBe('fail');
});
