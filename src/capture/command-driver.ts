import { type ChildProcess, spawn } from 'node:child_process';
import type { CommandPlace, Driver } from './driver.ts';

/** Drives a server by a command of the shell. What it prints goes to stderr; `LEAKSCAN_ROUND` tells it the round. */
export class CommandDriver implements Driver {
  readonly #command: string;
  readonly #place: CommandPlace;
  readonly #isServing: () => Promise<unknown>;

  constructor(command: string, place: CommandPlace, isServing: () => Promise<unknown>) {
    this.#command = command;
    this.#place = place;
    this.#isServing = isServing;
  }

  async untilReady(): Promise<undefined> {
    await this.#isServing();
  }

  round(number: number, over: AbortSignal): Promise<string | undefined> {
    const { cwd, env } = this.#place;
    const child = spawn(this.#command, {
      shell: true,
      cwd,
      env: { ...env, LEAKSCAN_ROUND: String(number) },
      stdio: ['ignore', 2, 2],
      // A group of its own, so that what the shell has started can be ended with it.
      detached: true,
    });
    const end = (): void => endGroup(child);
    over.addEventListener('abort', end, { once: true });
    process.once('exit', end);
    return new Promise<string | undefined>((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('exit', (code, signal) => {
        resolve(code === 0 ? undefined : signal === null ? `exit code ${code}` : `ended by ${signal}`);
      });
    }).finally(() => {
      over.removeEventListener('abort', end);
      process.off('exit', end);
    });
  }

  rest(): void {}
}

function endGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGTERM');
  } catch {
    // It has ended by itself meanwhile.
  }
}
