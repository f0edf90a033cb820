import type { Deferred } from '../deferred/deferred.ts';
import { logFailure } from '../deferred/log-failure.ts';
import { reactor } from './default-reactor.ts';
import type { Task, WorkerPool } from './worker-pool.ts';

/** Runs a task on a worker thread of the reactor; as `WorkerPool.defer`. */
export function deferToThread<A extends unknown[], R>(task: Task<A, R>, ...args: A): Deferred<Awaited<R>> {
  return reactor.getThreadPool().defer(task, ...args);
}

/** Runs a task on a worker of that pool. */
export function deferToThreadPool<A extends unknown[], R>(
  pool: WorkerPool,
  task: Task<A, R>,
  ...args: A
): Deferred<Awaited<R>> {
  return pool.defer(task, ...args);
}

/** Runs a task on a worker thread; its result is dropped, and its error is logged. */
export function callInThread<A extends unknown[], R>(task: Task<A, R>, ...args: A): void {
  deferToThread(task, ...args).addErrback((failure) => logFailure(failure, 'A task threw an error.'));
}

/** Runs tasks on one worker thread after the other, each when the one before is done; stops at the first error, which is logged. */
export function callMultipleInThread(
  tasks: Iterable<readonly [task: Task<never[], unknown>, ...args: unknown[]]>,
): void {
  runNext(undefined, tasks[Symbol.iterator]());
}

function runNext(
  _result: unknown,
  tasks: Iterator<readonly [task: Task<never[], unknown>, ...args: unknown[]]>,
): void {
  const step = tasks.next();
  if (step.done) return;
  const [task, ...args] = step.value;
  deferToThread(task, ...(args as never[]))
    .addCallback(runNext, tasks)
    .addErrback((failure) => logFailure(failure, 'A task threw an error.'));
}
