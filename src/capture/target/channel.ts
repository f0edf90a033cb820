import { fstatSync, readSync, statSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { CHANNEL_FD, type NumberedCommand, type TargetMessage, type TargetSetup } from '../protocol.ts';

const RETRY_MS = 2;

/** Puts the thread to sleep; the event loop stands still. */
function sleep(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** Tries again while the other side has not kept up, or has not written yet. */
function persistently(transfer: () => number): number {
  for (;;) {
    try {
      return transfer();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      sleep(RETRY_MS);
    }
  }
}

/** One line from the descriptor, blocking; undefined at its end. */
function readLine(): string | undefined {
  const bytes: number[] = [];
  const byte = Buffer.alloc(1);
  while (persistently(() => readSync(CHANNEL_FD, byte, 0, 1, null)) === 1) {
    if (byte[0] === 10) return Buffer.from(bytes).toString();
    bytes.push(byte[0]!);
  }
  return undefined;
}

/**
 * The line that leakscan wrote before it started this process; undefined in a process that only inherited
 * our flags, such as a child that the target started before this module could remove them.
 */
export function readSetup(): TargetSetup | undefined {
  try {
    if (process.connected || !isSocket(CHANNEL_FD)) return undefined;
    const setup = JSON.parse(readLine() ?? 'null') as TargetSetup | null;
    return setup?.leakscanPid === process.ppid ? setup : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Node's `realpathSync` takes a path for real half-way when the last file that anybody asked about was a socket (it looks at the
 * process's one array of file facts), and the program is about to be resolved; so a plain file is asked about at last.
 */
function isSocket(descriptor: number): boolean {
  const facts = fstatSync(descriptor);
  statSync(process.execPath);
  return facts.isSocket();
}

/** Writes a message before it returns, so that a crash in the next line cannot lose it. Nobody listening is not an error. */
export function tell(message: TargetMessage): void {
  const bytes = Buffer.from(`${JSON.stringify(message)}\n`);
  try {
    for (let at = 0; at < bytes.length; ) at += persistently(() => writeSync(CHANNEL_FD, bytes, at));
  } catch {
    // leakscan is gone; the program goes on as if it had never been there.
  }
}

/** Hears leakscan's commands while the event loop turns. Keeps the process alive only after `ref()`. */
export class LeakscanChannel extends Socket {
  #rest = '';

  /** `abandoned` is called when leakscan is gone, however it ended. */
  constructor(heard: (command: NumberedCommand) => void, abandoned: () => void) {
    super({ fd: CHANNEL_FD, readable: true, writable: false });
    this.setEncoding('utf8');
    this.on('data', (text: string) => {
      const lines = (this.#rest + text).split('\n');
      this.#rest = lines.pop() ?? '';
      for (const line of lines) heard(JSON.parse(line) as NumberedCommand);
    });
    this.on('error', () => {});
    this.once('close', abandoned);
    this.unref();
  }

  /** The next command, with the event loop standing still; undefined when leakscan is gone. */
  static next(): NumberedCommand | undefined {
    try {
      const line = readLine();
      return line === undefined ? undefined : (JSON.parse(line) as NumberedCommand);
    } catch {
      return undefined;
    }
  }
}
