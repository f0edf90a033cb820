import { afterEach, describe, expect, test } from 'vitest';
import type { Deferred, Failure } from '../../src/deferred/index.ts';
import {
  callInThread,
  callMultipleInThread,
  createReactor,
  deferToThread,
  deferToThreadPool,
  flushLoggedErrors,
  RuntimeError,
  reactor,
  WorkerPool,
  watchLoggedErrors,
} from '../../src/reactor/index.ts';
import { until, when } from './support.ts';

const pools: WorkerPool[] = [];

function newPool(size = 2, calls: Record<string, (...args: never[]) => unknown> = {}): WorkerPool {
  const pool = new WorkerPool({ reactor: createReactor(), size, calls });
  pools.push(pool);
  return pool;
}

afterEach(() => {
  for (const pool of pools.splice(0)) pool.stop();
});

describe('2.4 threads.deferToThread(f, ...), deferToThreadPool', () => {
  test('a function that stands alone, and an export of a module', async () => {
    const pool = newPool();
    expect(await when(deferToThreadPool(pool, (a: number, b: number) => a + b, 2, 3))).toBe(5);
    const task = { module: new URL('./worker-echo.mjs', import.meta.url), name: 'twice' };
    expect(await when(pool.defer<[number], number>(task, 21))).toBe(42);
    expect(await when(deferToThread((word: string) => word.toUpperCase(), 'hello'))).toBe('HELLO');
    reactor.getThreadPool().stop();
    reactor.getThreadPool().start();
  });

  test('errors come back with their class and message; a scope that was left behind is one', async () => {
    const pool = newPool();
    const outside = { value: 1 };
    await expect(
      when(
        pool.defer(() => {
          throw new RangeError('too far');
        }),
      ),
    ).rejects.toThrow(new RangeError('too far'));
    await expect(when(pool.defer(() => outside.value))).rejects.toThrow(/outside/);
    await expect(when(pool.defer({ module: 'node:os', name: 'nothing' }))).rejects.toThrow(/nothing/);
    await expect(
      when(
        pool.defer(
          (x) => x,
          () => {},
        ),
      ),
    ).rejects.toThrow(/could not be cloned/);
    await expect(when(pool.defer(() => () => {}))).rejects.toThrow(/could not be cloned/);
    expect(await when(pool.defer(async () => 'and it goes on'))).toBe('and it goes on');
  });

  test('cancelling does not stop the work, and takes waiting work out of the line', async () => {
    const pool = newPool(1);
    const busy = pool.defer(() => new Promise<string>((resolve) => setTimeout(resolve, 5, 'late')));
    const waiting = pool.defer(() => 'never');
    const outcomes: unknown[] = [];
    for (const one of [busy, waiting] as Deferred<unknown>[]) {
      one.addErrback((failure: Failure) => outcomes.push((failure.value as Error).name));
      one.cancel();
    }
    expect([...outcomes, pool.waiting]).toEqual(['CancelledError', 'CancelledError', 0]);
    expect(await when(pool.defer(() => 'next'))).toBe('next');
  });

  test('a worker that exits fails its work, and another takes its place', async () => {
    const pool = newPool(1);
    await expect(when(pool.defer(() => process.exit(3)))).rejects.toThrow(/exited with code 3/);
    expect(await when(pool.defer(() => 1))).toBe(1);
  });
});

describe('2.4 callFromThread(f, ...)', () => {
  test('a task calls back by name, in order, and only what it was given', async () => {
    const stopWatching = watchLoggedErrors();
    const heard: unknown[] = [];
    const pool = newPool(1, { note: (n: number) => heard.push(n) });
    await when(
      pool.defer(function (count: number) {
        for (let i = 0; i < count; i += 1) this.callFromThread('note', i);
        this.callFromThread('toString');
      }, 3),
    );
    await until(() => heard.length === 3);
    expect(heard).toEqual([0, 1, 2]);
    expect(flushLoggedErrors()).toHaveLength(1);
    stopWatching();
  });
});

describe('2.4 callInThread, getThreadPool, suggestThreadPoolSize', () => {
  test('the reactor has a pool that is stopped with it', async () => {
    const own = createReactor();
    own.suggestThreadPoolSize(3);
    const pool = own.getThreadPool();
    expect([pool.size, own.getThreadPool() === pool]).toEqual([3, true]);
    const ended = own.run();
    expect(await when(pool.defer(() => 7))).toBe(7);
    own.stop();
    await ended;
    expect(pool.workers).toBe(0);
    await expect(when(pool.defer(() => 7))).rejects.toBeInstanceOf(RuntimeError);
  });

  test('the error of callInThread is logged', async () => {
    const stopWatching = watchLoggedErrors();
    callInThread(() => {
      throw new Error('in a thread');
    });
    let logged: Failure[] = [];
    await until(() => {
      logged = [...logged, ...flushLoggedErrors()];
      return logged.length > 0;
    });
    expect(logged[0]?.getErrorMessage()).toBe('in a thread');
    stopWatching();
  });
});

describe('2.4 callMultipleInThread, blockingCallFromThread', () => {
  test('runs one after the other and stops at the first error', async () => {
    const stopWatching = watchLoggedErrors();
    callMultipleInThread([
      [() => 1],
      [
        (text: string) => {
          throw new Error(text);
        },
        'second',
      ],
      [
        () => {
          throw new Error('never');
        },
      ],
    ]);
    let logged: Failure[] = [];
    await until(() => {
      logged = [...logged, ...flushLoggedErrors()];
      return logged.length > 0;
    });
    expect(logged.map((failure) => failure.getErrorMessage())).toEqual(['second']);
    stopWatching();
  });
});

describe('2.4 ThreadPool: start, stop, callInThreadWithCallback, adjustPoolsize, minthreads, maxthreads, dumpStats', () => {
  test('workers come with the work, up to the size, and stop fails what is not done', async () => {
    const pool = newPool(2);
    expect([pool.workers, pool.size]).toEqual([0, 2]);
    const forEver = () => new Promise<void>(() => {});
    const undone = [1, 2, 3].map(() => pool.defer(forEver));
    expect([pool.workers, pool.waiting]).toEqual([2, 1]);
    expect(pool.dumpStats()).toBe('workers: 2 of 2, idle: 0, waiting: 1');
    pool.adjustPoolsize(3);
    expect([pool.workers, pool.waiting]).toEqual([3, 0]);
    const failed = Promise.allSettled(undone.map((one) => one.toPromise()));
    pool.stop();
    expect((await failed).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(() => pool.adjustPoolsize(0)).toThrow(RangeError);
    pool.start();
    expect(await when(pool.defer(() => 'again'))).toBe('again');
    pool.adjustPoolsize(1);
    expect(pool.workers).toBe(1);
  });
});
