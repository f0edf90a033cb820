import { describe, expect, test } from 'vitest';
import { shapeKeepers } from '../../src/deferred/deferred.ts';
import {
  AlreadyCalledError,
  AssertionError,
  CancelledError,
  Clock,
  Deferred,
  execute,
  Failure,
  fail,
  getDebugging,
  logError,
  maybeDeferred,
  NoCurrentExceptionError,
  passthru,
  setDebugging,
  setFailureLog,
  succeed,
  TimeoutError,
} from '../../src/deferred/index.ts';
import { runKeeper } from '../../src/deferred/inline-callbacks.ts';
import { collectGarbage, failureOf, listen, successOf, Witness } from './support.ts';

class AppError extends Error {}

describe('2.1 Deferred(canceller=None)', () => {
  test('starts unfired, not paused and without a result', () => {
    const d = new Deferred();
    expect([d.called, d.paused, d.hasResult, d.pendingCallbacks]).toEqual([false, 0, false, 0]);
  });

  test('drops its canceller when it fires', async () => {
    const d = new Deferred<number>();
    const canceller = (() => {
      const witness = new Witness('in the scope of the canceller');
      const held = new Deferred<number>(() => witness.name);
      d.addCallback(() => held);
      held.callback(2);
      return new WeakRef(witness);
    })();
    d.callback(1);
    await collectGarbage();
    expect(canceller.deref()).toBeUndefined();
  });

  test('lets go of callbacks and their extra arguments once they have run', async () => {
    const d = new Deferred<number>();
    const witness = (() => {
      const argument = new Witness('extra argument');
      d.addCallback((value, one: Witness) => value + one.name.length, argument);
      return new WeakRef(argument);
    })();
    d.callback(1);
    await collectGarbage();
    expect(witness.deref()).toBeUndefined();
    expect(d.result).toBe(15);
  });

  test('keeps nothing of a result it handed on', async () => {
    const giver = new Deferred<Witness>();
    const taker = new Deferred<number>();
    taker.addCallback(() => giver).addCallback((witness) => witness.name.length);
    taker.callback(0);
    const witness = (() => {
      const value = new Witness('value');
      giver.callback(value);
      return new WeakRef(value);
    })();
    await collectGarbage();
    expect([giver.result, taker.result, witness.deref()]).toEqual([undefined, 5, undefined]);
  });
});

describe('2.1 .called .paused .result', () => {
  test('a waiting Deferred shows the other as its result, and is paused once by it', () => {
    const inner = new Deferred<number>();
    const outer = succeed(1).addCallback(() => inner);
    expect([outer.called, outer.paused]).toEqual([true, 1]);
    expect(outer.result).toBe(inner);
    expect(outer.waitingOn).toBe(inner);
    inner.callback(5);
    expect([outer.called, outer.paused, outer.result, outer.waitingOn]).toEqual([true, 0, 5, null]);
    expect(inner.result).toBeUndefined();
  });
});

describe('2.1 .callbacks', () => {
  test('pendingCallbacks counts the pairs that have not run', () => {
    const d = new Deferred<number>();
    d.addCallback((x) => x).addErrback((f) => f);
    expect(d.pendingCallbacks).toBe(2);
    d.callback(1);
    expect(d.pendingCallbacks).toBe(0);
  });
});

describe('2.1 addCallback, addErrback, addBoth, addCallbacks', () => {
  test('return the Deferred, run in order, and at once when it has fired', () => {
    const d = new Deferred<number>();
    const order: string[] = [];
    expect(
      d.addCallback((x, y: number) => {
        order.push('a');
        return x + y;
      }, 10),
    ).toBe(d);
    d.callback(1);
    d.addCallback(() => order.push('b'));
    expect(order).toEqual(['a', 'b']);
  });

  test('one that is added by a running callback of the same Deferred waits for its turn', () => {
    const d = new Deferred<number>();
    const order: string[] = [];
    d.addCallback(() => {
      d.addCallback(() => order.push('late'));
      order.push('first');
    });
    d.addCallback(() => order.push('second'));
    d.callback(1);
    expect(order).toEqual(['first', 'second', 'late']);
  });

  test('the errback of a pair does not see errors of its callback', () => {
    const seen: string[] = [];
    const d = succeed(1).addCallbacks(
      () => {
        throw new AppError('late');
      },
      () => seen.push('same pair'),
    );
    d.addErrback((failure) => {
      seen.push(failure.getErrorMessage());
    });
    expect(seen).toEqual(['late']);
  });

  test('refuse what is not a function, and say so', () => {
    expect(() => new Deferred().addCallback(5 as never)).toThrow(/must be a function/);
  });

  test('a promise that a callback returns is waited for', async () => {
    const d = succeed(1).addCallback(() => Promise.resolve(7));
    expect(d.result).toBeInstanceOf(Deferred);
    expect(await d).toBe(7);
  });

  test('an object whose `then` throws when it is read fails the chain', () => {
    const trap = {
      // biome-ignore lint/suspicious/noThenProperty: this is what the test is about
      get then(): never {
        throw new AppError('then');
      },
    };
    expect(failureOf(succeed(1).addCallback(() => trap as unknown as number)).value).toBeInstanceOf(AppError);
  });
});

describe('2.1 callback(result)', () => {
  test('a second call is an error that says what to do', () => {
    const d = succeed(1);
    expect(() => d.callback(2)).toThrow(AlreadyCalledError);
    expect(() => d.callback(2)).toThrow(/make a new one/);
  });

  test('a Deferred as result is refused', () => {
    expect(() => new Deferred().callback(new Deferred())).toThrow(AssertionError);
  });

  test('a Failure as result runs the errbacks', () => {
    const d = new Deferred<number>();
    d.callback(new Failure(new AppError('m')));
    expect(failureOf(d).value).toBeInstanceOf(AppError);
  });
});

describe('2.1 errback(fail=None)', () => {
  test('wraps what is not a Failure, and takes a Failure as it is', () => {
    const error = new AppError('m');
    const failure = new Failure(error);
    expect(failureOf(fail(error)).value).toBe(error);
    expect(failureOf(fail(failure))).toBe(failure);
    expect(failureOf(fail(5)).value).toBe(5);
  });

  test('refuses text and nothing', () => {
    expect(() => new Deferred().errback('text')).toThrow(TypeError);
    expect(() => new Deferred().errback()).toThrow(NoCurrentExceptionError);
  });

  test('text that a callback throws is wrapped all the same', () => {
    const d = succeed(1).addCallback(() => {
      throw 'text';
    });
    expect(failureOf(d).value).toBe('text');
  });
});

describe('2.1 pause, unpause', () => {
  test('count, and hold the chain up', () => {
    const d = new Deferred<number>();
    d.pause();
    d.pause();
    const results = listen(d);
    d.callback(1);
    d.unpause();
    expect(results).toEqual([]);
    d.unpause();
    expect(results).toEqual([1]);
  });

  test('a callback that pauses its own Deferred does not stop those behind it', () => {
    const d = new Deferred<number>();
    const order: string[] = [];
    d.addCallback(() => {
      d.pause();
      order.push('a');
    });
    d.addCallback(() => order.push('b'));
    d.callback(1);
    d.addCallback(() => order.push('c'));
    expect(order).toEqual(['a', 'b']);
  });
});

describe('2.1 cancel()', () => {
  test('without a canceller one late firing is swallowed, and only one', () => {
    const d = new Deferred<number>();
    d.cancel();
    expect(failureOf(d).value).toBeInstanceOf(CancelledError);
    d.callback(1);
    expect(() => d.callback(2)).toThrow(AlreadyCalledError);
  });

  test('the canceller gets the Deferred and may fire it', () => {
    const d = new Deferred<string>((one) => one.callback('instead'));
    d.cancel();
    expect(successOf(d)).toBe('instead');
  });

  test('goes to the Deferred that is waited for', () => {
    const inner = new Deferred();
    const outer = succeed(1).addCallback(() => inner);
    outer.cancel();
    expect(failureOf(outer).value).toBeInstanceOf(CancelledError);
  });

  test('an error of the canceller leaves the Deferred as it was', () => {
    const d = new Deferred(() => {
      throw new AppError('canceller');
    });
    expect(() => d.cancel()).toThrow(AppError);
    expect(d.called).toBe(false);
  });

  test('a reason becomes the cause of the CancelledError', () => {
    const d = new Deferred();
    d.cancel('bored');
    expect((failureOf(d).value as Error).cause).toBe('bored');
  });
});

describe('2.1 chainDeferred(d)', () => {
  test('passes the result on, leaves nothing behind, and lets no cancel go back', () => {
    const giver = new Deferred<number>();
    const taker = new Deferred<number>();
    giver.chainDeferred(taker);
    expect(taker.waitingOn).toBe(giver);
    giver.callback(3);
    expect([giver.result, taker.result, taker.waitingOn]).toEqual([undefined, 3, null]);
  });
});

describe('2.1 addTimeout(s, clock, onTimeoutCancel)', () => {
  test('cancels in time and turns the CancelledError into a TimeoutError', () => {
    const clock = new Clock();
    const d = new Deferred().addTimeout(3, clock);
    clock.advance(3);
    const error = failureOf(d).value as TimeoutError;
    expect(error).toBeInstanceOf(TimeoutError);
    expect(error.seconds).toBe(3);
  });

  test('is stopped by any outcome, and calls onTimeout only after a timeout', () => {
    const clock = new Clock();
    const calls: unknown[] = [];
    const early = new Deferred<number>();
    early.addTimeout(3, clock, () => calls.push('early'));
    early.callback(1);
    expect(clock.getDelayedCalls()).toEqual([]);
    const late = new Deferred().addTimeout(2, clock, (result, seconds) => {
      calls.push(seconds);
      return result instanceof Failure ? 'late' : 'never';
    });
    clock.advance(2);
    expect([calls, successOf(late)]).toEqual([[2], 'late']);
  });

  test('the clock lets go of a Deferred that fired in time', async () => {
    const clock = new Clock();
    const fired = (() => {
      const d = new Deferred<number>().addTimeout(60, clock);
      (d as Deferred<number>).callback(1);
      return new WeakRef(d);
    })();
    await collectGarbage();
    expect(fired.deref()).toBeUndefined();
  });
});

describe('2.1 asFuture(loop)', () => {
  test('toPromise takes the result away', async () => {
    const d = succeed(4);
    const promise = d.toPromise();
    expect(d.result).toBeUndefined();
    expect(await promise).toBe(4);
    const error = new AppError('m');
    await expect(fail(error).toPromise()).rejects.toBe(error);
  });

  test('await takes result and error', async () => {
    expect(await succeed(1).addCallback((x) => x + 1)).toBe(2);
    await expect((async () => await fail(new AppError('m')))()).rejects.toThrow(AppError);
  });

  test('an abort cancels, and the listener is gone when the Deferred has fired', async () => {
    const controller = new AbortController();
    const counts = countListeners(controller.signal);
    const aborted = new Deferred().toPromise({ signal: controller.signal });
    const fired = new Deferred<number>();
    const promise = fired.toPromise({ signal: controller.signal });
    expect(counts.now()).toBe(2);
    fired.callback(1);
    expect([counts.now(), await promise]).toEqual([1, 1]);
    controller.abort('enough');
    await expect(aborted).rejects.toThrow(CancelledError);
  });
});

describe('2.1 fromFuture(f)', () => {
  test('fires from the reaction of the promise', async () => {
    const good = Deferred.fromPromise(Promise.resolve(5));
    expect(good.called).toBe(false);
    expect(await good).toBe(5);
    const error = new AppError('m');
    await expect(Deferred.fromPromise(Promise.reject(error)).toPromise()).rejects.toBe(error);
  });

  test('a cancel fires it at once, tells `cancel`, and swallows what comes late', async () => {
    let settle: (value: number) => void = () => {};
    let told = 0;
    const promise = new Promise<number>((resolve) => {
      settle = resolve;
    });
    const d = Deferred.fromPromise(promise, {
      cancel: () => {
        told += 1;
      },
    });
    d.cancel();
    expect(failureOf(d).value).toBeInstanceOf(CancelledError);
    settle(1);
    await promise;
    expect(told).toBe(1);
  });

  test('a promise rejected with text or nothing fails it all the same', async () => {
    await expect(Deferred.fromPromise(Promise.reject('text')).toPromise()).rejects.toBe('text');
    await expect(Deferred.fromPromise(Promise.reject(undefined)).toPromise()).rejects.toBeUndefined();
  });
});

describe('2.1 AbortSignal both ways', () => {
  test('the constructor takes a signal, and lets go of it when it fires', () => {
    const controller = new AbortController();
    const counts = countListeners(controller.signal);
    const fired = new Deferred<number>(null, { signal: controller.signal });
    const cancelled = new Deferred<number>(null, { signal: controller.signal });
    fired.callback(1);
    expect(counts.now()).toBe(1);
    controller.abort();
    expect(failureOf(cancelled).value).toBeInstanceOf(CancelledError);
    expect(failureOf(new Deferred().withSignal(controller.signal)).value).toBeInstanceOf(CancelledError);
  });

  test('toSignal aborts on cancel, before the canceller is called, and only then', () => {
    const seen: boolean[] = [];
    const d: Deferred = new Deferred(() => seen.push(signal.aborted));
    const signal = d.toSignal();
    expect(d.toSignal()).toBe(signal);
    d.cancel('why');
    expect([seen, signal.aborted, signal.reason]).toEqual([[true], true, 'why']);
    d.addErrback(() => {});
    const fired = new Deferred<number>();
    const quiet = fired.toSignal();
    fired.callback(1);
    fired.cancel();
    expect([quiet.aborted, succeed(1).toSignal().aborted]).toEqual([false, false]);
  });
});

describe('2.1 send, `__await__`, `__iter__`', () => {
  test('a Deferred that is walked through as if it were a collection says that it is none', () => {
    expect(() => [...new Deferred()]).toThrow(/no collection/);
    expect(() => [...succeed(1).addCallback(() => new Deferred())]).toThrow(/no collection/);
    expect([...succeed(1)]).toEqual([]);
  });
});

describe('2.1 `__str__`', () => {
  test('says what it waits for, or its result', () => {
    const inner = new Deferred();
    const outer = succeed(1).addCallback(() => inner);
    expect(String(inner)).toMatch(/^<Deferred #\d+>$/);
    expect(String(outer)).toMatch(/waiting on Deferred #\d+>$/);
    expect(String(succeed('x'))).toMatch(/current result: "x">$/);
  });
});

describe('2.1 debug, setDebugging, getDebugging, DebugInfo', () => {
  test('records where a Deferred was made and fired, as text', () => {
    setDebugging(true);
    try {
      const d = new Deferred<number>();
      d.callback(1);
      expect(getDebugging()).toBe(true);
      expect(d.leakscanTrace?.createdAt).toMatch(/^at .*deferred\.test\.ts:\d+/);
      expect(d.leakscanTrace?.firedAt).toMatch(/^at .*deferred\.test\.ts:\d+/);
      expect(() => d.callback(2)).toThrow(/made at[\s\S]*first fired at/);
    } finally {
      setDebugging(false);
    }
    expect(new Deferred().leakscanTrace).toBeNull();
  });
});

describe('2.1 succeed(v), fail(f)', () => {
  test('have fired', () => {
    expect(succeed(3).result).toBe(3);
    expect(failureOf(fail(new AppError('m'))).getErrorMessage()).toBe('m');
    expect(() => succeed(new Deferred())).toThrow(AssertionError);
  });
});

describe('2.1 execute(f, ...), maybeDeferred(f, ...)', () => {
  const thrower = (): never => {
    throw new AppError('m');
  };

  test('wrap values and errors', () => {
    expect(successOf(execute((a: number, b: number) => a + b, 1, 2))).toBe(3);
    expect(failureOf(execute(thrower)).value).toBeInstanceOf(AppError);
    expect(successOf(maybeDeferred(() => 4))).toBe(4);
    expect(failureOf(maybeDeferred(thrower)).value).toBeInstanceOf(AppError);
    expect(failureOf(maybeDeferred(() => new Failure(new AppError('m')))).value).toBeInstanceOf(AppError);
  });

  test('maybeDeferred gives a Deferred back as it is, and follows a promise', async () => {
    const d = new Deferred<number>();
    expect(maybeDeferred(() => d)).toBe(d);
    expect(await maybeDeferred(async () => 5)).toBe(5);
  });
});

describe('2.1 logError(f)', () => {
  test('logs and gives the failure back', () => {
    const logged: Failure[] = [];
    const before = setFailureLog((failure) => logged.push(failure));
    const failure = new Failure(new AppError('m'));
    expect(logError(failure)).toBe(failure);
    setFailureLog(before);
    expect(logged).toEqual([failure]);
  });
});

describe('2.1 passthru', () => {
  test('is the identity', () => {
    const object = {};
    expect(passthru(object)).toBe(object);
  });
});

describe('the loop', () => {
  test('a million Deferreds that wait for each other fire without a deep stack', () => {
    const innermost = new Deferred<number>();
    let outermost = innermost;
    for (let i = 0; i < 1_000_000; i += 1) {
      const inner = outermost;
      outermost = succeed(0).addCallback(() => inner);
    }
    innermost.callback(7);
    expect(outermost.result).toBe(7);
  });

  test('a million callbacks run in one loop', () => {
    const d = new Deferred<number>();
    for (let i = 0; i < 1_000_000; i += 1) d.addCallback((x) => x + 1);
    d.callback(0);
    expect(d.result).toBe(1_000_000);
  });

  test('does not put the Deferred on the stack as a receiver of the loop', async () => {
    const kept: unknown[] = [];
    const loop = (() => {
      const d = new Deferred<number>();
      const outer = new Deferred<number>();
      outer.addCallback(() => d);
      outer.addErrback((failure) => {
        kept.push(failure.value);
      });
      d.addCallback(() => {
        throw new AppError('kept');
      });
      outer.callback(1);
      setFire(d);
      return new WeakRef(outer);
    })();
    await collectGarbage();
    expect(loop.deref()).toBeUndefined();
    expect(kept).toHaveLength(1);
  });
});

function setFire(d: Deferred<number>): void {
  d.callback(1);
}

/** Counts the abort listeners of a signal. */
function countListeners(signal: AbortSignal): { now(): number } {
  let count = 0;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = ((...args: Parameters<typeof add>) => {
    count += 1;
    return add(...args);
  }) as typeof add;
  signal.removeEventListener = ((...args: Parameters<typeof remove>) => {
    count -= 1;
    return remove(...args);
  }) as typeof remove;
  return { now: () => count };
}

describe('2.11 asyncio.Future', () => {
  test('a result keeps its identity from a promise to a Deferred and back', async () => {
    const object = {};
    expect(await Deferred.fromPromise(Promise.resolve(object)).toPromise()).toBe(object);
  });
});

describe('2.11 gc module', () => {
  test('Deferreds that wait for each other in a circle are collected when nobody holds them', async () => {
    const witness = (() => {
      const a = new Deferred<number>();
      const b = new Deferred<number>();
      a.addCallback(() => b);
      b.addCallback(() => a);
      a.callback(1);
      b.callback(1);
      return new WeakRef(a);
    })();
    await collectGarbage();
    expect(witness.deref()).toBeUndefined();
  });
});

test('what the library keeps for ever is at rest and holds nothing', () => {
  expect(
    shapeKeepers.filter((one) => one instanceof Deferred).map((one) => [one.called, one.result]),
  ).toEqual([[true, undefined]]);
  expect(Object.values(shapeKeepers[0] as object)).toEqual([null, null, null, null, null]);
  const { result } = runKeeper as { result: Deferred };
  expect([result.called, result.result]).toEqual([true, undefined]);
});
