import { Deferred } from './deferred.ts';
import { FailureGroup } from './errors.ts';
import { Failure } from './failure.ts';

/**
 * Fires with `[index, value]` of the first member that succeeds, and cancels the others; fails with
 * FailureGroup when all fail. Cancelling it cancels all members. The members are left with undefined.
 *
 * Holds its members until it has fired; members that come in later find nothing to hold.
 */
export function race<M extends Deferred<unknown>>(
  members: Iterable<M>,
): Deferred<[index: number, value: M extends Deferred<infer T> ? T : never]> {
  const contest = new Race([...members]);
  contest.members.forEach((member, index) => {
    member.addCallbacks(win, lose, [contest, index], [contest, index]);
  });
  return contest.result as ReturnType<typeof race<M>>;
}

class Race {
  declare members: readonly Deferred<unknown>[];
  declare failures: Failure[];
  declare failed: number;
  declare readonly result: Deferred<[number, unknown]>;

  constructor(members: readonly Deferred<unknown>[]) {
    this.members = members;
    this.failures = [];
    this.failed = 0;
    this.result = new Deferred<[number, unknown]>(() => {
      for (const member of this.members) member.cancel();
    });
  }
}

function win(value: unknown, contest: Race, index: number): void {
  const { members } = contest;
  if (members.length === 0) return;
  close(contest);
  members.forEach((member, other) => {
    if (other !== index) member.cancel();
  });
  contest.result.callback([index, value]);
}

function lose(failure: Failure, contest: Race, index: number): void {
  const { members, failures } = contest;
  if (members.length === 0) return;
  failures[index] = failure;
  contest.failed += 1;
  if (contest.failed < members.length) return;
  close(contest);
  contest.result.errback(new Failure(new FailureGroup(failures)));
}

function close(contest: Race): void {
  contest.members = [];
  contest.failures = [];
}
