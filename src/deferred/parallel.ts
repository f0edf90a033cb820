import { Cooperator } from './cooperator.ts';
import { Deferred, maybeDeferred, type Settled } from './deferred.ts';
import type { Failure } from './failure.ts';

/** Who gives the workers of `parallel` their turns. */
export interface ParallelOptions {
  readonly cooperator?: Cooperator | undefined;
}

/**
 * Calls `f(item, index)` for each item, at most `limit` of them at work at a time, and fires with what they
 * came to, in the order of the items. The first that fails is the failure of the whole: nothing new is begun
 * then, and what is at work comes to its end unheard. Cancelling cancels what is at work.
 *
 * Holds the iterator, the results so far, and what is at work.
 *
 * @throws RangeError for a limit that is no whole number, or less than one.
 */
export function parallel<T, R>(
  items: Iterable<T>,
  limit: number,
  f: (item: T, index: number) => R,
  options: ParallelOptions = {},
): Deferred<Settled<R>[]> {
  if (!(Number.isInteger(limit) && limit >= 1)) {
    throw new RangeError(`One or more must be at work at a time, not ${limit}. Give a whole number.`);
  }
  const cooperator = options.cooperator ?? new Cooperator();
  const batch = new Batch<Settled<R>>();
  const work = workOf(batch, items, f);
  batch.workers = limit;
  for (let i = 0; i < limit; i += 1) {
    cooperator.coiterate(work).addCallbacks(leave, fail, [batch], [batch]);
  }
  return batch.result;
}

class Batch<R> {
  declare readonly result: Deferred<R[]>;
  declare readonly values: R[];
  declare readonly atWork: Set<Deferred<unknown>>;
  declare workers: number;
  declare over: boolean;

  constructor() {
    this.values = [];
    this.atWork = new Set();
    this.workers = 0;
    this.over = false;
    this.result = new Deferred<R[]>(() => {
      this.over = true;
      for (const one of [...this.atWork]) one.cancel();
    });
  }
}

/** One iterator that all workers share: each takes the next item when it has done with the one before. */
function* workOf<T, R>(
  batch: Batch<R>,
  items: Iterable<T>,
  f: (item: T, index: number) => unknown,
): Generator<unknown> {
  let index = 0;
  for (const item of items) {
    if (batch.over) return;
    const one = maybeDeferred(f, item, index) as Deferred<unknown>;
    batch.atWork.add(one);
    yield one.addCallbacks(keep, fail, [batch, index], [batch]).addBoth(forget, batch, one);
    index += 1;
  }
}

function keep(value: unknown, batch: Batch<unknown>, index: number): void {
  batch.values[index] = value;
}

function fail(failure: Failure, batch: Batch<unknown>): void {
  batch.over = true;
  if (!batch.result.called) batch.result.errback(failure);
}

function forget(_result: unknown, batch: Batch<unknown>, one: Deferred<unknown>): void {
  batch.atWork.delete(one);
}

function leave(_iterator: unknown, batch: Batch<unknown>): void {
  batch.workers -= 1;
  if (batch.workers === 0 && !batch.over) batch.result.callback(batch.values);
}
