import { describe, expect, test } from 'vitest';
import { Deferred, FailureGroup, fail, race, succeed } from '../../src/deferred/index.ts';
import { collectGarbage, failureOf, successOf, Witness } from './support.ts';

describe('2.1 race(list) (since 23.8)', () => {
  test('the first success wins with its index, and the others are cancelled', () => {
    const cancelled: string[] = [];
    const slow = new Deferred<string>(() => cancelled.push('slow'));
    const quick = new Deferred<string>(() => cancelled.push('quick'));
    const result = race([slow, quick]);
    quick.callback('won');
    expect([successOf(result), cancelled]).toEqual([[1, 'won'], ['slow']]);
  });

  test('when all fail it fails with all failures in order', () => {
    const late = new Deferred<number>();
    const result = race([late, fail<number>(new Error('second'))]);
    late.errback(new Error('first'));
    const group = failureOf(result).value as FailureGroup;
    expect(group).toBeInstanceOf(FailureGroup);
    expect(group.failures.map((one) => one.getErrorMessage())).toEqual(['first', 'second']);
  });

  test('cancelling it cancels all members', () => {
    const members = [new Deferred<number>(), new Deferred<number>()];
    const result = race(members);
    result.cancel();
    expect(members.every(({ called }) => called)).toBe(true);
    expect(failureOf(result).value).toBeInstanceOf(FailureGroup);
  });

  test('a loser that never fires holds nothing of the result', async () => {
    const shutdown = new Deferred<Witness>(() => {});
    const witness = (() => {
      const value = new Witness('won');
      race([shutdown, succeed(value)]);
      return new WeakRef(value);
    })();
    await collectGarbage();
    expect(witness.deref()).toBeUndefined();
    shutdown.addErrback(() => {});
  });
});
