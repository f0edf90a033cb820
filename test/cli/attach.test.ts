import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { Report } from '../../src/report/report.ts';
import { nodeOfLine } from '../corpus/run-case.mjs';
import { type CliOptions, runCli } from '../support/run-cli.ts';

let folder: string;
let port: number;
let started: ChildProcess[];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'leakscan-test-'));
  started = [];
  port = await freePort();
});
afterEach(() => {
  for (const child of started) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: free } = server.address() as { port: number };
  server.close();
  return free;
}

const SERVER = `
  import { createServer } from 'node:http';
  class Session { constructor(path) { this.path = path; this.visited = Array.from({ length: 9 }, (_, k) => path + k); } }
  const sessions = new Map();
  let count = 0;
  const [, , isLeaking, port, isBusy] = process.argv;
  const visit = (path) => {
    const session = new Session(path + count++);
    if (isLeaking === 'leaking') sessions.set(count, session);
  };
  if (isBusy === 'busy') setInterval(() => visit('tick'), 20);
  createServer((request, response) => { visit(request.url); response.end('ok'); })
    .listen(Number(port), '127.0.0.1', () => console.log('serving'));
  process.on('SIGTERM', () => process.exit(7));`;

/** A server that runs, with what it has written on stderr. */
async function running(
  kind: 'leaking' | 'healthy',
  { node = process.execPath, nodeArgs = ['--inspect-port=0'], work = 'on request' } = {},
) {
  const script = join(folder, 'server.mjs');
  writeFileSync(script, SERVER);
  const child = spawn(node, [...nodeArgs, script, kind, String(port), work], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  let written = '';
  child.stderr!.setEncoding('utf8').on('data', (text) => {
    written += text;
  });
  await once(child.stdout!, 'data');
  return { child, pid: child.pid!, written: () => written };
}

async function attached(args: readonly (string | number)[], options: CliOptions = {}) {
  const { stdout, stderr, exitCode } = await runCli(['attach', '--format', 'json', ...args.map(String)], {
    cwd: folder,
    ...options,
  });
  return { report: (stdout === '' ? {} : JSON.parse(stdout)) as Report, stderr, exitCode };
}

/** Does the inspector that the process has told of answer? */
async function inspectorOf({ written }: { written(): string }): Promise<boolean> {
  const [, host] = /ws:\/\/([^/]+)\//.exec(written())!;
  return fetch(`http://${host}/json/list`).then(
    (answer) => answer.ok,
    () => false,
  );
}

/** It has lived on, and ends as it always would have. */
async function expectUnharmed({ child }: { readonly child: ChildProcess }): Promise<void> {
  expect(child.exitCode).toBeNull();
  child.kill('SIGTERM');
  const [exitCode] = await once(child, 'exit');
  expect(exitCode).toBe(7);
}

const rounds = ['--rounds', '3,5,7', '--warmup', '2', '--requests', '3'];
const address = () => `http://127.0.0.1:${port}/`;

describe.each(['20', '22', '24', '26'])('a process of Node %s', (line) => {
  test('is driven by requests, judged, and left as it was', async () => {
    const server = await running('leaking', { node: nodeOfLine(line) });
    const { report, exitCode } = await attached([...rounds, '--url', address(), server.pid]);
    expect(report).toMatchObject({
      command: 'attach',
      target: { mode: 'attach', exitCode: null, signal: null },
    });
    expect(report.target.outcome).toBe('The process was watched, and goes on.');
    expect(report.findings[0]).toMatchObject({
      holder: { name: 'Map sessions' },
      objects: { className: 'Session' },
    });
    expect(exitCode).toBe(1);
    await expect.poll(() => inspectorOf(server)).toBe(false);
    await expectUnharmed(server);
  });
});

describe('a process that works by itself', () => {
  test('is watched for a time', async () => {
    const server = await running('leaking', { work: 'busy' });
    const { report, exitCode } = await attached(['--duration', '6s', server.pid]);
    expect(report.findings[0]).toMatchObject({ confidence: 'likely', holder: { name: 'Map sessions' } });
    expect(report.generations.length).toBeGreaterThanOrEqual(3);
    expect(exitCode).toBe(1);
    await expectUnharmed(server);
  });

  test('passes when it is healthy', async () => {
    const server = await running('healthy', { work: 'busy' });
    const { report, exitCode } = await attached(['--duration', '6s', server.pid]);
    expect(report.verdict).toMatchObject({ status: 'pass' });
    expect(report.findings).toEqual([]);
    expect(exitCode).toBe(0);
    await expectUnharmed(server);
  });

  test('is reported on when it ends meanwhile', async () => {
    const server = await running('healthy');
    const watching = attached(['--duration', '60s', server.pid]);
    setTimeout(() => server.child.kill('SIGKILL'), 5000);
    const { report, exitCode } = await watching;
    expect(report.target.outcome).toContain('has ended');
    expect(report.verdict.status).toBe('inconclusive');
    expect(exitCode).toBe(3);
  });

  test('is left at Ctrl-C, with a report', async () => {
    const server = await running('healthy');
    const { report, exitCode } = await attached(['--duration', '60s', server.pid], {
      onStart: (child) => void setTimeout(() => child.kill('SIGINT'), 6000),
    });
    expect(report.target.outcome).toContain('until leakscan was told to stop');
    expect(exitCode).toBe(130);
    await expectUnharmed(server);
  });
});

test('an inspector that is open is used by its address, and stays open', async () => {
  const server = await running('leaking', { nodeArgs: ['--inspect=127.0.0.1:0'] });
  const [, inspector] = /ws:\/\/(127\.0\.0\.1:\d+)\//.exec(server.written())!;
  const { report, exitCode } = await attached([
    ...rounds,
    '--save-snapshots',
    'kept',
    '--url',
    address(),
    inspector!,
  ]);
  expect(report.findings[0]).toMatchObject({ holder: { name: 'Map sessions' } });
  expect(exitCode).toBe(1);
  expect(readdirSync(join(folder, 'kept'))).toContain('leakscan-run.json');
  expect(await inspectorOf(server)).toBe(true);
  await expectUnharmed(server);
});

test('when another debugger leaves, and V8 forgets the ids, nobody is accused for it', async () => {
  const server = await running('healthy', { nodeArgs: ['--inspect=127.0.0.1:0'], work: 'busy' });
  const inspector = /ws:\/\/\S+/.exec(server.written())![0];
  const watching = attached(['--duration', '8s', server.pid]);
  await expect.poll(server.written, { timeout: 10_000 }).toContain('attached');
  setTimeout(() => {
    const other = new WebSocket(inspector);
    other.on('open', () => other.close());
  }, 5000);
  const { report } = await watching;
  expect(report.findings).toEqual([]);
  expect(report.couldNotJudge.map(({ why }) => why).join()).toContain('another debugger has left');
  await expectUnharmed(server);
});

describe('what cannot be attached to', () => {
  test.each<[string, () => string | number, number, RegExp]>([
    ['a process that is not there', () => 4_000_000, 3, /There is no process 4000000/],
    ['an address at which nothing listens', () => `127.0.0.1:${port}`, 3, /No inspector answers at 127/],
    ['an address on another machine', () => 'example.org:9229', 2, /not on this machine.*--allow-remote/s],
    ['what is no address', () => 'http://', 2, /neither a process id nor an inspector address/],
  ])('%s', async (_, target, code, message) => {
    const { stderr, exitCode } = await attached([target()]);
    expect(stderr).toMatch(message);
    expect(exitCode).toBe(code);
  });

  test('a process that is not Node is not harmed', async () => {
    const child = spawn('sleep', ['60'], { stdio: 'ignore' });
    started.push(child);
    const { stderr, exitCode } = await attached([child.pid!]);
    expect(stderr).toContain(`Process ${child.pid} is `);
    expect(stderr).toContain('not Node.js');
    expect(exitCode).toBe(3);
    expect(child.exitCode).toBeNull();
    expect(child.signalCode).toBeNull();
  });

  test('a server that is no inspector', async () => {
    await running('healthy');
    const { stderr, exitCode } = await attached([`127.0.0.1:${port}`]);
    expect(stderr).toContain('is no inspector');
    expect(exitCode).toBe(3);
  });

  test.each([
    [['--rounds', '3,5']],
    [['--warmup', '2']],
    [['--duration', '5s', '--url', 'http://localhost/']],
  ])('options that mean nothing here: %s', async (options) => {
    expect((await attached([...options, '1'])).exitCode).toBe(2);
  });
});
