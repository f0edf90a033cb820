import type { Deferred } from './deferred.ts';
import { DeferredList, type Outcome } from './deferred-list.ts';

/** What the members of a list fire with; of a tuple, place by place. */
type ValuesOf<M extends readonly Deferred<unknown>[]> = {
  -readonly [Place in keyof M]: M[Place] extends Deferred<infer T> ? T : never;
};

/**
 * The plain values of all members, in the order of the list; fails with FirstError when the first member
 * fails. `consumeErrors` leaves failed members with undefined, so that they are not reported as well.
 */
export function gatherResults<M extends readonly Deferred<unknown>[] | []>(
  members: M,
  options?: { consumeErrors?: boolean | undefined },
): Deferred<ValuesOf<M>>;
export function gatherResults<T>(
  members: Iterable<Deferred<T>>,
  options?: { consumeErrors?: boolean | undefined },
): Deferred<T[]>;
export function gatherResults(
  members: Iterable<Deferred<unknown>>,
  options: { consumeErrors?: boolean | undefined } = {},
): Deferred<unknown[]> {
  const list = new DeferredList(members, { fireOnOneErrback: true, consumeErrors: options.consumeErrors });
  return list.addCallback((outcomes) => (outcomes as Outcome<unknown>[]).map(([, value]) => value));
}
