import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { get } from 'node:http';
import { basename } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { TargetError, UsageError } from '../../shared/errors.ts';
import { InspectorConnection } from './inspector-connection.ts';
import { listeningPorts } from './listening-ports.ts';

/** Where the inspector listens unless the program was told otherwise. */
const USUAL_PORT = 9229;
/** How long it may take to open after SIGUSR1. */
const OPENING_MS = 5000;
const LOOK_MS = 50;
const ANSWER_MS = 2000;
/** SIGUSR1 in the mask of signals that a process catches. */
const USR1_BIT = 1n << 9n;

/** A session with the inspector of a running program. */
export interface FoundInspector {
  readonly connection: InspectorConnection;
  /** leakscan has opened the inspector, and closes it in the end. */
  readonly isOurs: boolean;
}

/**
 * Connects to the inspector of a process, by its id or by the address of its inspector: `9229`-less ids of digits alone are
 * processes, everything else is `host:port`, an `http:` or a `ws:` address.
 *
 * Throws a UsageError for an address that is not on this machine unless `isRemoteAllowed`, and a TargetError when there is
 * no such process, it is not Node, or its inspector cannot be reached.
 */
export async function findInspector(target: string, isRemoteAllowed: boolean): Promise<FoundInspector> {
  if (/^\d+$/.test(target)) return findByPid(Number(target));
  const url = addressOf(target);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (!isRemoteAllowed && !isLoopback(host)) {
    throw new UsageError(
      `${target} is not on this machine, and whoever can read the connection can read its memory.`,
      'Reach it through a tunnel (ssh -L 9229:localhost:9229), or add --allow-remote.',
    );
  }
  try {
    const address =
      url.pathname.length > 1 ? url.href : await webSocketAt(host, Number(url.port || USUAL_PORT));
    return { connection: await InspectorConnection.open(address), isOurs: false };
  } catch (error) {
    throw new TargetError(
      `No inspector answers at ${target}: ${(error as Error).message || 'no connection'}.`,
      'Start the program with --inspect, or pass the process id instead.',
      { cause: error },
    );
  }
}

function addressOf(target: string): URL {
  const text = /^[a-z]+:\/\//i.test(target) ? target.replace(/^http/i, 'ws') : `ws://${target}`;
  if (!URL.canParse(text) || !/^wss?:/.test(text)) {
    throw new UsageError(
      `${target} is neither a process id nor an inspector address.`,
      'Write it like 12345, localhost:9229 or ws://127.0.0.1:9229/….',
    );
  }
  return new URL(text);
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host);
}

async function findByPid(pid: number): Promise<FoundInspector> {
  if (pid === process.pid)
    throw new UsageError('That is leakscan itself.', 'Pass the id of another process.');
  mustBeThere(pid);
  const open = await openInspector(pid);
  if (open !== undefined) return { connection: open, isOurs: false };
  mustBeNode(pid);
  process.kill(pid, 'SIGUSR1');
  for (const end = performance.now() + OPENING_MS; performance.now() < end; await pause(LOOK_MS)) {
    const opened = await openInspector(pid);
    if (opened !== undefined) return { connection: opened, isOurs: true };
  }
  throw new TargetError(
    `Process ${pid} did not open its inspector within ${OPENING_MS / 1000} s.`,
    `Perhaps port ${USUAL_PORT} is taken, or its event loop stands still: see what it has written, or start it with --inspect=0.`,
  );
}

function mustBeThere(pid: number): void {
  try {
    process.kill(pid, 0);
  } catch (error) {
    const isForeign = (error as NodeJS.ErrnoException).code === 'EPERM';
    throw new TargetError(
      isForeign ? `Process ${pid} belongs to another user.` : `There is no process ${pid}.`,
      isForeign ? 'Run leakscan as that user.' : 'Pass the id of a running process, as ps shows it.',
      { cause: error },
    );
  }
}

/** SIGUSR1 ends whatever does not expect it. */
function mustBeNode(pid: number): void {
  const { name, catchesSignal } = programOf(pid);
  if (!/node/i.test(name)) {
    throw new TargetError(
      `Process ${pid} is ${name}, not Node.js.`,
      'Pass the id of the Node process itself.',
    );
  }
  if (!catchesSignal) {
    throw new TargetError(
      `Process ${pid} does not listen to SIGUSR1, so its inspector cannot be opened.`,
      'Start it without --disable-sigusr1, or with --inspect and pass that address.',
    );
  }
}

function programOf(pid: number): { readonly name: string; readonly catchesSignal: boolean } {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const mask = BigInt(`0x${/^SigCgt:\s*([0-9a-f]+)/m.exec(status)?.[1] ?? '0'}`);
    return { name: basename(readlinkSync(`/proc/${pid}/exe`)), catchesSignal: (mask & USR1_BIT) !== 0n };
  } catch {
    try {
      const name = execFileSync('ps', ['-o', 'comm=', '-p', String(pid)], { encoding: 'utf8' }).trim();
      return { name: basename(name), catchesSignal: true };
    } catch {
      return { name: 'unknown', catchesSignal: false };
    }
  }
}

/** A session with the inspector of exactly this process, if it is open. */
async function openInspector(pid: number): Promise<InspectorConnection | undefined> {
  for (const port of listeningPorts(pid) ?? [USUAL_PORT]) {
    for (const host of ['127.0.0.1', '::1']) {
      try {
        const connection = await InspectorConnection.open(await webSocketAt(host, port));
        if ((await connection.evaluate<number>('process.pid')) === pid) return connection;
        connection.close();
      } catch {
        // The port serves something else.
      }
    }
  }
  return undefined;
}

/** Address of the session that an inspector offers. */
function webSocketAt(host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = get({ host, port, path: '/json/list', timeout: ANSWER_MS }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk) => {
        text += chunk;
        if (text.length > 2 ** 16) request.destroy(new Error('what answers is no inspector'));
      });
      answer.on('end', () => {
        try {
          const [first] = JSON.parse(text) as { webSocketDebuggerUrl?: string }[];
          const { pathname } = new URL(first!.webSocketDebuggerUrl!);
          resolve(`ws://${host.includes(':') ? `[${host}]` : host}:${port}${pathname}`);
        } catch {
          reject(new Error('what answers is no inspector'));
        }
      });
    });
    request.on('timeout', () => request.destroy(new Error('no answer')));
    request.on('error', reject);
  });
}
