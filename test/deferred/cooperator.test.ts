import { describe, expect, test } from 'vitest';
import {
  Clock,
  Cooperator,
  coiterate,
  cooperate,
  Deferred,
  NotPaused,
  SchedulerError,
  SchedulerStopped,
  TaskDone,
  TaskFailed,
  TaskFinished,
  TaskStopped,
} from '../../src/deferred/index.ts';
import { failureOf, successOf } from './support.ts';

function onClock(clock: Clock, units = 1, started = true): Cooperator {
  return new Cooperator({
    started,
    scheduler: (tick) => clock.callLater(1, tick),
    terminationPredicateFactory: () => {
      let calls = 0;
      return () => {
        calls += 1;
        return calls >= units;
      };
    },
  });
}

function* steps(name: string, count: number, log: string[]): Generator<unknown> {
  for (let i = 0; i < count; i += 1) {
    log.push(`${name}${i}`);
    yield i;
  }
}

describe('2.3 Cooperator(terminationPredicateFactory, scheduler, started)', () => {
  test('gives tasks their steps in turn, so many a tick', () => {
    const clock = new Clock();
    const cooperator = onClock(clock, 3);
    const log: string[] = [];
    cooperator.cooperate(steps('a', 2, log));
    cooperator.cooperate(steps('b', 2, log));
    clock.advance(1);
    expect(log).toEqual(['a0', 'b0', 'a1']);
    clock.pump([1, 1]);
    expect([log, clock.getDelayedCalls()]).toEqual([['a0', 'b0', 'a1', 'b1'], []]);
  });

  test('by default works off a tick of 10 ms at a time on the clock of the process', async () => {
    const log: string[] = [];
    await new Cooperator().coiterate(steps('a', 3, log));
    expect(log).toEqual(['a0', 'a1', 'a2']);
  });
});

describe('2.3 coiterate(it, doneDeferred), cooperate(it), start, stop, running', () => {
  test('a yielded Deferred or promise parks its task', async () => {
    const clock = new Clock();
    const cooperator = onClock(clock);
    const gate = new Deferred<void>();
    const log: string[] = [];
    const done = cooperator.coiterate(
      (function* () {
        yield gate;
        log.push('after the Deferred');
        yield Promise.resolve();
        log.push('after the promise');
      })(),
    );
    clock.advance(1);
    expect(clock.getDelayedCalls()).toEqual([]);
    gate.callback();
    clock.advance(1);
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(1);
    expect([log, done.called]).toEqual([['after the Deferred', 'after the promise'], true]);
  });

  test('stop ends every task; one that comes later ends at once, until start', () => {
    const clock = new Clock();
    const cooperator = onClock(clock);
    const tasks = ['a', 'b', 'c'].map((name) => cooperator.cooperate(steps(name, 9, [])));
    const ends = tasks.map((task) => task.whenDone());
    cooperator.stop();
    expect(ends.map((end) => failureOf(end).check(SchedulerStopped))).toEqual(
      Array(3).fill(SchedulerStopped),
    );
    expect(failureOf(cooperator.coiterate(steps('d', 1, []))).value).toBeInstanceOf(SchedulerStopped);
    expect([cooperator.running, clock.getDelayedCalls()]).toEqual([false, []]);
    cooperator.start();
    const iterator = steps('e', 1, []);
    const done = cooperator.coiterate(iterator, new Deferred());
    clock.pump([1, 1]);
    expect([cooperator.running, successOf(done) === iterator]).toEqual([true, true]);
  });

  test('one that is not started waits for start', () => {
    const clock = new Clock();
    const cooperator = onClock(clock, 1, false);
    cooperator.cooperate(steps('a', 1, []));
    expect([cooperator.running, clock.getDelayedCalls()]).toEqual([false, []]);
    cooperator.start();
    expect(clock.getDelayedCalls()).toHaveLength(1);
  });
});

describe('2.3 CooperativeTask: whenDone, pause, resume, stop', () => {
  test('counts its pauses; whenDone of a finished task has fired', () => {
    const clock = new Clock();
    const task = onClock(clock).cooperate(steps('a', 1, []));
    task.pause();
    task.pause();
    task.resume();
    clock.advance(1);
    expect(task.whenDone().called).toBe(false);
    task.resume();
    expect(() => task.resume()).toThrow(NotPaused);
    clock.pump([1, 1]);
    expect(successOf(task.whenDone())).toBe(task.iterator);
    expect(() => task.pause()).toThrow(TaskDone);
  });

  test('stop fails whenDone', () => {
    const task = onClock(new Clock()).cooperate(steps('a', 9, []));
    const done = task.whenDone();
    task.stop();
    expect(failureOf(done).value).toBeInstanceOf(TaskStopped);
    expect(() => task.stop()).toThrow(TaskStopped);
  });

  test('an error of the iterator, or of a Deferred it yields, fails the task', () => {
    const clock = new Clock();
    const cooperator = onClock(clock);
    const gate = new Deferred<void>();
    const tasks = [
      // biome-ignore lint/correctness/useYield: it throws at once
      (function* () {
        throw new Error('step');
      })(),
      (function* () {
        yield gate;
      })(),
    ].map((iterator) => cooperator.cooperate(iterator as Generator<unknown>));
    const ends = tasks.map((task) => task.whenDone());
    clock.pump([1, 1]);
    gate.errback(new Error('gate'));
    expect(ends.map((end) => failureOf(end).getErrorMessage())).toEqual(['step', 'gate']);
    for (const task of tasks) expect(() => task.pause()).toThrow(TaskFailed);
  });
});

describe('2.3 SchedulerError, SchedulerStopped, TaskFinished, TaskDone, TaskStopped, TaskFailed, NotPaused', () => {
  test('are related as in Twisted', () => {
    for (const one of [SchedulerStopped, NotPaused, TaskFinished])
      expect(new one()).toBeInstanceOf(SchedulerError);
    for (const one of [TaskDone, TaskStopped, TaskFailed]) expect(new one()).toBeInstanceOf(TaskFinished);
    expect(new TaskDone().name).toBe('TaskDone');
  });
});

describe('2.3 task.coiterate, task.cooperate', () => {
  test('work on one Cooperator of the process', async () => {
    const log: string[] = [];
    await Promise.all([coiterate(steps('a', 2, log)), cooperate(steps('b', 2, log)).whenDone()]);
    expect(log).toEqual(['a0', 'b0', 'a1', 'b1']);
  });
});
