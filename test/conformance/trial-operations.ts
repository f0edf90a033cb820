import type { Deferred } from '../../src/deferred/index.ts';
import { err } from '../../src/reactor/log/log.ts';
import { flushLoggedErrors, watchLoggedErrors } from '../../src/reactor/testing/logged-errors.ts';
import { assertNoResult, failureResultOf, successResultOf } from '../../src/reactor/testing/results.ts';
import type { Operation } from './operations.ts';

/** The operations of the area `trial`. */
export const trialOperations: Record<string, Operation> = {
  successResultOf: (_, d: Deferred<unknown>) => successResultOf(d),
  failureResultOf: (program, d: Deferred<unknown>, ...names: string[]) =>
    failureResultOf(d, ...names.map((name) => program.classOf(name))),
  assertNoResult: (_, d: Deferred<unknown>) => assertNoResult(d),
  watchLog: (program) => program.atEnd(watchLoggedErrors()),
  logErr: (_, reason: unknown) => err(reason),
  flush: (program, ...names: string[]) => flushLoggedErrors(...names.map((name) => program.classOf(name))),
};
