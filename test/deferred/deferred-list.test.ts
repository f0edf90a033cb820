import { describe, expect, test } from 'vitest';
import {
  CancelledError,
  Deferred,
  DeferredList,
  Failure,
  FirstError,
  fail,
  gatherResults,
  setFailureLog,
  succeed,
} from '../../src/deferred/index.ts';
import { failureOf, successOf } from './support.ts';

class AppError extends Error {}

describe('2.1 DeferredList(list, fireOnOneCallback, fireOnOneErrback, consumeErrors)', () => {
  test('fires with a pair for each member, in the order of the list', () => {
    const late = new Deferred<number>();
    const failure = new Failure(new AppError('m'));
    const list = new DeferredList([late, fail<number>(failure), succeed(3)], { consumeErrors: true });
    expect(list.called).toBe(false);
    late.callback(1);
    expect(successOf(list)).toEqual([
      [true, 1],
      [false, failure],
      [true, 3],
    ]);
  });

  test('of nothing fires at once, but never with fireOnOneCallback', () => {
    expect(successOf(new DeferredList([]))).toEqual([]);
    expect(new DeferredList([], { fireOnOneCallback: true }).called).toBe(false);
  });

  test('fireOnOneCallback gives value and index of the first success', () => {
    const members = [new Deferred<string>(), new Deferred<string>()] as const;
    const list = new DeferredList(members, { fireOnOneCallback: true });
    members[1].callback('second');
    members[0].callback('too late');
    expect(successOf(list)).toEqual(['second', 1]);
    expect(list.resultList).toEqual([
      [true, 'too late'],
      [true, 'second'],
    ]);
  });

  test('fireOnOneErrback fails with the first failure', () => {
    const list = new DeferredList([new Deferred<number>(), fail<number>(new AppError('m'))], {
      fireOnOneErrback: true,
      consumeErrors: true,
    });
    expect(failureOf(list).value).toMatchObject({ index: 1 });
  });

  test('consumeErrors leaves failed members with undefined, else they stay failed', () => {
    const consumed = fail<number>(new AppError('m'));
    const kept = fail<number>(new AppError('m'));
    new DeferredList([consumed], { consumeErrors: true });
    new DeferredList([kept]);
    expect(consumed.result).toBeUndefined();
    expect(failureOf(kept).getErrorMessage()).toBe('m');
  });
});

describe('2.1 DeferredList.resultList', () => {
  test('fills as members come in', () => {
    const members = [new Deferred<number>(), new Deferred<number>()] as const;
    const list = new DeferredList(members);
    members[1].callback(2);
    expect(list.resultList).toEqual([null, [true, 2]]);
  });
});

describe('2.1 DeferredList.cancel', () => {
  test('cancels every member; the error of a canceller is logged and the rest goes on', () => {
    const logged: string[] = [];
    const before = setFailureLog((failure) => logged.push(failure.getErrorMessage()));
    const broken = new Deferred<number>(() => {
      throw new AppError('canceller');
    });
    const list = new DeferredList([broken, new Deferred<number>()], { consumeErrors: true });
    list.cancel();
    setFailureLog(before);
    expect(logged).toEqual(['canceller']);
    expect(broken.called).toBe(false);
    broken.callback(1);
    const [first, second] = successOf(list) as [unknown, [boolean, Failure]];
    expect(first).toEqual([true, 1]);
    expect(second[1].value).toBeInstanceOf(CancelledError);
  });

  test('does nothing to a list that has fired', () => {
    const out = new Deferred<number>();
    const list = new DeferredList([succeed(1), out], { fireOnOneCallback: true });
    list.cancel();
    expect(out.called).toBe(false);
  });
});

describe('2.1 gatherResults(list, consumeErrors)', () => {
  test('gives plain values, or the first failure', () => {
    expect(successOf(gatherResults([succeed(1), succeed(2)]))).toEqual([1, 2]);
    const failed = gatherResults([succeed(1), fail<number>(new AppError('m'))], { consumeErrors: true });
    expect(failureOf(failed).value).toBeInstanceOf(FirstError);
  });
});

describe('2.1 FirstError', () => {
  test('has the failure inside and its index; trap sees FirstError and not the class inside', () => {
    const failure = failureOf(gatherResults([fail<number>(new AppError('m'))], { consumeErrors: true }));
    const error = failure.value as FirstError;
    expect([error.index, error.subFailure.check(AppError), failure.check(AppError)]).toEqual([
      0,
      AppError,
      null,
    ]);
    expect(failure.trap(FirstError)).toBe(FirstError);
  });
});
