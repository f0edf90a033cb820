import { AsyncLocalStorage } from 'node:async_hooks';
import { afterEach, describe, expect, test } from 'vitest';
import {
  AssertionError,
  CancelledError,
  Deferred,
  ensureDeferred,
  Failure,
  fail,
  followContexts,
  inlineCallbacks,
  NotACoroutineError,
  succeed,
} from '../../src/deferred/index.ts';
import { collectGarbage, failureOf, successOf, Witness } from './support.ts';

class AppError extends Error {}

describe('2.1 inlineCallbacks', () => {
  test('yield waits, gives the value or throws the error, and leaves undefined behind', () => {
    const d = new Deferred<number>();
    const result = inlineCallbacks(function* (factor: number): Generator<unknown, number, never> {
      const value: number = yield d;
      try {
        yield fail(new AppError('m'));
      } catch (error) {
        return error instanceof AppError ? value * factor : 0;
      }
      return 0;
    })(10);
    expect(result.called).toBe(false);
    d.callback(4);
    expect(successOf(result)).toBe(40);
    expect(d.result).toBeUndefined();
  });

  test('a promise is waited for, any other value comes straight back, a Failure is thrown', async () => {
    const values: unknown[] = [];
    await inlineCallbacks(function* (): Generator<unknown, void, unknown> {
      values.push(yield 5, yield 'text', yield undefined, yield Promise.resolve(6));
      try {
        yield new Failure(new AppError('m'));
      } catch (error) {
        values.push((error as Error).message);
      }
    } as () => Generator<unknown, void, never>)();
    expect(values).toEqual([5, 'text', undefined, 6, 'm']);
  });

  test('cancel goes to what is waited for; the generator may swallow it, and be cancelled again', () => {
    const seen: unknown[] = [];
    const result = inlineCallbacks(function* () {
      for (const round of [1, 2]) {
        try {
          yield new Deferred();
        } catch (error) {
          seen.push(round, error instanceof CancelledError);
        }
      }
      return 'end';
    })();
    result.cancel();
    expect([result.called, result.paused]).toEqual([true, 1]);
    result.cancel();
    expect([seen, successOf(result)]).toEqual([[1, true, 2, true], 'end']);
  });

  test('is refused for a function that is no generator', () => {
    expect(() => inlineCallbacks((() => 5) as never)()).toThrow(/needs a generator function/);
  });

  test('a generator that returns a Deferred fails whoever ran it to the end', () => {
    expect(() =>
      // biome-ignore lint/correctness/useYield: it returns at once
      inlineCallbacks(function* () {
        return new Deferred();
      })(),
    ).toThrow(AssertionError);
  });

  test('a method keeps its `this`', () => {
    class Account {
      balance = 3;
      read = inlineCallbacks(function* (this: Account) {
        yield succeed(1);
        return this.balance;
      });
    }
    const account = new Account();
    expect(successOf(account.read.call(account))).toBe(3);
  });

  test('a million ready yields need no deep stack', () => {
    const result = inlineCallbacks(function* () {
      for (let i = 0; i < 1_000_000; i += 1) yield succeed(i);
      return 'end';
    })();
    expect(successOf(result)).toBe('end');
  });

  test('a generator that has ended is held neither by what it waited for nor by its Deferred', async () => {
    const waited = new Deferred<number>();
    const { result, witness } = (() => {
      const local = new Witness('local');
      const started = inlineCallbacks(function* () {
        yield waited;
        return local.name.length;
      })();
      return { result: started, witness: new WeakRef(local) };
    })();
    waited.callback(1);
    await collectGarbage();
    expect([witness.deref(), result.result, waited.result]).toEqual([undefined, 5, undefined]);
  });
});

describe('2.1 send, `__await__`, `__iter__`', () => {
  test('yield* gives a typed result, and leaves one that was there in its place', () => {
    const ready = succeed(3);
    const result = inlineCallbacks(function* () {
      const once: number = yield* ready;
      return once + (yield* ready);
    })();
    expect([successOf(result), ready.result]).toEqual([6, 3]);
  });

  test('yield* of one that is not ready leaves undefined in the end', () => {
    const late = new Deferred<number>();
    const result = inlineCallbacks(function* () {
      const once = yield* late;
      return once + (yield* late);
    })();
    late.callback(4);
    expect([successOf(result), late.result]).toEqual([8, undefined]);
  });

  test('yield* throws the error of a failed one, again and again', () => {
    const failed = fail<number>(new AppError('m'));
    const result = inlineCallbacks(function* () {
      let errors = 0;
      for (let i = 0; i < 2; i += 1) {
        try {
          yield* failed;
        } catch {
          errors += 1;
        }
      }
      return errors;
    })();
    expect(successOf(result)).toBe(2);
    expect(failed.leakscanState).toBe('leakscan:observed-failure');
  });
});

describe('2.1 fromCoroutine, ensureDeferred', () => {
  test('drives a generator object, follows a promise, and gives a Deferred back as it is', async () => {
    const d = new Deferred<number>();
    expect(ensureDeferred(d)).toBe(d);
    expect(await ensureDeferred(Promise.resolve(3))).toBe(3);
    const driven = ensureDeferred(
      (function* () {
        return 1 + (yield* succeed(1));
      })(),
    );
    expect(successOf(driven)).toBe(2);
    expect(() => ensureDeferred(5 as never)).toThrow(NotACoroutineError);
  });
});

describe('2.11 context, contextvars in inlineCallbacks', () => {
  afterEach(() => followContexts(null));

  test('a generator goes on in the context it was started in, whoever fires what it waits for', () => {
    const storage = new AsyncLocalStorage<string>();
    followContexts(AsyncLocalStorage.snapshot);
    const gate = new Deferred<number>();
    const seen: (string | undefined)[] = [];
    storage.run('request 1', () => {
      inlineCallbacks(function* () {
        yield gate;
        seen.push(storage.getStore());
      })();
    });
    storage.run('request 2', () => gate.callback(1));
    expect(seen).toEqual(['request 1']);
    expect(failureOf(fail(new AppError('m'))).getErrorMessage()).toBe('m');
  });
});

describe('2.11 with statement, contextlib', () => {
  test('try and finally of a generator run on the way out', () => {
    const order: string[] = [];
    const d = new Deferred<number>();
    const result = inlineCallbacks(function* () {
      try {
        yield d;
      } finally {
        order.push('finally');
      }
    })();
    d.errback(new AppError('m'));
    expect([order, failureOf(result).getErrorMessage()]).toEqual([['finally'], 'm']);
  });
});
