import { execFileSync } from 'node:child_process';
import { afterEach, describe, expect, test } from 'vitest';
import {
  cleanBatch,
  Deferred,
  DeferredList,
  describeReport,
  Failure,
  type FailurePolicy,
  fail,
  getFailurePolicy,
  observeDeferreds,
  onUnhandledFailure,
  setDebugging,
  setFailurePolicy,
  succeed,
  type UnhandledFailure,
  unhandledFailures,
} from '../../src/deferred/index.ts';
import { collectGarbage, failureOf, Witness } from './support.ts';

class AppError extends Error {}

const stops: (() => void)[] = [];

function listenForReports(): UnhandledFailure[] {
  const reports: UnhandledFailure[] = [];
  stops.push(onUnhandledFailure((report) => reports.push(report)));
  return reports;
}

afterEach(() => {
  setFailurePolicy('text');
  setDebugging(false);
  for (const stop of stops.splice(0)) stop();
});

describe('2.1 report of an untaken failure', () => {
  test('comes when the Deferred is collected, with class, message and stack text', async () => {
    const reports = listenForReports();
    (() => {
      fail(new AppError('lost')).addErrback((failure) => {
        failure.trap(TypeError);
      });
    })();
    await collectGarbage();
    expect(reports.map(({ name, message }) => [name, message])).toEqual([['AppError', 'lost']]);
    expect(reports[0]?.stack).toContain('unhandled-failures.test.ts');
    expect(describeReport(reports[0] as UnhandledFailure)).toMatch(
      /^Unhandled error in Deferred:\nAppError|Error: lost/,
    );
  });

  test('does not come for one that was taken, handed on, or received by yield*', async () => {
    const reports = listenForReports();
    (() => {
      fail(new AppError('taken')).addErrback(() => {});
      const inner = fail(new AppError('handed on'));
      succeed(1)
        .addCallback(() => inner)
        .addErrback(() => {});
      const waited = fail(new AppError('received'));
      expect(() => [...waited]).toThrow('received');
    })();
    await collectGarbage();
    expect(reports).toEqual([]);
  });

  test('each Deferred reports for itself', async () => {
    const reports = listenForReports();
    (() => {
      new DeferredList([fail(new AppError('member'))], { fireOnOneErrback: true });
    })();
    await collectGarbage();
    expect(reports.map(({ name }) => name).sort()).toEqual(['AppError', 'FirstError']);
  });

  test('unhandledFailures lists what is due without a collection, and forgets what is taken', () => {
    const before = unhandledFailures().length;
    const d = fail(new AppError('kept'));
    expect(unhandledFailures().at(-1)).toMatchObject({ name: 'AppError', message: 'kept' });
    d.addErrback(() => {});
    expect(unhandledFailures()).toHaveLength(before);
  });

  test('says where the Deferred was made and fired when debugging is on', () => {
    setDebugging(true);
    const d = fail(new AppError('m'));
    const text = describeReport(unhandledFailures().at(-1) as UnhandledFailure);
    expect(text).toMatch(/made at\nat [\s\S]*fired at\nat /);
    failureOf(d);
  });

  test('an observer gets the report with its own note, and nothing is printed', async () => {
    const reports: UnhandledFailure[] = [];
    stops.push(
      observeDeferreds({
        describe: (failure) => `seen ${failure.getErrorMessage()}`,
        unhandled: (report) => reports.push(report),
      }),
    );
    (() => fail(new AppError('lost')))();
    await collectGarbage();
    expect(reports.map(({ note }) => note)).toEqual(['seen lost']);
  });

  test('is printed at the exit of the process at the latest', () => {
    const program = `
      import { fail, succeed } from ${JSON.stringify(new URL('../../dist/deferred/index.js', import.meta.url).href)};
      globalThis.kept = fail(new RangeError('kept to the end'));
      fail(new Error('taken')).addErrback(() => succeed(1));
    `;
    const printed = execFileSync(process.execPath, [
      '--input-type=module',
      '-e',
      `${program}
      console.error = console.log;`,
    ]).toString();
    expect(printed).toMatch(/^Unhandled error in Deferred:\nRangeError: kept to the end\n\s+at /);
    expect(printed).not.toContain('taken');
  });
});

describe('the cleaning policies', () => {
  /** An error whose unread stack holds the witness as a receiver, at the end of a chain that is kept. */
  function failWith(policy: FailurePolicy): {
    kept: Deferred<unknown>;
    witness: WeakRef<Witness>;
    cause: object;
  } {
    class Holder extends Witness {
      fail(cause: object): never {
        throw new AppError('m', { cause });
      }
    }
    const holder = new Holder('receiver');
    const cause = { secret: 'cause' };
    const kept = new Deferred<unknown>(null, { failurePolicy: policy });
    kept.addCallback(callFail, holder, cause);
    kept.callback(1);
    return { kept, witness: new WeakRef<Witness>(holder), cause };
  }

  function callFail(_: unknown, holder: { fail(cause: object): never }, cause: object): never {
    return holder.fail(cause);
  }

  test('keep holds what the frames hold; text, batch and eager do not', async () => {
    const alive: Record<string, boolean> = {};
    const kept: unknown[] = [];
    for (const policy of ['keep', 'text', 'batch', 'eager'] as const) {
      const one = failWith(policy);
      kept.push(one.kept);
      cleanBatch();
      await collectGarbage();
      alive[policy] = one.witness.deref() !== undefined;
      failureOf(one.kept);
    }
    expect(alive).toEqual({ keep: true, text: false, batch: false, eager: false });
    expect(kept).toHaveLength(4);
  });

  test('identity, class, message and stack text are the same under all; eager turns causes into text', () => {
    for (const policy of ['keep', 'text', 'batch', 'eager'] as const) {
      const { kept, cause } = failWith(policy);
      const failure = failureOf(kept);
      const error = failure.value as AppError;
      expect([error.constructor, error.message]).toEqual([AppError, 'm']);
      expect(failure.getTraceback()).toContain('callFail');
      expect(error.cause).toBe(policy === 'eager' ? '[object Object]' : cause);
    }
  });

  test('batch cleans by itself after a quarter of a second, and completes the report', async () => {
    setFailurePolicy('batch');
    const d = fail(new AppError('batched'));
    const report = unhandledFailures().at(-1);
    expect([getFailurePolicy(), report?.stack]).toEqual(['batch', '']);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(report?.stack).toContain('batched');
    failureOf(d);
  });

  test('an unknown policy is refused by naming the known ones', () => {
    expect(() => setFailurePolicy('sometimes' as FailurePolicy)).toThrow(/keep, text, batch, eager/);
    expect(() => new Deferred().setFailurePolicy('never' as FailurePolicy)).toThrow(
      /no failure policy 'never'/,
    );
  });

  test('an error that an errback took is left alone', () => {
    let reads = 0;
    const error = Object.defineProperty(new AppError('m'), 'stack', {
      get() {
        reads += 1;
        return '';
      },
    });
    const d = new Deferred();
    d.addErrback(() => {});
    d.errback(new Failure(error));
    expect(reads).toBe(0);
  });
});
