import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const LEAKSCAN = resolve(fileURLToPath(import.meta.url), '../../../bin/leakscan.js');

/** Folder with the Node release lines that the suite runs on. */
const NODE_LINES = resolve(fileURLToPath(import.meta.url), '../../node-lines/node_modules');

/** The binary of a Node release line; the running one where the line is its own. */
export function nodeOfLine(line) {
  if (process.versions.node.startsWith(`${line}.`)) return process.execPath;
  return join(NODE_LINES, `node-${line}/bin/node`);
}

/** Rounds that a program does as a plain script, unless the case asks for more. */
const SCRIPT_ROUNDS = 30;

/** Snapshots that `--mode snapshots` takes without leakscan: the rounds before each. */
const SNAPSHOT_ROUNDS = [10, 13, 17];
const LEAVE_SNAPSHOTS = fileURLToPath(new URL('leave-snapshots.mjs', import.meta.url));

/**
 * Runs `leakscan run --format json` on a program and resolves with the report, the exit code and the seconds. In the mode
 * `snapshots` the program runs in a plain process, and `leakscan compare` looks at the snapshots that it leaves.
 * Where there is no report, `problem` says what there was instead.
 */
export async function runLeakscan(
  program,
  { node, mode, rounds = SCRIPT_ROUNDS, timeoutMs = 180_000, args = [], leakscan = LEAKSCAN },
) {
  const started = performance.now();
  const env = { ...process.env, ROUNDS: String(rounds), NO_COLOR: '1' };
  const folder = mode === 'snapshots' ? mkdtempSync(join(tmpdir(), 'corpus-snapshots-')) : undefined;
  try {
    const command = folder === undefined ? ['run', '--mode', mode] : ['compare'];
    const inputs =
      folder === undefined ? [program] : await leaveSnapshots(node, program, folder, env, timeoutMs);
    const { stdout, stderr, code, signal } = await run(
      node,
      [leakscan, ...command, '--format', 'json', ...args, ...inputs],
      { env, timeoutMs },
    );
    const seconds = (performance.now() - started) / 1000;
    const end = signal ? `ended by ${signal}` : `exit code ${code}`;
    try {
      return { report: JSON.parse(stdout), code, seconds };
    } catch {
      const last = stderr.trim().split('\n').slice(-3).join(' | ');
      return { code, seconds, problem: `no report, ${end}: ${last.slice(0, 500)}` };
    }
  } finally {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  }
}

/** The files of the snapshots, oldest first. */
async function leaveSnapshots(node, program, folder, env, timeoutMs) {
  const files = SNAPSHOT_ROUNDS.map((_, index) => join(folder, `${index + 1}.heapsnapshot`));
  const series = SNAPSHOT_ROUNDS.map((rounds, index) => `${files[index]}=${rounds}`);
  await run(node, ['--expose-gc', LEAVE_SNAPSHOTS, program, ...series], { env, timeoutMs });
  return files;
}

function run(command, args, { env, timeoutMs }) {
  return new Promise((settle, reject) => {
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const stdout = [];
    const stderr = [];
    child.stdout.on('data', (chunk) => stdout.push(chunk));
    child.stderr.on('data', (chunk) => stderr.push(chunk));
    // Leakscan ends its target when it is asked to end; what is left of the target must not keep the streams open.
    const deadline = setTimeout(() => child.kill('SIGTERM'), timeoutMs);
    const lastDeadline = setTimeout(() => {
      child.kill('SIGKILL');
      child.stdout.destroy();
      child.stderr.destroy();
    }, timeoutMs + 10_000);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(deadline);
      clearTimeout(lastDeadline);
      settle({
        stdout: Buffer.concat(stdout).toString(),
        stderr: Buffer.concat(stderr).toString(),
        code,
        signal,
      });
    });
  });
}
