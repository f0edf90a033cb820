import { BinaryHeap } from './binary-heap.ts';
import { Cooperator } from './cooperator.ts';
import { Deferred, maybeDeferred, type Settled } from './deferred.ts';
import type { Failure } from './failure.ts';

/** How a PriorityScheduler works. */
export interface PrioritySchedulerOptions {
  /** Most tasks at work at a time; default 1. */
  readonly limit?: number | undefined;
  /**
   * A task passes those of a priority lower by one that came at most so many tasks before it; what has waited
   * longer goes first, so that nothing starves. Default 100; Infinity lets the lower ones starve.
   */
  readonly aging?: number | undefined;
  /** Gives the turns. */
  readonly cooperator?: Cooperator | undefined;
}

/**
 * Runs tasks by priority, higher numbers first and equals in the order of their arrival.
 *
 * Holds the functions and arguments of the tasks that wait, and what is at work.
 */
export class PriorityScheduler {
  declare readonly limit: number;
  declare readonly aging: number;
  declare readonly cooperator: Cooperator;
  declare readonly line: BinaryHeap<Task>;
  declare arrivals: number;
  declare workers: number;

  constructor(options: PrioritySchedulerOptions = {}) {
    this.limit = options.limit ?? 1;
    this.aging = options.aging ?? 100;
    this.cooperator = options.cooperator ?? new Cooperator();
    this.line = new BinaryHeap(isBefore);
    this.arrivals = 0;
    this.workers = 0;
  }

  /** Number of tasks that wait. */
  get waiting(): number {
    return this.line.size;
  }

  /**
   * A Deferred for what `f(...args)` comes to when its turn has come. Cancelling takes the task out, or cancels
   * it when it is at work.
   */
  schedule<R, A extends unknown[]>(priority: number, f: (...args: A) => R, ...args: A): Deferred<Settled<R>> {
    const task = new Task(this, priority, this.arrivals, f as (...args: never[]) => unknown, args);
    this.arrivals += 1;
    this.line.add(task);
    if (this.workers < this.limit) {
      this.workers += 1;
      this.cooperator.coiterate(work(this));
    }
    return task.result as Deferred<Settled<R>>;
  }
}

class Task {
  declare readonly priority: number;
  declare readonly arrival: number;
  /** Priority and arrival in one number, smaller first; priority alone when nothing ages. */
  declare readonly rank: number;
  declare f: (...args: never[]) => unknown;
  declare args: readonly unknown[];
  declare readonly result: Deferred<unknown>;
  declare atWork: Deferred<unknown> | null;
  declare place: number;

  constructor(
    scheduler: PriorityScheduler,
    priority: number,
    arrival: number,
    f: (...args: never[]) => unknown,
    args: readonly unknown[],
  ) {
    this.priority = priority;
    this.arrival = arrival;
    this.rank = Number.isFinite(scheduler.aging) ? arrival - priority * scheduler.aging : -priority;
    this.f = f;
    this.args = args;
    this.atWork = null;
    this.place = -1;
    this.result = new Deferred<unknown>(() => {
      if (this.atWork !== null) this.atWork.cancel();
      else if (this.place >= 0) scheduler.line.remove(this);
    });
  }
}

function* work(scheduler: PriorityScheduler): Generator<unknown> {
  const { line } = scheduler;
  for (let task = line.first; task !== undefined; task = line.first) {
    line.remove(task);
    const { f, args } = task;
    task.atWork = maybeDeferred(f, ...(args as never[]));
    yield task.atWork.addCallbacks(succeed, fail, [task], [task]);
  }
  scheduler.workers -= 1;
}

function succeed(value: unknown, task: Task): void {
  if (!task.result.called) task.result.callback(value);
}

function fail(failure: Failure, task: Task): void {
  if (!task.result.called) task.result.errback(failure);
}

function isBefore(a: Task, b: Task): boolean {
  return a.rank === b.rank ? a.arrival < b.arrival : a.rank < b.rank;
}
