import type { Scheduler } from './clock.ts';
import { Deferred, succeed } from './deferred.ts';
import { ReactorNotRunning, SystemExit } from './errors.ts';
import { Failure } from './failure.ts';
import { ensureDeferred } from './inline-callbacks.ts';
import { logFailure } from './log-failure.ts';

/** What `react` needs of a reactor. */
export interface RunnableReactor extends Scheduler {
  /** Runs until it is stopped; a promise when that is not within the call. */
  run(): void | PromiseLike<void>;
  stop(): void;
  callWhenRunning<A extends unknown[]>(f: (...args: A) => unknown, ...args: A): unknown;
  addSystemEventTrigger(phase: 'before', event: 'shutdown', f: () => unknown): unknown;
}

/**
 * Runs `main(reactor, ...argv)` as a program: runs the reactor until what `main` returns (a Deferred, a
 * promise or a generator object) has come in, or until somebody stops it. Fires with the exit code, which it
 * also sets as `process.exitCode`: 0, the code of a SystemExit (1 if that is no integer), or 1 for any other
 * failure, which is logged.
 * What comes in when the reactor has run already changes the code no more.
 *
 * @throws what `main` throws.
 */
export function react<R extends RunnableReactor, A extends unknown[]>(
  main: (reactor: R, ...argv: A) => unknown,
  argv: A,
  reactor: R,
): Deferred<number> {
  const program = new ReactorProgram(reactor);
  const finished = ensureDeferred(main(reactor, ...argv) as Deferred<unknown>);
  reactor.addSystemEventTrigger('before', 'shutdown', () => {
    program.stopping = true;
  });
  finished.addBoth(finish, program);
  const ran = reactor.run();
  return (ran ? Deferred.fromPromise(ran) : succeed(undefined)).addCallback(exit, program);
}

class ReactorProgram {
  declare readonly reactor: RunnableReactor;
  declare stopping: boolean;
  declare code: number;

  constructor(reactor: RunnableReactor) {
    this.reactor = reactor;
    this.stopping = false;
    this.code = 0;
  }
}

function finish(result: unknown, program: ReactorProgram): void {
  if (program.stopping) conclude(result, program);
  else program.reactor.callWhenRunning(stopAndConclude, result, program);
}

function stopAndConclude(result: unknown, program: ReactorProgram): void {
  try {
    program.reactor.stop();
  } catch (thrown) {
    if (!(thrown instanceof ReactorNotRunning)) throw thrown;
  }
  conclude(result, program);
}

function conclude(result: unknown, program: ReactorProgram): void {
  if (!(result instanceof Failure)) return;
  if (result.value instanceof SystemExit) {
    program.code = result.value.code;
  } else {
    logFailure(result, 'The main function failed.');
    program.code = 1;
  }
}

function exit(_result: unknown, program: ReactorProgram): number {
  const { process } = globalThis as { process?: { exitCode?: number } };
  if (process) process.exitCode = Number.isInteger(program.code) ? program.code : 1;
  return program.code;
}
