import { describe, expect, test } from 'vitest';
import * as deferred from '../../src/deferred/index.ts';

describe('2.1 AlreadyCalledError, CancelledError, TimeoutError, NotACoroutineError, AlreadyTryingToLockError', () => {
  const names = Object.entries(deferred).filter(([, value]) => Object(value).prototype instanceof Error);

  test('every error class bears its own name, also in the first line of its stack', () => {
    expect(names.length).toBeGreaterThan(15);
    for (const [name, value] of names) {
      const error = Reflect.construct(value as new () => Error, name === 'FailureGroup' ? [[]] : []) as Error;
      expect(error.name).toBe(name);
      expect(error.stack).toMatch(new RegExp(`^${name}`));
      expect(Object.keys(error)).not.toContain('name');
    }
  });

  test('errors that the runtime makes by itself note no frames', () => {
    const d = new deferred.Deferred();
    d.cancel();
    d.addErrback((failure) => {
      expect(failure.frames).toEqual([]);
    });
    expect(Error.stackTraceLimit).toBeGreaterThan(0);
  });

  test('NotACoroutineError is a TypeError', () => {
    expect(new deferred.NotACoroutineError()).toBeInstanceOf(TypeError);
  });
});
