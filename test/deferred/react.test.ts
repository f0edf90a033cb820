import { afterEach, describe, expect, test } from 'vitest';
import {
  Clock,
  Deferred,
  deferLater,
  type Failure,
  type FailureLog,
  fail,
  ReactorNotRunning,
  type RunnableReactor,
  react,
  SystemExit,
  setFailureLog,
} from '../../src/deferred/index.ts';
import { successOf } from './support.ts';

/** A reactor that runs its clock until it is stopped, or until the promise of `run` is settled by hand. */
class ClockReactor extends Clock implements RunnableReactor {
  running = false;
  readonly triggers: (() => unknown)[] = [];
  readonly whenRunning: (() => unknown)[] = [];

  run(): void | Promise<void> {
    this.running = true;
    for (const f of this.whenRunning.splice(0)) f();
    while (this.running && this.calls.size > 0) this.advance(1);
    for (const f of this.triggers) f();
  }

  stop(): void {
    if (!this.running) throw new ReactorNotRunning('not running');
    this.running = false;
  }

  callWhenRunning<A extends unknown[]>(f: (...args: A) => unknown, ...args: A): void {
    if (this.running) f(...args);
    else this.whenRunning.push(() => f(...args));
  }

  addSystemEventTrigger(_phase: 'before', _event: 'shutdown', f: () => unknown): void {
    this.triggers.push(f);
  }
}

/** A reactor whose `run` gives a promise for the moment when it is stopped. */
class PromiseReactor extends ClockReactor {
  #settle: () => void = () => {};

  override run(): Promise<void> {
    this.running = true;
    for (const f of this.whenRunning.splice(0)) f();
    return new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  override stop(): void {
    super.stop();
    this.#settle();
  }
}

let restoreLog: FailureLog | null = null;

function catchLog(): Failure[] {
  const logged: Failure[] = [];
  restoreLog = setFailureLog((failure) => logged.push(failure));
  return logged;
}

afterEach(() => {
  process.exitCode = undefined;
  if (restoreLog) setFailureLog(restoreLog);
  restoreLog = null;
});

describe('2.3 react(main, argv, reactor)', () => {
  test('runs until the Deferred of main comes in, and exits with 0', () => {
    const reactor = new ClockReactor();
    const seen: unknown[] = [];
    const code = react(
      (one: ClockReactor, name: string) => deferLater(one, 2, () => seen.push(name, one.seconds())),
      ['x'],
      reactor,
    );
    expect([successOf(code), seen, reactor.running, process.exitCode]).toEqual([0, ['x', 2], false, 0]);
  });

  test('a failure is logged and gives 1; SystemExit gives its own code', () => {
    const logged = catchLog();
    expect(successOf(react(() => fail(new Error('m')), [], new ClockReactor()))).toBe(1);
    expect(logged.map((failure) => failure.getErrorMessage())).toEqual(['m']);
    expect(successOf(react(() => fail(new SystemExit(3)), [], new ClockReactor()))).toBe(3);
    expect(successOf(react(() => fail(new SystemExit(0.5)), [], new ClockReactor()))).toBe(0.5);
    expect(process.exitCode).toBe(1);
  });

  test('what comes in after the reactor was stopped is only logged', () => {
    const logged = catchLog();
    const work = new Deferred();
    const reactor = new ClockReactor();
    reactor.callLater(1, () => reactor.stop());
    expect(successOf(react(() => work, [], reactor))).toBe(0);
    work.errback(new Error('late'));
    expect(logged.map((failure) => failure.getErrorMessage())).toEqual(['late']);
  });

  test('an error of main comes out at the call; a promise of main will do', async () => {
    expect(() =>
      react(
        () => {
          throw new Error('m');
        },
        [],
        new ClockReactor(),
      ),
    ).toThrow('m');
    const code = react(async () => 'done', [], new PromiseReactor());
    expect(await code).toBe(0);
  });
});
