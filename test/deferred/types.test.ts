import { expectTypeOf, test } from 'vitest';
import {
  Deferred,
  DeferredList,
  type DeferredLock,
  DeferredQueue,
  DeferredSemaphore,
  ensureDeferred,
  execute,
  Failure,
  type FirstError,
  fail,
  gatherResults,
  inlineCallbacks,
  LoopingCall,
  maybeDeferred,
  type Outcome,
  parallel,
  race,
  retry,
  succeed,
} from '../../src/deferred/index.ts';

// These are checked by the compiler; nothing is run but the functions around them.

test('a chain is typed by what its callbacks return', () => {
  const chain = (d: Deferred<number>) => {
    expectTypeOf(d.addCallback((x) => String(x))).toEqualTypeOf<Deferred<string>>();
    expectTypeOf(d.addCallback(() => new Deferred<boolean>())).toEqualTypeOf<Deferred<boolean>>();
    expectTypeOf(d.addCallback(async () => 5)).toEqualTypeOf<Deferred<number>>();
    expectTypeOf(d.addCallback((x) => (x > 1 ? x : new Failure(new Error())))).toEqualTypeOf<
      Deferred<number>
    >();
    expectTypeOf(d.addErrback(() => 'instead')).toEqualTypeOf<Deferred<number | string>>();
    expectTypeOf(d.addBoth((result) => result instanceof Failure)).toEqualTypeOf<Deferred<boolean>>();
    expectTypeOf(d.addCallbacks(String, () => 0)).toEqualTypeOf<Deferred<string | number>>();
    expectTypeOf(d.addTimeout(1)).toEqualTypeOf<Deferred<number>>();
    expectTypeOf(d.chainDeferred(new Deferred<number>())).toEqualTypeOf<Deferred<void>>();
  };
  expectTypeOf(chain).toBeFunction();
});

test('extra arguments are checked against the callback', () => {
  const chain = (d: Deferred<number>) => {
    d.addCallback((x: number, y: string) => x + y, 'y');
    // @ts-expect-error a number where text is wanted
    d.addCallback((x: number, y: string) => x + y, 1);
    // @ts-expect-error the extra argument is missing
    d.addCallback((x: number, y: string) => x + y);
    // @ts-expect-error the value is a number
    d.addCallback((x: string) => x);
  };
  expectTypeOf(chain).toBeFunction();
});

test('firing is typed', () => {
  const chain = (d: Deferred<number>) => {
    d.callback(1);
    d.callback(new Failure(new Error()));
    // @ts-expect-error text where a number is wanted
    d.callback('1');
  };
  expectTypeOf(chain).toBeFunction();
});

test('a Deferred is awaited, and waited for by yield*, with its type', () => {
  const asynchronous = async (d: Deferred<number>) => {
    expectTypeOf(await d).toEqualTypeOf<number>();
    expectTypeOf(d.toPromise()).toEqualTypeOf<Promise<number>>();
  };
  const generator = inlineCallbacks(function* (d: Deferred<number>, text: string) {
    expectTypeOf(yield* d).toEqualTypeOf<number>();
    return text;
  });
  expectTypeOf(generator).toEqualTypeOf<(d: Deferred<number>, text: string) => Deferred<string>>();
  expectTypeOf(asynchronous).toBeFunction();
});

test('what makes Deferreds gives them their type', () => {
  expectTypeOf(succeed(1)).toEqualTypeOf<Deferred<number>>();
  expectTypeOf(fail<number>).returns.toEqualTypeOf<Deferred<number>>();
  expectTypeOf(maybeDeferred(() => succeed('a'))).toEqualTypeOf<Deferred<string>>();
  expectTypeOf(maybeDeferred(async (x: number) => x, 1)).toEqualTypeOf<Deferred<number>>();
  expectTypeOf(execute((x: number) => [x], 1)).toEqualTypeOf<Deferred<number[]>>();
  expectTypeOf(Deferred.fromPromise(Promise.resolve('a'))).toEqualTypeOf<Deferred<string>>();
  expectTypeOf(ensureDeferred(succeed(1))).toEqualTypeOf<Deferred<number>>();
});

test('lists and races are typed by their members', () => {
  const members = [succeed(1), succeed(2)];
  expectTypeOf(gatherResults(members)).toEqualTypeOf<Deferred<number[]>>();
  expectTypeOf(gatherResults(new Set(members))).toEqualTypeOf<Deferred<number[]>>();
  expectTypeOf(gatherResults([succeed(1), succeed('a')])).toEqualTypeOf<Deferred<[number, string]>>();
  expectTypeOf(race([succeed(1), succeed('a')])).toEqualTypeOf<
    Deferred<[index: number, value: number | string]>
  >();
  expectTypeOf(race(members)).toEqualTypeOf<Deferred<[index: number, value: number]>>();
  expectTypeOf(new DeferredList(members, { consumeErrors: true })).toExtend<Deferred<Outcome<number>[]>>();
  expectTypeOf(new DeferredList(members).resultList).toEqualTypeOf<(Outcome<number> | null)[]>();
});

test('locks, queues and loops are typed by what they hold', () => {
  const use = (lock: DeferredLock) => {
    expectTypeOf(lock.acquire()).toEqualTypeOf<Deferred<DeferredLock>>();
    expectTypeOf(lock.run((x: number) => succeed(String(x)), 1)).toEqualTypeOf<Deferred<string>>();
    // @ts-expect-error the work wants a number
    lock.run((x: number) => x, 'x');
  };
  expectTypeOf(use).toBeFunction();
  expectTypeOf(new DeferredSemaphore(1).acquire()).toEqualTypeOf<Deferred<DeferredSemaphore>>();
  expectTypeOf(new DeferredQueue<number>().get()).toEqualTypeOf<Deferred<number>>();
  expectTypeOf(new LoopingCall((x: number) => x, 1)).toEqualTypeOf<LoopingCall<[x: number]>>();
  // @ts-expect-error the function wants a number
  new LoopingCall((x: number) => x, 'x');
});

test('retry and parallel are typed by their function', () => {
  const use = () => {
    expectTypeOf(retry(async () => 5)).toEqualTypeOf<Deferred<number>>();
    expectTypeOf(parallel(['a'], 2, (text) => succeed(text.length))).toEqualTypeOf<Deferred<number[]>>();
  };
  expectTypeOf(use).toBeFunction();
});

test('a failure narrows by trap and carries the type of its error', () => {
  const use = (failure: Failure<FirstError>) => {
    expectTypeOf(failure.value.index).toEqualTypeOf<number>();
    expectTypeOf(failure.check(TypeError, 'Other')).toExtend<string | TypeErrorConstructor | null>();
  };
  expectTypeOf(use).toBeFunction();
});
