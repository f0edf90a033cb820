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
    const killGroup = (): void => signalGroup(child, 'SIGKILL');
    process.once('exit', killGroup);
    return new Promise<string | undefined>((resolve) => {
      const giveUp = (): void => {
        signalGroup(child, 'SIGTERM');
        child.unref();
        resolve('given up');
      };
      over.addEventListener('abort', giveUp, { once: true });
      const end = (failure: string | undefined): void => {
        over.removeEventListener('abort', giveUp);
        process.off('exit', killGroup);
        resolve(failure);
      };
      child.once('error', (error) => end(error.message));
      child.once('exit', (code, signal) => {
        end(code === 0 ? undefined : signal === null ? `exit code ${code}` : `ended by ${signal}`);
      });
    });
  }

  rest(): void {}
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // It has ended by itself meanwhile.
  }
}
