import { type OuterLock, PollingLock } from '../../src/deferred/index.ts';
import type { Operation } from './operations.ts';
import type { Program } from './program.ts';

/** A lock in a table in place of a disk: unlocking takes it away, whoever took it. */
class TableLock implements OuterLock {
  readonly name: string;
  locked = false;
  readonly clean = true;
  readonly #held: Set<string>;

  constructor(name: string, held: Set<string>) {
    this.name = name;
    this.#held = held;
  }

  lock(): boolean {
    if (this.#held.has(this.name)) return false;
    this.#held.add(this.name);
    this.locked = true;
    return true;
  }

  unlock(): void {
    if (!this.#held.delete(this.name)) throw new RangeError(`Nobody holds ${this.name}.`);
    this.locked = false;
  }
}

function tableOf(program: Program): Set<string> {
  const held = (program.notes.get('fslock') as Set<string> | undefined) ?? new Set<string>();
  program.notes.set('fslock', held);
  return held;
}

/** The operations of the area `fslock`. */
export const filesystemLockOperations: Record<string, Operation> = {
  fslock: (program, name: string) => new PollingLock(new TableLock(name, tableOf(program)), program.clock),
  deferUntilLocked: (_, lock: PollingLock, seconds?: number) => lock.deferUntilLocked(seconds),
  unlock: (_, lock: PollingLock) => lock.unlock(),
  isHeld: (_, lock: PollingLock) => lock.locked,
};
