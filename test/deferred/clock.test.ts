import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  AlreadyCalled,
  AlreadyCancelled,
  Clock,
  type DelayedCall,
  defaultClock,
  deferLater,
  setDefaultClock,
} from '../../src/deferred/index.ts';
import { collectGarbage, failureOf, successOf, Witness } from './support.ts';

describe('2.3 Clock: seconds, callLater, advance, pump, getDelayedCalls', () => {
  test('runs what is due in order of time, and sees the end of the step', () => {
    const clock = new Clock();
    const seen: unknown[] = [];
    clock.callLater(2, () => seen.push(['b', clock.seconds()]));
    clock.callLater(1, () => seen.push(['a', clock.seconds()]));
    clock.callLater(5, () => seen.push(['c', clock.seconds()]));
    clock.advance(3);
    expect([seen, clock.getDelayedCalls().map((call) => call.getTime())]).toEqual([
      [
        ['a', 3],
        ['b', 3],
      ],
      [5],
    ]);
  });

  test('an error of a call leaves advance, and the rest stays', () => {
    const clock = new Clock();
    clock.callLater(1, () => {
      throw new Error('m');
    });
    const later = clock.callLater(1, () => {});
    expect(() => clock.advance(1)).toThrow('m');
    expect(clock.getDelayedCalls()).toEqual([later]);
  });

  test('agrees with sorting the list before and after each call, on any program', () => {
    fc.assert(
      fc.property(fc.array(anyAction, { maxLength: 60 }), (actions) => {
        const clock = new Clock();
        const model = new ListClock();
        const calls: DelayedCall[] = [];
        const ran: number[] = [];
        for (const { kind, seconds, which } of actions) {
          const number = which % (calls.length || 1);
          const call = calls[number];
          if (kind === 'add') {
            const added = calls.length;
            calls.push(clock.callLater(seconds, () => ran.push(added)));
            model.add(seconds);
          } else if (kind === 'advance') {
            clock.advance(seconds);
            model.advance(seconds);
          } else if (call?.active()) {
            call[kind](seconds);
            model[kind](number, seconds);
          }
        }
        expect(ran).toEqual(model.ran);
      }),
    );
  });
});

const anyAction = fc.record({
  kind: fc.constantFrom('add', 'advance', 'cancel', 'reset', 'delay'),
  seconds: fc.constantFrom(0, 0.5, 1, 1, 2, 3),
  which: fc.nat(40),
});

/** The obvious clock: a list that is sorted whenever the original sorts it. */
class ListClock {
  readonly ran: number[] = [];
  #now = 0;
  #added = 0;
  #calls: { number: number; time: number; delayed: number }[] = [];

  add(seconds: number): void {
    this.#calls.push({ number: this.#added, time: this.#now + seconds, delayed: 0 });
    this.#added += 1;
    this.#sort();
  }

  advance(seconds: number): void {
    this.#now += seconds;
    this.#sort();
    while (this.#calls[0] && this.#calls[0].time + this.#calls[0].delayed <= this.#now) {
      this.ran.push(this.#calls.shift()!.number);
      this.#sort();
    }
  }

  cancel(number: number): void {
    this.#calls = this.#calls.filter((call) => call.number !== number);
  }

  reset(number: number, seconds: number): void {
    const call = this.#calls.find((one) => one.number === number)!;
    const time = this.#now + seconds;
    if (time < call.time) Object.assign(call, { time, delayed: 0 });
    else call.delayed = time - call.time;
  }

  delay(number: number, seconds: number): void {
    this.#calls.find((one) => one.number === number)!.delayed += seconds;
  }

  #sort(): void {
    this.#calls.sort((a, b) => a.time + a.delayed - (b.time + b.delayed));
  }
}

describe('2.4 DelayedCall: cancel, reset, delay, active, getTime', () => {
  test('is told when it is used after its end', () => {
    const clock = new Clock();
    const cancelled = clock.callLater(1, () => {});
    const called = clock.callLater(1, () => {});
    cancelled.cancel();
    clock.advance(1);
    expect([cancelled.active(), called.active()]).toEqual([false, false]);
    for (const use of [
      (c: DelayedCall) => c.cancel(),
      (c: DelayedCall) => c.reset(1),
      (c: DelayedCall) => c.delay(1),
    ]) {
      expect(() => use(cancelled)).toThrow(AlreadyCancelled);
      expect(() => use(called)).toThrow(AlreadyCalled);
    }
  });

  test('cancel drops function and arguments at once', async () => {
    const clock = new Clock();
    const { call, witness } = (() => {
      const argument = new Witness('argument');
      const use = (one: Witness) => one.name;
      return { call: clock.callLater(60, use, argument), witness: new WeakRef(argument) };
    })();
    call.cancel();
    await collectGarbage();
    expect(witness.deref()).toBeUndefined();
  });

  test('reset counts from now, delay from the scheduled time', () => {
    const clock = new Clock();
    const call = clock.callLater(5, () => {});
    clock.advance(2);
    call.reset(4);
    expect(call.getTime()).toBe(6);
    call.delay(1);
    expect(call.getTime()).toBe(7);
    call.delay(-3);
    expect(call.getTime()).toBe(4);
    call.reset(1);
    expect(call.getTime()).toBe(3);
  });
});

describe('2.3 deferLater(clock, delay, f, ...)', () => {
  test('fires with what the function returns, or with undefined; cancel stops the call', () => {
    const clock = new Clock();
    const value = deferLater(clock, 2, (a: number, b: number) => a + b, 1, 2);
    const nothing = deferLater(clock, 2);
    const cancelled = deferLater(clock, 2, () => 'never');
    cancelled.cancel();
    failureOf(cancelled);
    clock.advance(2);
    expect([successOf(value), successOf(nothing), clock.getDelayedCalls()]).toEqual([3, undefined, []]);
  });

  test('what fires it before its time is not its value', () => {
    const early = deferLater<unknown>(new Clock(), 2);
    early.callback('early');
    expect(successOf(early)).toBeUndefined();
  });

  test('a fired one that is kept holds neither function nor arguments', async () => {
    const clock = new Clock();
    const { d, witnesses } = (() => {
      const argument = new Witness('argument');
      const scope = new Witness('scope');
      const later = deferLater(clock, 1, (one: Witness) => one.name.length + scope.name.length, argument);
      return { d: later, witnesses: [new WeakRef(argument), new WeakRef(scope)] };
    })();
    clock.advance(1);
    await collectGarbage();
    expect([d.result, ...witnesses.map((one) => one.deref())]).toEqual([13, undefined, undefined]);
  });
});

describe('the default clock', () => {
  test('is the time of the process', async () => {
    const clock = defaultClock();
    const before = clock.seconds();
    await deferLater(clock, 0.01);
    expect(clock.seconds() - before).toBeGreaterThanOrEqual(0.01);
  });

  test('does not call what was cancelled, and follows a call that is moved', async () => {
    const clock = defaultClock();
    const calls: string[] = [];
    clock.callLater(0.005, () => calls.push('cancelled')).cancel();
    clock.callLater(60, () => calls.push('moved')).reset(0.005);
    await deferLater(clock, 0.02);
    expect(calls).toEqual(['moved']);
  });

  test('can be replaced', () => {
    const before = defaultClock();
    const clock = new Clock();
    setDefaultClock(clock);
    expect(defaultClock()).toBe(clock);
    setDefaultClock(before);
  });
});
