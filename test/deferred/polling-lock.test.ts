import { describe, expect, test } from 'vitest';
import {
  AlreadyTryingToLockError,
  CancelledError,
  Clock,
  type OuterLock,
  PollingLock,
  TimeoutError,
} from '../../src/deferred/index.ts';
import { failureOf } from './support.ts';

class Row implements OuterLock {
  readonly name = 'row';
  readonly clean = true;
  locked = false;
  free = false;

  lock(): boolean {
    this.locked = this.free;
    this.free = false;
    return this.locked;
  }

  unlock(): void {
    this.locked = false;
    this.free = true;
  }
}

describe('2.1 DeferredFilesystemLock: deferUntilLocked(timeout), lock, unlock, locked, clean', () => {
  test('asks again every second until the lock is free', () => {
    const clock = new Clock();
    const row = new Row();
    const lock = new PollingLock(row, clock);
    const d = lock.deferUntilLocked();
    clock.advance(1);
    row.free = true;
    clock.advance(1);
    expect([d.called, lock.locked, lock.clean, clock.getDelayedCalls()]).toEqual([true, true, true, []]);
    lock.unlock();
    expect([lock.lock(), lock.name]).toEqual([true, 'row']);
  });

  test('gives up after the timeout; a second wait is refused; cancel tries once more', () => {
    const clock = new Clock();
    const row = new Row();
    const timed = new PollingLock(row, clock).deferUntilLocked(2.5);
    clock.pump([1, 1, 1]);
    expect(failureOf(timed).value).toBeInstanceOf(TimeoutError);
    const lock = new PollingLock(row, clock);
    const waiting = lock.deferUntilLocked(5);
    expect(failureOf(lock.deferUntilLocked()).value).toBeInstanceOf(AlreadyTryingToLockError);
    waiting.cancel();
    expect(failureOf(waiting).value).toBeInstanceOf(CancelledError);
    const lucky = lock.deferUntilLocked();
    row.free = true;
    lucky.cancel();
    expect([lucky.result, lock.locked, clock.getDelayedCalls()]).toEqual([undefined, true, []]);
  });
});
