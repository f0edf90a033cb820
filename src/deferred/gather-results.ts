import type { Deferred } from './deferred.ts';
import { DeferredList, type Outcome } from './deferred-list.ts';

/**
 * The plain values of all members, in the order of the list; fails with FirstError when the first member
 * fails. `consumeErrors` leaves failed members with undefined, so that they are not reported as well.
 */
export function gatherResults<T>(
  members: Iterable<Deferred<T>>,
  options: { consumeErrors?: boolean | undefined } = {},
): Deferred<T[]> {
  const list = new DeferredList<T>(members, { fireOnOneErrback: true, consumeErrors: options.consumeErrors });
  return list.addCallback((outcomes) => (outcomes as Outcome<T>[]).map(([, value]) => value)) as Deferred<
    T[]
  >;
}
