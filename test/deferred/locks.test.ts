import { describe, expect, test } from 'vitest';
import { AssertionError, Deferred, DeferredLock, DeferredSemaphore } from '../../src/deferred/index.ts';
import { failureOf, successOf } from './support.ts';

describe('2.1 DeferredLock: acquire, release, run, locked, waiting', () => {
  test('lets in one after the other', () => {
    const lock = new DeferredLock();
    const order: string[] = [];
    lock.acquire().addCallback((held) => order.push(`a ${held === lock}`));
    lock.acquire().addCallback(() => order.push('b'));
    expect([order, lock.locked, lock.waiting.length]).toEqual([['a true'], true, 1]);
    lock.release();
    lock.release();
    expect([order, lock.locked]).toEqual([['a true', 'b'], false]);
  });

  test('a cancelled waiter leaves the line; releasing what is not held is an error that says so', () => {
    const lock = new DeferredLock();
    lock.acquire();
    const waiter = lock.acquire();
    waiter.cancel();
    failureOf(waiter);
    expect(lock.waiting).toHaveLength(0);
    lock.release();
    expect(() => lock.release()).toThrow(AssertionError);
    expect(() => lock.release()).toThrow(/once for each acquire/);
  });

  test('run releases before its result is seen, and when the work fails', () => {
    const lock = new DeferredLock();
    const order: string[] = [];
    const work = new Deferred<string>();
    const first = lock.run(() => work).addCallback((value) => order.push(value));
    const second = lock.run(() => {
      order.push('second');
      throw new Error('m');
    });
    work.callback('first');
    expect([order, lock.locked, first.called]).toEqual([['second', 'first'], false, true]);
    expect(failureOf(second).getErrorMessage()).toBe('m');
  });
});

describe('2.1 DeferredSemaphore(tokens): tokens, limit', () => {
  test('lets in as many as it has tokens', () => {
    const semaphore = new DeferredSemaphore(2);
    const held = [semaphore.acquire(), semaphore.acquire(), semaphore.acquire()];
    expect(held.map(({ called }) => called)).toEqual([true, true, false]);
    expect([semaphore.tokens, semaphore.limit, semaphore.waiting.length]).toEqual([0, 2, 1]);
    semaphore.release();
    expect(held[2]?.called).toBe(true);
  });

  test('needs a token, and is not released more often than acquired', () => {
    for (const tokens of [0, 1.5, Number.NaN]) {
      expect(() => new DeferredSemaphore(tokens)).toThrow(RangeError);
    }
    expect(() => new DeferredSemaphore(1).release()).toThrow(AssertionError);
  });
});

describe('2.1 async with lock', () => {
  test('the value of an acquire is released at the end of a block', async () => {
    const lock = new DeferredLock();
    const held = successOf(lock.acquire());
    held[Symbol.dispose]();
    expect(lock.locked).toBe(false);
    await (await lock.acquire())[Symbol.asyncDispose]();
    expect(lock.locked).toBe(false);
  });
});
