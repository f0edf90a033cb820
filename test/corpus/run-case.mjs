import { spawn } from 'node:child_process';
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

/**
 * Runs `leakscan run --format json` on a program and resolves with the report, the exit code and the seconds.
 * Where there is no report, `problem` says what there was instead.
 */
export async function runLeakscan(
  program,
  { node, mode, rounds = SCRIPT_ROUNDS, timeoutMs = 180_000, args = [], leakscan = LEAKSCAN },
) {
  const started = performance.now();
  const { stdout, stderr, code, signal } = await run(
    node,
    [leakscan, 'run', '--format', 'json', '--mode', mode, ...args, program],
    { env: { ...process.env, ROUNDS: String(rounds), NO_COLOR: '1' }, timeoutMs },
  );
  const seconds = (performance.now() - started) / 1000;
  const end = signal ? `ended by ${signal}` : `exit code ${code}`;
  try {
    return { report: JSON.parse(stdout), code, seconds };
  } catch {
    const last = stderr.trim().split('\n').slice(-3).join(' | ');
    return { code, seconds, problem: `no report, ${end}: ${last.slice(0, 500)}` };
  }
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
