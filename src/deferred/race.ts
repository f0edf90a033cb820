import { Deferred } from './deferred.ts';
import { FailureGroup } from './errors.ts';
import { Failure } from './failure.ts';

/**
 * Fires with `[index, value]` of the first member that succeeds, and cancels the others; fails with
 * FailureGroup when all fail. Cancelling it cancels all members. The members are left with undefined.
 *
 * Holds its members until it has fired; members that come in later find nothing to hold.
 */
export function race<T>(members: Iterable<Deferred<T>>): Deferred<[index: number, value: T]> {
  const contest = new Race<T>([...members]);
  contest.members.forEach((member, index) => {
    member.addCallbacks(win, lose, [contest, index], [contest, index]);
  });
  return contest.result;
}

class Race<T> {
  declare members: readonly Deferred<T>[];
  declare failures: Failure[];
  declare failed: number;
  declare readonly result: Deferred<[number, T]>;

  constructor(members: readonly Deferred<T>[]) {
    this.members = members;
    this.failures = [];
    this.failed = 0;
    this.result = new Deferred<[number, T]>(() => {
      for (const member of this.members) member.cancel();
    });
  }
}

function win<T>(value: T, contest: Race<T>, index: number): void {
  const { members } = contest;
  if (members.length === 0) return;
  close(contest);
  members.forEach((member, other) => {
    if (other !== index) member.cancel();
  });
  contest.result.callback([index, value]);
}

function lose<T>(failure: Failure, contest: Race<T>, index: number): void {
  const { members, failures } = contest;
  if (members.length === 0) return;
  failures[index] = failure;
  contest.failed += 1;
  if (contest.failed < members.length) return;
  close(contest);
  contest.result.errback(new Failure(new FailureGroup(failures)));
}

function close<T>(contest: Race<T>): void {
  contest.members = [];
  contest.failures = [];
}
