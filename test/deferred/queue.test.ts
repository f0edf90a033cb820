import { describe, expect, test } from 'vitest';
import { DeferredQueue, QueueOverflow, QueueUnderflow } from '../../src/deferred/index.ts';
import { failureOf, successOf } from './support.ts';

describe('2.1 DeferredQueue(size, backlog): put, get, pending, waiting', () => {
  test('gives values in order, whichever comes first', () => {
    const queue = new DeferredQueue<string>();
    const early = queue.get();
    queue.put('a');
    queue.put('b');
    expect([successOf(early), successOf(queue.get()), queue.pending.length]).toEqual(['a', 'b', 0]);
  });

  test('a waiting get is served even with size 0; a cancelled one leaves the line', () => {
    const queue = new DeferredQueue<string>({ size: 0 });
    const cancelled = queue.get();
    const waiting = queue.get();
    cancelled.cancel();
    failureOf(cancelled);
    queue.put('a');
    expect([successOf(waiting), [...queue.waiting]]).toEqual(['a', []]);
  });
});

describe('2.1 QueueOverflow, QueueUnderflow', () => {
  test('are thrown to the caller and say what to do', () => {
    const queue = new DeferredQueue<number>({ size: 1, backlog: 1 });
    queue.put(1);
    expect(() => queue.put(2)).toThrow(QueueOverflow);
    expect(() => queue.put(2)).toThrow(/option size/);
    queue.get();
    queue.get();
    expect(() => queue.get()).toThrow(QueueUnderflow);
    expect(() => queue.get()).toThrow(/option backlog/);
  });
});
