import { maybeDeferred } from '../../deferred/deferred.ts';
import { describeReport, unhandledFailures } from '../../deferred/unhandled-failures.ts';
import { reactor as defaultReactor } from '../default-reactor.ts';
import { FailTest } from '../errors.ts';
import type { Reactor } from '../reactor.ts';
import { assertCleanReactor } from './clean-reactor.ts';
import { forceGC as collect } from './force-gc.ts';
import { flushLoggedErrors, watchLoggedErrors } from './logged-errors.ts';

export interface DeferredTestOptions {
  /** Seconds in which the Deferred of the test has to come in. */
  readonly timeout?: number | undefined;
  /** The reactor that has to be clean afterwards. */
  readonly reactor?: Reactor | undefined;
  /** Warn, in place of failing, when the reactor is not clean? */
  readonly uncleanWarnings?: boolean | undefined;
  /** Collect garbage before and after, so that what tests leave to the collector does not wait for a later one? */
  readonly forceGC?: boolean | undefined;
}

/** The `test` of node:test, vitest or jest. */
export type RegisterTest = (name: string, body: () => Promise<void>) => unknown;

const DEFAULT_TIMEOUT_SECONDS = 120;

/**
 * Body of a test for any runner: calls `f` and waits for its Deferred or promise. Fails when that fails or does
 * not come in, when failures were logged and not flushed, when a Deferred has a failure that nobody took, and
 * when something is left in the reactor.
 */
export function deferredBody(f: () => unknown, options: DeferredTestOptions = {}): () => Promise<void> {
  const { timeout = DEFAULT_TIMEOUT_SECONDS, reactor = defaultReactor } = options;
  const { uncleanWarnings = false, forceGC = false } = options;
  return async () => {
    if (forceGC) await collect();
    const stopWatching = watchLoggedErrors();
    const knownReports = new Set(unhandledFailures());
    try {
      await maybeDeferred(f).addTimeout(timeout, reactor).toPromise();
      await turn();
      if (forceGC) await collect();
      assertNothingLogged();
      const reports = unhandledFailures().filter((report) => !knownReports.has(report));
      if (reports.length > 0) throw new FailTest(reports.map(describeReport).join('\n'));
      assertCleanReactor(reactor);
    } catch (thrown) {
      if (!uncleanWarnings || (thrown as Error).name !== 'DirtyReactorAggregateError') throw thrown;
      process.emitWarning((thrown as Error).message, 'DirtyReactorWarning');
    } finally {
      stopWatching();
    }
  };
}

/** `deferredTest` for a runner: `const deferredTest = deferredTestWith(test)`. */
export function deferredTestWith(
  register: RegisterTest,
): (name: string, f: () => unknown, options?: DeferredTestOptions) => void {
  return (name, f, options) => void register(name, deferredBody(f, options));
}

/** A test of node:test that waits for a Deferred; see `deferredBody`. */
export function deferredTest(name: string, f: () => unknown, options?: DeferredTestOptions): void {
  const { test } = process.getBuiltinModule('node:test') as { test: RegisterTest };
  test(name, deferredBody(f, options));
}

function assertNothingLogged(): void {
  const [failure, ...more] = flushLoggedErrors();
  if (!failure) return;
  const others = more.length === 0 ? '' : ` (and ${more.length} more)`;
  throw new FailTest(
    `A failure was logged${others}. Flush it with flushLoggedErrors if it was meant:\n${failure.getTraceback()}`,
  );
}

/** Two turns of the event loop: what was closed by now is gone then. */
async function turn(): Promise<void> {
  for (let i = 0; i < 2; i += 1) await new Promise((resolve) => setImmediate(resolve));
}
