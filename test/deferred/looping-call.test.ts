import { describe, expect, test } from 'vitest';
import { AssertionError, Clock, Deferred, LoopingCall } from '../../src/deferred/index.ts';
import { failureOf, successOf } from './support.ts';

function loopOn<A extends unknown[]>(clock: Clock, f: (...args: A) => unknown, ...args: A): LoopingCall<A> {
  const loop = new LoopingCall(f, ...args);
  loop.clock = clock;
  return loop;
}

describe('2.3 LoopingCall(f, ...args)', () => {
  test('calls with the arguments; the interval is given to start', () => {
    const clock = new Clock();
    const calls: unknown[] = [];
    loopOn(clock, (...args: number[]) => calls.push([clock.seconds(), ...args]), 2, 3).start(5);
    clock.advance(5);
    expect(calls).toEqual([
      [0, 2, 3],
      [5, 2, 3],
    ]);
  });
});

describe('2.3 start(interval, now=True)', () => {
  test('gives a Deferred for the end; `now: false` waits one interval; misuse is told', () => {
    const clock = new Clock();
    const times: number[] = [];
    const loop = loopOn(clock, () => times.push(clock.seconds()));
    const end = loop.start(1, { now: false });
    clock.advance(1);
    expect(() => loop.start(1)).toThrow(AssertionError);
    expect(() => loopOn(clock, () => {}).start(-1)).toThrow(RangeError);
    loop.stop();
    expect([times, successOf(end) === loop]).toEqual([[1], true]);
  });

  test('cancelling the Deferred does not stop the loop', () => {
    const clock = new Clock();
    const times: number[] = [];
    const loop = loopOn(clock, () => times.push(clock.seconds()));
    const end = loop.start(1);
    end.cancel();
    failureOf(end);
    clock.advance(1);
    expect([times, loop.running]).toEqual([[0, 1], true]);
    loop.stop();
  });
});

describe('2.3 function fails', () => {
  test('the loop ends and its Deferred fails', () => {
    const clock = new Clock();
    const loop = loopOn(clock, () => {
      throw new Error('m');
    });
    expect(failureOf(loop.start(1)).getErrorMessage()).toBe('m');
    expect([loop.running, clock.getDelayedCalls()]).toEqual([false, []]);
  });

  test('a Deferred or promise that the function returns holds the next call up', async () => {
    const clock = new Clock();
    const work = new Deferred<void>();
    let calls = 0;
    const loop = loopOn(clock, () => {
      calls += 1;
      return calls === 1 ? work : Promise.resolve();
    });
    loop.start(1);
    clock.advance(3.5);
    expect(calls).toBe(1);
    work.callback();
    clock.advance(0.5);
    expect([calls, clock.getDelayedCalls()]).toEqual([2, []]);
    await Promise.resolve();
    await Promise.resolve();
    expect(clock.getDelayedCalls()).toHaveLength(1);
    loop.stop();
  });
});

describe('2.3 beat', () => {
  test('keeps to multiples of the interval after the start, whatever a call takes', () => {
    const clock = new Clock();
    const times: number[] = [];
    const loop = loopOn(clock, () => times.push(clock.seconds()));
    loop.start(1);
    clock.pump([1.25, 0.75, 2.5, 0.5]);
    expect(times).toEqual([0, 1.25, 2, 4.5, 5]);
    loop.stop();
  });

  test('when the time to the next beat is lost in rounding it waits a whole interval', () => {
    let now = 1e15;
    while (now + (0.3 - (now % 0.3)) !== now) now += 123_456_789.125;
    const clock = new Clock();
    const loop = loopOn(clock, () => {});
    loop.start(0.3, { now: false });
    clock.advance(now);
    expect(clock.getDelayedCalls()[0]?.getTime()).toBe(now + 0.3);
    loop.stop();
  });
});

describe('2.3 stop(), reset(), running, interval, starttime', () => {
  test('stop ends at once when a call was scheduled, else when the function is done', () => {
    const clock = new Clock();
    const work = new Deferred<void>();
    const loop = loopOn(clock, () => work);
    const end = loop.start(1);
    loop.stop();
    expect([loop.running, end.called]).toEqual([false, false]);
    work.callback();
    expect(end.called).toBe(true);
    expect(() => loop.stop()).toThrow(AssertionError);
    expect(() => loop.reset()).toThrow(/does not run/);
  });

  test('reset begins the interval anew', () => {
    const clock = new Clock();
    const times: number[] = [];
    const loop = loopOn(clock, () => times.push(clock.seconds()));
    loop.start(2);
    clock.advance(1);
    loop.reset();
    expect([loop.interval, loop.starttime]).toEqual([2, 1]);
    clock.pump([1, 1]);
    expect(times).toEqual([0, 3]);
    loop.stop();
  });
});

describe('2.3 withCount(f)', () => {
  test('tells how many beats have passed since the last call', () => {
    const clock = new Clock();
    const counts: number[] = [];
    const loop = LoopingCall.withCount((count) => counts.push(count));
    loop.clock = clock;
    loop.start(1);
    clock.pump([1, 3.25, 0.75]);
    expect(counts).toEqual([1, 1, 3, 1]);
    loop.stop();
  });
});
