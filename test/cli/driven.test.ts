import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Report } from '../../src/report/report.ts';
import { type CliOptions, type CliResult, runCli } from '../support/run-cli.ts';

let folder: string;
let temporary: string;
let port: number;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'leakscan-test-'));
  temporary = join(folder, 'tmp');
  mkdirSync(temporary);
  port = await freePort();
});
afterEach(() => rmSync(folder, { recursive: true }));

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port: free } = server.address() as { port: number };
      server.close(() => resolve(free));
    });
  });
}

function program(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** A server that opens a session for each request; `ending` is what it does with it once the answer is out. */
function server(ending: string, more = ''): string {
  return program(
    'server.mjs',
    `import { createServer } from 'node:http';
    class Session { constructor(path) { this.path = path; this.visited = Array.from({ length: 9 }, (_, k) => path + k); } }
    const sessions = new Map();
    let visits = 0;
    createServer((request, response) => {
      const visit = visits++;
      sessions.set(visit, new Session(request.url));
      response.on('finish', () => { ${ending} });
      response.end('page of ' + process.argv[3]);
    }).listen(Number(process.argv[2]), '127.0.0.1');
    ${more}`,
  );
}

const leaky = (more?: string): string => server('', more);
const fixed = (more?: string): string => server('sessions.delete(visit);', more);

async function driven(
  args: readonly string[],
  options: CliOptions = {},
): Promise<CliResult & { report: Report }> {
  const result = await runCli(['run', '--format', 'json', ...args], {
    cwd: folder,
    ...options,
    env: { TMPDIR: temporary, ...options.env },
  });
  expect(readdirSync(temporary)).toEqual([]);
  expect(result.stderr).not.toContain('this is a bug');
  return { ...result, report: JSON.parse(result.stdout || 'null') as Report };
}

const address = (): string => `http://127.0.0.1:${port}/page`;

/** Makes a request by itself, and says which round it is. */
const visitor = `node -e "fetch(process.argv[1]).then((r) => r.text()).then((t) => console.log('round', process.env.LEAKSCAN_ROUND, t))"`;

describe('--url drives a server by requests', () => {
  test('a leak is certain, with exact births, and the server is ended', async () => {
    const { report, exitCode } = await driven(['--url', address(), leaky(), String(port), 'argv']);
    expect(report.findings).toMatchObject([
      { kind: 'collection-growth', confidence: 'certain', objects: { className: 'Session', perRound: 10 } },
    ]);
    expect(report.findings[0]?.title).toContain('Map sessions');
    expect(report.target).toMatchObject({
      mode: 'driven',
      outcome: 'The script was driven, and then ended.',
      signal: 'SIGTERM',
    });
    expect(report.generations.slice(0, 3).map(({ rounds }) => rounds)).toEqual([3, 5, 7]);
    expect(exitCode).toBe(1);
  });

  test('phases do not overlap: together they take no longer than the run', async () => {
    const begun = performance.now();
    const { report } = await driven(['--url', address(), leaky(), String(port)]);
    const phases = Object.values(report.timings!);
    expect(phases.reduce((sum, ms) => sum + ms, 0)).toBeLessThan(performance.now() - begun);
    expect(Math.min(...phases)).toBeGreaterThan(0);
  });

  test('its repaired twin passes, also when it ends its own way at SIGTERM', async () => {
    const more = `process.on('SIGTERM', () => process.exit(0));`;
    const { report, exitCode } = await driven(['--url', address(), fixed(more), String(port)]);
    expect(report.findings).toEqual([]);
    expect(report.couldNotJudge).toEqual([]);
    expect(report.target).toMatchObject({ outcome: 'The script was driven, and then ended.', exitCode: 0 });
    expect(exitCode).toBe(0);
  });

  test('an accusation can be proven in the living server', async () => {
    const args = ['--prove', '--requests', '3', '--rounds', '3,5,7', '--warmup', '2', '--url', address()];
    const { report } = await driven([...args, leaky(), String(port)]);
    expect(report.findings).toMatchObject([{ objects: { perRound: 3 }, proof: { status: 'confirmed' } }]);
  });

  test('answers that are errors do not acquit', async () => {
    const refusing = program(
      'refusing.mjs',
      `import { createServer } from 'node:http';
      createServer((_, response) => { response.statusCode = 404; response.end(); }).listen(${port}, '127.0.0.1');`,
    );
    const { report, exitCode } = await driven(['--rounds', '3,5', '--url', address(), refusing]);
    expect(report.verdict.reasons).toEqual(['13 of 13 rounds failed (status 404).']);
    expect(exitCode).toBe(3);
  });

  test('a server that never answers ends with --timeout, and says so', async () => {
    const silent = program('silent.mjs', 'setInterval(() => {}, 1000);');
    const { report, exitCode } = await driven(['--timeout', '4s', '--url', address(), silent]);
    expect(report.verdict.status).toBe('inconclusive');
    expect(report.couldNotJudge.map(({ why }) => why).join()).toContain('did not answer (ECONNREFUSED)');
    expect(exitCode).toBe(3);
  });

  test('a server that dies while it is driven has not been judged', async () => {
    const dying = `setInterval(() => { if (visits > 60) throw new Error('out of tea'); }, 5);`;
    const { report, exitCode } = await driven(['--url', address(), fixed(dying), String(port)]);
    expect(report.target.outcome).toContain('out of tea');
    expect(report.verdict.status).toBe('inconclusive');
    expect(exitCode).toBe(3);
  });
});

describe('--drive drives a server by a command', () => {
  const command = (): string => `${visitor} ${address()}`;

  test('a leak fails; what the command prints goes to stderr', async () => {
    const args = ['--rounds', '2,3,4', '--warmup', '3', '--drive', command(), leaky(), String(port), 'argv'];
    const { report, stderr, exitCode } = await driven(args);
    expect(report.findings).toMatchObject([{ objects: { className: 'Session', births: [2, 3, 4] } }]);
    expect(report.findings[0]?.title).toContain('Map sessions');
    for (let round = 0; round < 12; round += 1) expect(stderr).toContain(`round ${round} page of argv\n`);
    expect(exitCode).toBe(1);
  });

  test('its repaired twin passes, with a note of the rounds that failed', async () => {
    const sometimes = `${command()} && test $LEAKSCAN_ROUND != 4`;
    const args = ['--rounds', '2,3,4', '--warmup', '3', '--drive', sometimes, fixed(), String(port)];
    const { report, exitCode } = await driven(args);
    expect(report.findings).toEqual([]);
    expect(report.verdict.reasons).toContain('1 of 12 rounds failed (exit code 1).');
    expect(exitCode).toBe(0);
  });

  test('drives a daemon that listens on no port', async () => {
    const inbox = join(folder, 'inbox');
    const daemon = program(
      'daemon.mjs',
      `import { readFileSync, unlinkSync } from 'node:fs';
      class Message { constructor(text) { this.text = text; } }
      const seen = [];
      setInterval(() => {
        try {
          seen.push(new Message(readFileSync(process.argv[2], 'utf8')));
          unlinkSync(process.argv[2]);
        } catch {}
      }, 20);`,
    );
    const send = `echo mail > inbox; while test -e inbox; do sleep 0.05; done`;
    const { report, exitCode } = await driven(['--rounds', '2,3,4', '--drive', send, daemon, inbox]);
    expect(report.findings).toMatchObject([{ objects: { className: 'Message', births: [2, 3, 4] } }]);
    expect(exitCode).toBe(1);
  });

  test('Ctrl-C ends the command with what it has started, and the server', async () => {
    // The shell itself does not heed SIGTERM.
    const endless = `trap '' TERM; sleep 1000 & echo PIDS=$!; wait`;
    const more = `console.error('PIDS=' + process.pid)`;
    const saved = join(folder, 'saved');
    const { report, stderr, exitCode } = await driven(
      ['--save-snapshots', saved, '--drive', endless, fixed(more), String(port)],
      {
        onStart: (child) => {
          let seen = '';
          child.stderr?.on('data', (text) => {
            const before = seen.split('PIDS=').length;
            seen += text;
            if (before < 3 && seen.split('PIDS=').length === 3) child.kill('SIGINT');
          });
        },
      },
    );
    expect(report.target.outcome).toContain('ended early');
    expect(JSON.parse(readFileSync(join(saved, 'leakscan-run.json'), 'utf8'))).toMatchObject({
      mode: 'driven',
      driven: { rounds: 0, failures: 0 },
    });
    expect(exitCode).toBe(130);
    const pids = [...stderr.matchAll(/PIDS=(\d+)/g)].map(([, pid]) => Number(pid));
    expect(pids).toHaveLength(2);
    await vi.waitFor(() => expect(pids.filter(isRunning)).toEqual([]), 5000);
  });
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A child whose parent has gone and which nobody has waited for is no longer running either.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
