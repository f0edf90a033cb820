import { Deferred } from './deferred.ts';
import { FirstError } from './errors.ts';
import { Failure } from './failure.ts';
import { logFailure } from './log-failure.ts';

/** What became of one member: did it succeed, and its value or Failure. */
export type Outcome<T> = [success: true, value: T] | [success: false, failure: Failure];

/** When a DeferredList fires, and what its members are left with. */
export interface DeferredListOptions {
  /** Fire with `[value, index]` of the first member that succeeds. */
  readonly fireOnOneCallback?: boolean | undefined;
  /** Fail with FirstError when the first member fails. */
  readonly fireOnOneErrback?: boolean | undefined;
  /** Leave members that failed with undefined, once noted; else they stay failed and will be reported. */
  readonly consumeErrors?: boolean | undefined;
}

/** The result of a DeferredList with these options. */
type ListResult<T, O extends DeferredListOptions> = O['fireOnOneCallback'] extends true
  ? [value: T, index: number] | Outcome<T>[]
  : Outcome<T>[];

/**
 * Waits for all its members, which run at the same time, and fires with one `[success, value]` pair for each,
 * in the order of the list. A list of nothing fires at once; with `fireOnOneCallback` it never does. Members
 * that come in after it has fired are noted and change nothing.
 *
 * Holds its members for ever, also after it fired, and their results; each unfired member holds the list.
 */
export class DeferredList<T = unknown, O extends DeferredListOptions = DeferredListOptions> extends Deferred<
  ListResult<T, O>
> {
  /** The outcomes as they come in; null where nothing came. */
  declare readonly resultList: (Outcome<T> | null)[];
  declare readonly members: readonly Deferred<T>[];
  declare readonly options: DeferredListOptions;
  declare finishedCount: number;

  constructor(members: Iterable<Deferred<T>>, options?: O) {
    super();
    this.members = [...members];
    this.resultList = this.members.map(() => null);
    this.options = options ?? {};
    this.finishedCount = 0;
    if (this.members.length === 0 && !this.options.fireOnOneCallback) this.callback([] as ListResult<T, O>);
    this.members.forEach((member, index) => {
      const args: [DeferredList<T, O>, number] = [this, index];
      member.addCallbacks(noteSuccess, noteFailure, args as never, args as never);
    });
  }

  /** Cancels every member while the list is unfired. The error of a canceller is logged and the rest goes on. */
  override cancel(): void {
    if (this.called) return;
    for (const member of this.members) {
      try {
        member.cancel();
      } catch (thrown) {
        logFailure(new Failure(thrown, true), 'A canceller threw an error.');
      }
    }
  }
}

function noteSuccess<T>(value: T, list: DeferredList<T>, index: number): T {
  note(list, index, [true, value]);
  if (!list.called) {
    if (list.options.fireOnOneCallback) list.callback([value, index] as never);
    else fireWhenComplete(list);
  }
  return value;
}

function noteFailure<T>(failure: Failure, list: DeferredList<T>, index: number): Failure | undefined {
  note(list, index, [false, failure]);
  if (!list.called) {
    if (list.options.fireOnOneErrback) list.errback(new Failure(new FirstError(failure, index)));
    else fireWhenComplete(list);
  }
  return list.options.consumeErrors ? undefined : failure;
}

function note<T>(list: DeferredList<T>, index: number, outcome: Outcome<T>): void {
  list.resultList[index] = outcome;
  list.finishedCount += 1;
}

function fireWhenComplete<T>(list: DeferredList<T>): void {
  if (list.finishedCount === list.resultList.length) list.callback(list.resultList as Outcome<T>[]);
}
