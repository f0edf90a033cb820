import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { until } from './support.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Each example, and what it tells when it runs as a program. */
const examples: Readonly<Record<string, string[]>> = {
  'echo-client': ['server said: hello', 'server said: world'],
  chat: [
    "ada heard: What's your name?",
    'ada heard: Welcome, ada!',
    'ada heard: <bob> hello, ada',
    "bob heard: What's your name?",
    'bob heard: Name taken, please choose another.',
    'bob heard: Welcome, bob!',
  ],
  'error-handling': [
    'apple: 60.00',
    'something else: no unicorn here',
    'sorry: air has no price',
    'sorry: Nothing came within 0.005 seconds.',
  ],
  'fan-out': ['alpha is well', 'error: broken does not answer', 'gamma is well'],
  poller: ['value 1', 'value 2', 'value 3', 'value 4', 'stopped by a value of -1'],
  'fetch-many': ['20 pages', '19000 bytes'],
  service: ['it counts', '2 services stopped', 'running: false'],
};

beforeAll(() => {
  const compiler = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url));
  const { stdout, status } = spawnSync(process.execPath, [compiler, '-p', 'docs/examples'], {
    cwd: root,
    encoding: 'utf8',
  });
  expect([stdout, status]).toEqual(['', 0]);
});

function node(...args: string[]) {
  return spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
}

/** A port that nobody listens at. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

describe('the examples of the documentation', () => {
  for (const [name, lines] of Object.entries(examples)) {
    test(`${name} tells what it should`, () => {
      const { stdout, stderr, status } = node(`tmp/examples/${name}.js`);
      expect([stdout.trim().split('\n'), stderr, status]).toEqual([lines, '', 0]);
    });

    test(`${name} leaves nothing, round after round`, { timeout: 180_000 }, () => {
      const { stdout, stderr, status } = node(
        'bin/leakscan.js',
        'run',
        '--mode',
        'scenario',
        `tmp/examples/${name}.js`,
      );
      expect(status, stdout + stderr).toBe(0);
    });
  }

  test('echo-server listens until it is told to stop', async () => {
    const server = spawn(process.execPath, ['tmp/examples/echo-server.js', '0'], { cwd: root });
    let told = '';
    server.stdout.on('data', (text) => {
      told += text;
    });
    let code: number | null | undefined;
    server.once('exit', (exitCode) => {
      code = exitCode;
    });
    await until(() => told !== '' || code !== undefined);
    server.kill('SIGTERM');
    await until(() => code !== undefined);
    expect(told).toMatch(/^echoing at 127\.0\.0\.1:[1-9]\d*\n$/);
    expect(code).toBe(0);
  });

  test('echo-server leaves nothing of those who talk to it', { timeout: 180_000 }, async () => {
    const port = await freePort();
    const client = `const s = require('net').connect(${port}, () => s.write('x')); s.on('data', () => s.end())`;
    const drive = `"${process.execPath}" -e "${client}"`;
    const args = ['run', '--drive', drive, 'tmp/examples/echo-server.js', '--', String(port)];
    const { stdout, stderr, status } = node('bin/leakscan.js', ...args);
    expect(stdout).toContain('driven mode');
    expect(status, stdout + stderr).toBe(0);
  });
});
