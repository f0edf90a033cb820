import { describe, expect, test } from 'vitest';
import {
  Clock,
  Cooperator,
  Deferred,
  DeferredLock,
  DeferredQueue,
  fail,
  LiveDeferreds,
  observeDeferreds,
  PriorityScheduler,
  parallel,
  retry,
  runtime,
  succeed,
} from '../../src/deferred/index.ts';
import { collectGarbage, failureOf, listen, successOf } from './support.ts';

function onClock(clock: Clock): Cooperator {
  return new Cooperator({
    scheduler: (tick) => clock.callLater(0, tick),
    terminationPredicateFactory: () => () => false,
  });
}

describe('7 limit concurrency', () => {
  test('parallel keeps at most so many at work, and gives the results in the order of the items', () => {
    const clock = new Clock();
    const gates = [1, 2, 3, 4].map(() => new Deferred<string>());
    const begun: number[] = [];
    const all = parallel(
      gates,
      2,
      (gate, index) => {
        begun.push(index);
        return gate;
      },
      { cooperator: onClock(clock) },
    );
    clock.advance(0);
    expect(begun).toEqual([0, 1]);
    gates[1]?.callback('b');
    clock.advance(0);
    expect(begun).toEqual([0, 1, 2]);
    for (const [index, letter] of [...'acd'].entries()) {
      gates[index === 0 ? 0 : index + 1]?.callback(letter);
      clock.advance(0);
    }
    expect(successOf(all)).toEqual(['a', 'b', 'c', 'd']);
    expect(clock.getDelayedCalls()).toEqual([]);
  });

  test('the first failure is that of the whole, and nothing new is begun', () => {
    const clock = new Clock();
    let begun = 0;
    const all = parallel(
      [1, 2, 3, 4],
      2,
      () => {
        begun += 1;
        return fail<number>(new Error(`m${begun}`));
      },
      { cooperator: onClock(clock) },
    );
    clock.advance(0);
    expect([failureOf(all).getErrorMessage(), begun]).toEqual(['m1', 1]);
    for (const limit of [0, 1.5, Number.POSITIVE_INFINITY, Number.NaN]) {
      expect(() => parallel([], limit, () => {})).toThrow(RangeError);
    }
  });

  test('cancelling cancels what is at work', () => {
    const clock = new Clock();
    const atWork = [new Deferred<number>(), new Deferred<number>()];
    const all = parallel(atWork, 2, (one) => one, { cooperator: onClock(clock) });
    clock.advance(0);
    all.cancel();
    expect([failureOf(all).check('CancelledError'), atWork.map(({ called }) => called)]).toEqual([
      'CancelledError',
      [true, true],
    ]);
  });

  test('an iterable that throws, and one that is empty', () => {
    const clock = new Clock();
    const broken = (function* (): Generator<number> {
      yield 1;
      throw new Error('iterable');
    })();
    const all = parallel(broken, 3, (x) => x, { cooperator: onClock(clock) });
    const none = parallel([], 3, (x) => x, { cooperator: onClock(clock) });
    clock.advance(0);
    expect([failureOf(all).getErrorMessage(), successOf(none)]).toEqual(['iterable', []]);
  });
});

describe('7 retry', () => {
  test('tries again after growing delays, and gives the first success', () => {
    const clock = new Clock();
    const times: number[] = [];
    const d = retry(
      (attempt) => {
        times.push(clock.seconds());
        return attempt < 4 ? fail<string>(new Error('not yet')) : 'done';
      },
      { times: 5, delay: 1, factor: 3, jitter: 0 },
      clock,
    );
    clock.pump(Array(30).fill(1));
    expect([times, successOf(d)]).toEqual([[0, 1, 4, 13], 'done']);
  });

  test('gives the last failure when the tries are used up, or when it is not worth another', () => {
    const clock = new Clock();
    const options = { times: 2, delay: 1, jitter: 0.5, random: () => 1 };
    const used = retry((attempt) => fail(new Error(`try ${attempt}`)), options, clock);
    expect(clock.getDelayedCalls()[0]?.getTime()).toBe(1.5);
    clock.advance(2);
    expect(failureOf(used).getErrorMessage()).toBe('try 2');
    const hopeless = retry(
      () => fail(new TypeError('m')),
      { when: (failure) => !failure.check(TypeError) },
      clock,
    );
    expect(failureOf(hopeless).getErrorMessage()).toBe('m');
  });

  test('cancelling ends the wait, or cancels the try at work', () => {
    const clock = new Clock();
    const waiting = retry(() => fail(new Error('m')), {}, clock);
    waiting.cancel();
    const atWork = new Deferred();
    const trying = retry(() => atWork, {}, clock);
    trying.cancel();
    expect([waiting, trying].map((d) => failureOf(d).check('CancelledError'))).toEqual(
      Array(2).fill('CancelledError'),
    );
    expect([atWork.called, clock.getDelayedCalls()]).toEqual([true, []]);
  });

  test('drops the failure of the try before', async () => {
    const clock = new Clock();
    const errors: WeakRef<Error>[] = [];
    const d = retry(
      () => {
        const error = new Error('m');
        errors.push(new WeakRef(error));
        throw error;
      },
      { times: 9 },
      clock,
    );
    await collectGarbage();
    expect(errors[0]?.deref()).toBeUndefined();
    d.cancel();
    failureOf(d);
  });
});

describe('7 priority of tasks', () => {
  test('higher ones go first, equals in order, and those that waited long before all', () => {
    const clock = new Clock();
    const order: string[] = [];
    const scheduler = new PriorityScheduler({ aging: 3, cooperator: onClock(clock) });
    const results = [
      scheduler.schedule(0, (name: string) => order.push(name), 'old'),
      scheduler.schedule(2, () => order.push('urgent')),
      scheduler.schedule(1, () => order.push('first of two')),
      scheduler.schedule(1, () => order.push('second of two')),
      scheduler.schedule(1, () => order.push('late')),
    ];
    expect(scheduler.waiting).toBe(5);
    clock.advance(0);
    expect(order).toEqual(['urgent', 'first of two', 'old', 'second of two', 'late']);
    expect(results.every(({ called }) => called)).toBe(true);
  });

  test('lets so many work at a time; a cancelled one leaves the line or is cancelled at work', () => {
    const clock = new Clock();
    const scheduler = new PriorityScheduler({
      limit: 2,
      aging: Number.POSITIVE_INFINITY,
      cooperator: onClock(clock),
    });
    const gates = [1, 2, 3].map(() => new Deferred<number>());
    const tasks = gates.map((gate) => scheduler.schedule(1, () => gate));
    clock.advance(0);
    expect(scheduler.waiting).toBe(1);
    tasks[2]?.cancel();
    tasks[0]?.cancel();
    expect([scheduler.waiting, gates[0]?.called, gates[2]?.called]).toEqual([0, true, false]);
    gates[1]?.callback(7);
    expect(successOf(tasks[1] as Deferred<number>)).toBe(7);
    for (const one of [tasks[0], tasks[2]]) failureOf(one as Deferred<number>);
  });

  test('a task that fails does not stop the others', () => {
    const clock = new Clock();
    const scheduler = new PriorityScheduler({ cooperator: onClock(clock) });
    const failed = scheduler.schedule(2, () => {
      throw new Error('m');
    });
    const fine = scheduler.schedule(1, () => 'fine');
    clock.advance(0);
    expect([failureOf(failed).getErrorMessage(), successOf(fine)]).toEqual(['m', 'fine']);
  });

  test('gives tasks of any priorities out in the order of a sorted list', () => {
    const clock = new Clock();
    const scheduler = new PriorityScheduler({ aging: 5, cooperator: onClock(clock) });
    const priorities = Array.from({ length: 200 }, (_, i) => (i * 7919) % 13);
    const order: number[] = [];
    for (const [arrival, priority] of priorities.entries())
      scheduler.schedule(priority, () => order.push(arrival));
    clock.advance(0);
    const rank = (arrival: number) => arrival - 5 * (priorities[arrival] ?? 0);
    expect(order).toEqual([...order].sort((a, b) => rank(a) - rank(b) || a - b));
    expect(order).toHaveLength(200);
  });
});

describe('7 watching memory', () => {
  test('runtime.stats counts what lives, by state, while it is tracked', () => {
    runtime.track();
    runtime.track();
    const before = runtime.stats();
    const pending = new Deferred();
    const waiting = succeed(1).addCallback(() => pending);
    const failed = fail(new Error('m'));
    const lock = new DeferredLock();
    lock.acquire();
    const inLine = lock.acquire();
    const queue = new DeferredQueue<number>();
    queue.put(1);
    const stats = runtime.stats();
    expect({
      pending: stats.pending - before.pending,
      waiting: stats.waiting - before.waiting,
      failed: stats.failed - before.failed,
      inLine: stats.inLine,
      queued: stats.queued,
    }).toEqual({ pending: 2, waiting: 1, failed: 1, inLine: 1, queued: 1 });
    runtime.track(false);
    failureOf(failed);
    expect(runtime.stats().live).toBe(0);
    expect([waiting.called, inLine.called]).toEqual([true, false]);
  });
});

describe('2.11 weakref', () => {
  test('the list of live Deferreds keeps none of them alive', async () => {
    const live = new LiveDeferreds();
    const stop = observeDeferreds(live);
    const kept = new Deferred();
    (() => {
      for (let i = 0; i < 3000; i += 1) new Deferred();
    })();
    stop();
    await collectGarbage();
    expect(live.list()).toHaveLength(1);
    expect(live.list()[0]).toBe(kept);
  });
});

test('results pass through listeners unchanged', () => {
  const d = new Deferred<number>();
  const seen = listen(d);
  d.callback(3);
  expect([seen, d.result]).toEqual([[3], 3]);
});
