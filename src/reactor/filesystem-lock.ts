import { readlinkSync, rmSync, symlinkSync } from 'node:fs';
import type { Scheduler } from '../deferred/clock.ts';
import { type OuterLock, PollingLock } from '../deferred/polling-lock.ts';

/**
 * A lock between processes: a symbolic link that names the process which holds it. A link whose process is gone
 * is taken over.
 */
export class FilesystemLock implements OuterLock {
  readonly name: string;
  locked = false;
  clean = false;

  constructor(name: string) {
    this.name = name;
  }

  lock(): boolean {
    let clean = true;
    for (;;) {
      try {
        symlinkSync(String(process.pid), this.name);
        this.locked = true;
        this.clean = clean;
        return true;
      } catch (thrown) {
        if (codeOf(thrown) !== 'EEXIST') throw thrown;
      }
      const holder = readHolder(this.name);
      if (holder !== null && isAlive(holder)) return false;
      rmSync(this.name, { force: true });
      clean = false;
    }
  }

  /** @throws RangeError when this process does not hold it. */
  unlock(): void {
    if (readHolder(this.name) !== process.pid) {
      throw new RangeError(`The lock ${this.name} is not held by this process.`);
    }
    rmSync(this.name);
    this.locked = false;
  }
}

/** A FilesystemLock that can be waited for, by asking again every second. */
export class DeferredFilesystemLock extends PollingLock {
  constructor(name: string, clock?: Scheduler) {
    super(new FilesystemLock(name), clock);
  }
}

/** Process that holds the lock; null when the link is gone or names none. */
function readHolder(name: string): number | null {
  try {
    const pid = Number(readlinkSync(name));
    return Number.isInteger(pid) && pid > 0 ? pid : null;
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return null;
    throw thrown;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return codeOf(thrown) !== 'ESRCH';
  }
}

function codeOf(thrown: unknown): string | undefined {
  return (thrown as NodeJS.ErrnoException).code;
}
