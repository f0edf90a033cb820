import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { leftovers, nodeLines, program } from './support/programs.ts';

const DRIVE = fileURLToPath(new URL('support/drive.mjs', import.meta.url));

interface Seen {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | null;
}

function see(command: string, args: readonly string[], stdin: string): Promise<Seen> {
  const child = spawn(command, args, { env: { ...process.env, SOME: 'thing' } });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  child.stdin.end(stdin);
  return new Promise((resolve) => child.on('close', (exitCode) => resolve({ stdout, stderr, exitCode })));
}

/** What the program shows by itself, and under leakscan. */
async function bothWays(
  node: string,
  nodeArgs: readonly string[],
  script: string,
  stdin = '',
): Promise<[Seen, Seen]> {
  const args = ['one', '--two', 'three four'];
  const alone = await see(node, [...nodeArgs, script, ...args], stdin);
  const options = JSON.stringify({ node, nodeArgs, mode: 'script' });
  return [alone, await see(process.execPath, [DRIVE, options, script, ...args], stdin)];
}

const report = `
  const { fork, spawnSync } = require('node:child_process');
  const { Worker } = require('node:worker_threads');
  const { readFileSync } = require('node:fs');
  const show = (name, value) => console.log(name, JSON.stringify(value));
  show('argv', process.argv.slice(1));
  show('execArgv', process.execArgv);
  show('main', [require.main === module, process.mainModule === module, module.parent]);
  show('cache', Object.keys(require.cache));
  show('env', Object.keys(process.env).sort().filter((name) => !/^(_|SHLVL|PWD|OLDPWD|VITEST.*)$/.test(name)));
  show('cwd', process.cwd());
  show('ipc', [process.send, process.channel, process.connected, process.env.NODE_CHANNEL_FD]);
  show('tracing', [Error.stackTraceLimit, typeof gc, process.profiler, process.report?.directory]);
  show('globals', Object.getOwnPropertyNames(globalThis).sort());
  show('in a context', require('node:vm').runInNewContext('typeof gc'));
  show('resources', process.getActiveResourcesInfo());
  show('handles', process._getActiveHandles().length);
  show('stdin', readFileSync(0, 'utf8'));
  const child = spawnSync('ls', ['/proc/self/fd'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  show('descriptors of a child', child.stdout?.trim().split('\\n').length);
  console.error('on stderr');
  fork(__filename.replace('report', 'child'), ['forked']).on('exit', (code) => {
    show('child ended', code);
    new Worker(__filename.replace('report', 'child'), { argv: ['threaded'] }).on('exit', (code) => {
      show('worker ended', code);
      process.exitCode = 42;
    });
  });
`;
const child = `
  console.log(JSON.stringify([process.argv.slice(2), process.execArgv, typeof process.send, typeof gc, process.env.SOME]));
  process.exit(5);
`;

describe.each(nodeLines)('with $name', ({ node }) => {
  test('a CommonJS program sees and shows the same as without leakscan', async () => {
    program('child.cjs', child);
    const [alone, observed] = await bothWays(
      node,
      ['--stack-trace-limit=7'],
      program('report.cjs', report),
      'some\ninput',
    );
    expect(observed.stdout.split('\n')).toEqual(alone.stdout.split('\n'));
    expect(observed).toEqual(alone);
    expect(alone.exitCode).toBe(42);
    expect(alone.stdout).toContain('stdin "some\\ninput"');
    expect(leftovers()).toEqual([]);
  });

  test('an ES module does too', async () => {
    const source = `
      import { realpathSync } from 'node:fs';
      import { fileURLToPath } from 'node:url';
      console.log(import.meta.main, process.argv[1] === fileURLToPath(import.meta.url), process.argv.slice(2), process.execArgv);
      process.exitCode = 3;`;
    const [alone, observed] = await bothWays(node, [], program('module.mjs', source));
    expect(observed).toEqual(alone);
    expect(alone.exitCode).toBe(3);
  });

  test('so does one from standard input', async () => {
    const [alone, observed] = await bothWays(
      node,
      [],
      '-',
      'console.log(process.argv.slice(1), __filename); process.exit(9);',
    );
    expect(observed).toEqual(alone);
    expect(alone).toMatchObject({ exitCode: 9, stdout: expect.stringContaining('three four') });
  });
});

test.each([
  ['a file with a foreign extension', 'program.foo', 'console.log(require.main === module);'],
  ['a file without one', 'program', 'console.log(require.main === module);'],
])('%s runs as without leakscan', async (_, name, source) => {
  const [alone, observed] = await bothWays(process.execPath, [], program(name, source));
  expect(observed).toEqual(alone);
  expect(alone.stdout).toBe('true\n');
});

test('an exception that is not caught is printed the same way', async () => {
  const script = program('throwing.cjs', "function inner() { throw new Error('broken'); }\ninner();");
  const [alone, observed] = await bothWays(process.execPath, [], script);
  expect(observed).toEqual(alone);
  expect(alone.stderr).toContain('Error: broken');
});

test('the order of beforeExit, exit and what they schedule stays', async () => {
  const source = `
    let times = 0;
    process.on('beforeExit', () => { console.log('beforeExit'); if (times++ < 2) setTimeout(() => console.log('more'), 1); });
    process.on('exit', (code) => console.log('exit', code));`;
  const [alone, observed] = await bothWays(process.execPath, [], program('order.mjs', source));
  expect(observed).toEqual(alone);
  expect(alone.stdout).toBe('beforeExit\nmore\nbeforeExit\nmore\nbeforeExit\nexit 0\n');
});

test('what a rejection without handler does stays in the hands of the program', async () => {
  const source = `
    process.on('unhandledRejection', (reason) => console.log('seen', reason.message));
    Promise.reject(new Error('one'));
    setTimeout(() => { process.removeAllListeners('unhandledRejection'); Promise.reject(new Error('two')); }, 50);`;
  const [alone, observed] = await bothWays(process.execPath, [], program('rejecting.mjs', source));
  expect(observed).toEqual(alone);
  expect(alone.exitCode).toBe(1);
});

test.each(['scenario', 'script'])(
  'in %s mode nothing is left of a target whose leakscan was killed',
  async (mode) => {
    const source = 'export const iterate = () => {};\nconsole.log(process.pid);\nsetInterval(() => {}, 1e3);';
    const script = program(`orphan-${mode}.mjs`, source);
    const child = spawn(process.execPath, [DRIVE, JSON.stringify({ mode }), script]);
    const pid = await new Promise<number>((resolve) =>
      child.stdout.once('data', (text) => resolve(Number(text))),
    );
    expect(leftovers()).toHaveLength(1);
    child.kill('SIGKILL');
    await expect.poll(() => isAlive(pid), { timeout: 20_000 }).toBe(false);
    expect(leftovers()).toEqual([]);
  },
);

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
