import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { Clock } from '../../src/deferred/index.ts';
import { DeferredFilesystemLock, FilesystemLock } from '../../src/reactor/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'leakscan-lock-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('2.11 python.lockfile.FilesystemLock', () => {
  test('one process at a time; the link of one that is gone is taken over', () => {
    const name = join(folder, 'lock');
    const lock = new FilesystemLock(name);
    expect([lock.lock(), lock.locked, lock.clean]).toEqual([true, true, true]);
    expect(new FilesystemLock(name).lock()).toBe(false);
    lock.unlock();
    expect(lock.locked).toBe(false);
    expect(() => lock.unlock()).toThrow(RangeError);
    symlinkSync(String(2 ** 22 + 1), name);
    expect(() => new FilesystemLock(name).unlock()).toThrow(/not held by this process/);
    expect([lock.lock(), lock.clean]).toEqual([true, false]);
    lock.unlock();
  });

  test('what cannot be a lock is an error', () => {
    expect(() => new FilesystemLock(join(folder, 'no', 'such', 'folder')).lock()).toThrow(/ENOENT/);
    const file = join(folder, 'file');
    writeFileSync(file, '');
    expect(() => new FilesystemLock(file).lock()).toThrow(/EINVAL/);
  });
});

describe('2.1 DeferredFilesystemLock: deferUntilLocked(timeout), lock, unlock, locked, clean', () => {
  test('asks again every second until it is free', () => {
    const clock = new Clock();
    const name = join(folder, 'deferred');
    const holder = new DeferredFilesystemLock(name, clock);
    expect(holder.lock()).toBe(true);
    const waiter = new DeferredFilesystemLock(name, clock);
    const locked = waiter.deferUntilLocked();
    clock.pump([1, 1]);
    expect(locked.called).toBe(false);
    holder.unlock();
    clock.advance(1);
    expect([locked.called, waiter.locked, waiter.clean]).toEqual([true, true, true]);
    waiter.unlock();
  });
});
