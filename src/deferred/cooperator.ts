import { adopt, Deferred } from './deferred.ts';
import type { DelayedCall } from './delayed-call.ts';
import { withoutFrames } from './error-class.ts';
import {
  NotPaused,
  type SchedulerError,
  SchedulerStopped,
  TaskDone,
  TaskFailed,
  type TaskFinished,
  TaskStopped,
} from './errors.ts';
import { Failure } from './failure.ts';
import { defaultClock } from './system-clock.ts';

/** How long the tasks of a tick run before others get their turn, in seconds. */
const TICK_SECONDS = 0.01;

/** Tells, each time it is asked, whether this tick is over. */
export type TerminationPredicate = () => boolean;

/** How a Cooperator spends its time. */
export interface CooperatorOptions {
  /** Makes the predicate of one tick; by default a tick is over after 10 ms. */
  readonly terminationPredicateFactory?: (() => TerminationPredicate) | undefined;
  /** Calls the tick later; by default as soon as possible. */
  readonly scheduler?: ((tick: () => void) => Pick<DelayedCall, 'cancel'>) | undefined;
  /** Start at once? Default true. */
  readonly started?: boolean | undefined;
}

/**
 * Runs iterators by turns, one step each, until the tick is over; then lets others run. A Deferred or promise
 * that an iterator yields parks its task until it comes in.
 *
 * Holds its tasks; what schedules the ticks holds the next one, and through it the Cooperator.
 */
export class Cooperator {
  declare readonly makePredicate: () => TerminationPredicate;
  declare readonly schedule: (tick: () => void) => Pick<DelayedCall, 'cancel'>;
  declare tasks: CooperativeTask[];
  declare turns: Iterator<CooperativeTask>;
  declare nextTick: Pick<DelayedCall, 'cancel'> | null;
  declare started: boolean;
  declare stopped: boolean;
  /** Was a tick wanted before the start? */
  declare wanted: boolean;

  constructor(options: CooperatorOptions = {}) {
    this.makePredicate = options.terminationPredicateFactory ?? tickTimer;
    this.schedule = options.scheduler ?? ((tick) => defaultClock().callLater(0, tick));
    this.tasks = [];
    this.turns = this.tasks[Symbol.iterator]();
    this.nextTick = null;
    this.started = options.started ?? true;
    this.stopped = false;
    this.wanted = false;
  }

  /** Started and not stopped? */
  get running(): boolean {
    return this.started && !this.stopped;
  }

  /** Runs an iterator to its end beside the others. */
  cooperate<T>(iterator: Iterator<T>): CooperativeTask<T> {
    return new CooperativeTask(iterator, this);
  }

  /**
   * As `cooperate`, for callers who want the end only: fires with the iterator, or fails as `whenDone`.
   * Cancelling that Deferred does not stop the task.
   */
  coiterate<T>(iterator: Iterator<T>, done: Deferred<Iterator<T>> = new Deferred()): Deferred<Iterator<T>> {
    new CooperativeTask(iterator, this).whenDone().chainDeferred(done);
    return done;
  }

  /** Begins, or begins again after `stop`. */
  start(): void {
    this.stopped = false;
    this.started = true;
    if (!this.wanted) return;
    this.wanted = false;
    scheduleTick(this);
  }

  /** Ends all tasks with SchedulerStopped; tasks that come later end at once in the same way. */
  stop(): void {
    this.stopped = true;
    const tasks = this.tasks;
    for (const task of [...tasks]) {
      if (tasks.includes(task)) completeWith(task, new SchedulerStopped(STOPPED_TEXT), stoppedFailure());
    }
    this.tasks = [];
    this.nextTick?.cancel();
    this.nextTick = null;
  }
}

/** One iterator in the hands of a Cooperator. Holds the iterator and the Deferreds of `whenDone`, also when done. */
export class CooperativeTask<T = unknown> {
  declare readonly iterator: Iterator<T>;
  declare readonly cooperator: Cooperator;
  declare readonly waiting: Deferred<Iterator<T>>[];
  declare pauseCount: number;
  declare completionState: SchedulerError | null;
  declare completionResult: Iterator<T> | Failure | null;

  constructor(iterator: Iterator<T>, cooperator: Cooperator) {
    this.iterator = iterator;
    this.cooperator = cooperator;
    this.waiting = [];
    this.pauseCount = 0;
    this.completionState = null;
    this.completionResult = null;
    addTask(cooperator, this);
  }

  /** A Deferred that fires with the iterator at its end, or fails as the task did. */
  whenDone(): Deferred<Iterator<T>> {
    const done = new Deferred<Iterator<T>>();
    if (this.completionResult === null) this.waiting.push(done);
    else done.callback(this.completionResult);
    return done;
  }

  /** Takes the task out of the round until `resume` was called as often. @throws TaskFinished when it has ended. */
  pause(): void {
    this.#assertUnfinished();
    this.pauseCount += 1;
    if (this.pauseCount === 1) removeTask(this.cooperator, this);
  }

  /** Takes one pause back. @throws NotPaused when there is none. */
  resume(): void {
    if (this.pauseCount === 0)
      throw new NotPaused('This task is not paused. Call resume once for each pause.');
    this.pauseCount -= 1;
    if (this.pauseCount === 0 && this.completionState === null) addTask(this.cooperator, this);
  }

  /** Ends the task; `whenDone` fails with TaskStopped. @throws TaskFinished when it has ended. */
  stop(): void {
    this.#assertUnfinished();
    const stopped = () => withoutFrames(() => new TaskStopped('The task was stopped.'));
    completeWith(this, stopped(), new Failure(stopped()));
  }

  #assertUnfinished(): void {
    if (this.completionState !== null) throw this.completionState;
  }
}

type AnyTask = CooperativeTask<unknown>;

const STOPPED_TEXT = 'The Cooperator was stopped. Start it again before giving it work.';

function stoppedFailure(): Failure {
  return new Failure(withoutFrames(() => new SchedulerStopped(STOPPED_TEXT)));
}

function tickTimer(): TerminationPredicate {
  const clock = defaultClock();
  const end = clock.seconds() + TICK_SECONDS;
  return () => clock.seconds() > end;
}

function addTask(cooperator: Cooperator, task: AnyTask): void {
  cooperator.tasks.push(task);
  if (cooperator.stopped) completeWith(task, new SchedulerStopped(STOPPED_TEXT), stoppedFailure());
  else scheduleTick(cooperator);
}

function removeTask(cooperator: Cooperator, task: AnyTask): void {
  const place = cooperator.tasks.indexOf(task);
  if (place < 0) throw new RangeError('This task has left its Cooperator already.');
  cooperator.tasks.splice(place, 1);
  if (cooperator.tasks.length > 0 || cooperator.nextTick === null) return;
  cooperator.nextTick.cancel();
  cooperator.nextTick = null;
}

function scheduleTick(cooperator: Cooperator): void {
  if (!cooperator.started) cooperator.wanted = true;
  else if (cooperator.nextTick === null && cooperator.tasks.length > 0) {
    cooperator.nextTick = cooperator.schedule(() => tick(cooperator));
  }
}

/** Gives steps to the tasks, going on where the last tick ended, until the tick is over or nobody is left. */
function tick(cooperator: Cooperator): void {
  cooperator.nextTick = null;
  const isOver = cooperator.makePredicate();
  while (cooperator.tasks.length > 0) {
    for (let turn = cooperator.turns.next(); !turn.done; turn = cooperator.turns.next()) {
      takeStep(turn.value);
      if (isOver()) {
        scheduleTick(cooperator);
        return;
      }
    }
    cooperator.turns = cooperator.tasks[Symbol.iterator]();
  }
  scheduleTick(cooperator);
}

function takeStep(task: AnyTask): void {
  let step: IteratorResult<unknown>;
  try {
    step = task.iterator.next();
  } catch (thrown) {
    completeWith(task, taskFailed(), new Failure(thrown, true));
    return;
  }
  if (step.done) {
    completeWith(
      task,
      withoutFrames(() => new TaskDone('The task has come to its end.')),
      task.iterator,
    );
    return;
  }
  const { value } = step;
  if (typeof value !== 'object' || value === null) return;
  const waited = value instanceof Deferred ? value : adopt(value);
  if (waited === null) return;
  task.pause();
  waited.addCallbacks(resumeTask, failTask, [task], [task]);
}

function resumeTask(_result: unknown, task: AnyTask): void {
  task.resume();
}

function failTask(failure: Failure, task: AnyTask): void {
  completeWith(task, taskFailed(), failure);
}

function taskFailed(): TaskFinished {
  return withoutFrames(() => new TaskFailed('The task has failed. Add an errback to its whenDone().'));
}

/** Ends a task: it must be out of its Cooperator before those who wait hear of it. */
function completeWith(task: AnyTask, state: SchedulerError, result: Iterator<unknown> | Failure): void {
  task.completionState = state;
  task.completionResult = result;
  if (task.pauseCount === 0) removeTask(task.cooperator, task);
  for (const done of task.waiting) done.callback(result);
}

let shared: Cooperator | null = null;

/** `coiterate` on the Cooperator of the process. */
export function coiterate<T>(iterator: Iterator<T>): Deferred<Iterator<T>> {
  shared ??= new Cooperator();
  return shared.coiterate(iterator);
}

/** `cooperate` on the Cooperator of the process. */
export function cooperate<T>(iterator: Iterator<T>): CooperativeTask<T> {
  shared ??= new Cooperator();
  return shared.cooperate(iterator);
}
