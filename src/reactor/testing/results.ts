import type { Deferred } from '../../deferred/deferred.ts';
import { type ErrorClass, Failure } from '../../deferred/failure.ts';
import { FailTest } from '../errors.ts';

/** The value of a Deferred that has fired; takes it away. @throws FailTest when there is none. */
export function successResultOf<T>(deferred: Deferred<T>): T {
  const [result] = takeResult(deferred, 'a value');
  if (result instanceof Failure) {
    throw new FailTest(`${deferred} should have a value, and has failed:\n${result.getTraceback()}`);
  }
  return result as T;
}

/** The failure of a Deferred that has failed, with one of these classes; takes it away. @throws FailTest else. */
export function failureResultOf(deferred: Deferred<unknown>, ...classes: (ErrorClass | string)[]): Failure {
  const [result] = takeResult(deferred, 'a failure');
  if (!(result instanceof Failure)) {
    throw new FailTest(`${deferred} should have failed, and has the value ${String(result)}.`);
  }
  if (classes.length > 0 && result.check(...classes) === null) {
    const names = classes.map((one) => (typeof one === 'string' ? one : one.name)).join(' or ');
    throw new FailTest(`${deferred} should have failed with ${names}:\n${result.getTraceback()}`);
  }
  return result;
}

/** A Deferred that has no result yet. @throws FailTest when it has; a failure is then taken away. */
export function assertNoResult(deferred: Deferred<unknown>): void {
  const results: unknown[] = [];
  deferred.addBoth((result: unknown) => {
    results.push(result);
    return result;
  });
  if (results.length === 0) return;
  deferred.addErrback(() => undefined);
  throw new FailTest(`${deferred} should have no result, and has ${String(results[0])}.`);
}

/** The error that a Deferred fails with; fails with FailTest when it has a value or an error of another class. */
export function assertFailure<E extends ErrorClass>(
  deferred: Deferred<unknown>,
  ...classes: E[]
): Deferred<InstanceType<E>> {
  const names = classes.map(({ name }) => name).join(' or ');
  return deferred.addCallbacks(
    (value): never => {
      throw new FailTest(`It should have failed with ${names}, and has the value ${String(value)}.`);
    },
    (failure) => {
      if (classes.length > 0 && failure.check(...classes) === null) {
        throw new FailTest(`It should have failed with ${names}:\n${failure.getTraceback()}`);
      }
      return failure.value;
    },
  ) as Deferred<InstanceType<E>>;
}

function takeResult(deferred: Deferred<unknown>, what: string): unknown[] {
  const results: unknown[] = [];
  deferred.addBoth((result: unknown) => {
    results.push(result);
    return undefined;
  });
  if (results.length === 0) throw new FailTest(`${deferred} should have ${what}, and has no result yet.`);
  return results;
}
