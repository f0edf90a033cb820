import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { Deferred, fail } from '../deferred/deferred.ts';
import { Failure } from '../deferred/failure.ts';
import { logFailure } from '../deferred/log-failure.ts';
import { KeyError, RuntimeError } from './errors.ts';
import type { Reactor } from './reactor.ts';
import { workerSource } from './worker-source.ts';

/** What a task may do while it runs, as its `this`. */
export interface TaskThis {
  /** Calls the function of that name on the reactor: one of the pool's `calls`. */
  callFromThread(name: string, ...args: unknown[]): void;
}

/**
 * Work for another thread: a function that uses nothing but its arguments, because its scope stays behind; or
 * the name of an export of a module. Arguments and result are copied.
 */
export type Task<A extends unknown[], R> =
  | ((this: TaskThis, ...args: A) => R)
  | { readonly module: string | URL; readonly name: string };

export interface WorkerPoolOptions {
  readonly reactor: Pick<Reactor, 'callFromThread'>;
  /** Most workers at a time; as many as the machine has processors when it is left out. */
  readonly size?: number | undefined;
  /** Functions that tasks may call on the reactor, by name. */
  readonly calls?: Readonly<Record<string, (...args: never[]) => unknown>> | undefined;
}

interface Work {
  readonly id: number;
  readonly task: { readonly source: string } | { readonly module: string; readonly name: string };
  readonly args: readonly unknown[];
  readonly result: Deferred<unknown>;
}

type Message =
  | { readonly name: string; readonly args: readonly never[] }
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: unknown };

/**
 * Worker threads, and the line of work that waits for one. A worker is started when there is work for it, and
 * does not keep the process when it has none.
 *
 * Holds the Deferreds of the work until it is done; what a worker keeps is in a heap of its own.
 */
export class WorkerPool {
  readonly #reactor: Pick<Reactor, 'callFromThread'>;
  readonly #calls: Readonly<Record<string, (...args: never[]) => unknown>>;
  #size: number;
  #lastId = 0;
  #stopped = false;
  readonly #line: Work[] = [];
  readonly #idle: Worker[] = [];
  readonly #atWork = new Map<Worker, Work>();

  constructor(options: WorkerPoolOptions) {
    this.#reactor = options.reactor;
    this.#calls = options.calls ?? {};
    this.#size = checkSize(options.size ?? availableParallelism());
  }

  /** Most workers at a time. */
  get size(): number {
    return this.#size;
  }

  /** Workers that exist now. */
  get workers(): number {
    return this.#idle.length + this.#atWork.size;
  }

  /** Work that waits for a worker. */
  get waiting(): number {
    return this.#line.length;
  }

  /**
   * Runs a task; fires with its result, or fails with its error. Cancelling takes it out of the line; when it
   * runs already it runs on, and its result is dropped.
   */
  defer<A extends unknown[], R>(task: Task<A, R>, ...args: A): Deferred<Awaited<R>> {
    if (this.#stopped) return fail(new RuntimeError('The pool was stopped. Call start before.'));
    this.#lastId += 1;
    const id = this.#lastId;
    const result = new Deferred<unknown>(() => this.#forget(id));
    this.#line.push({ id, task: portable(task as Task<never[], unknown>), args, result });
    this.#dispatch();
    return result as Deferred<Awaited<R>>;
  }

  /** Changes how many workers there may be. @throws RangeError for less than one. */
  adjustPoolsize(size: number): void {
    this.#size = checkSize(size);
    while (this.workers > size && this.#idle.length > 0) this.#idle.pop()?.terminate();
    this.#dispatch();
  }

  /** Takes work again after `stop`. */
  start(): void {
    this.#stopped = false;
  }

  /** Ends all workers; work that was not done fails with RuntimeError. */
  stop(): void {
    this.#stopped = true;
    const undone = [...this.#atWork.values(), ...this.#line.splice(0)];
    for (const worker of [...this.#idle.splice(0), ...this.#atWork.keys()]) worker.terminate();
    this.#atWork.clear();
    for (const { result } of undone) settle(result, new Failure(new RuntimeError('The pool was stopped.')));
  }

  /** Counts as text, for the log. */
  dumpStats(): string {
    return `workers: ${this.workers} of ${this.#size}, idle: ${this.#idle.length}, waiting: ${this.waiting}`;
  }

  #forget(id: number): void {
    const place = this.#line.findIndex((work) => work.id === id);
    if (place >= 0) this.#line.splice(place, 1);
  }

  #dispatch(): void {
    while (this.#line.length > 0) {
      const worker = this.#idle.pop() ?? (this.workers < this.#size ? this.#hire() : undefined);
      const work = worker && this.#line.shift();
      if (!worker || !work) return;
      this.#atWork.set(worker, work);
      worker.ref();
      try {
        worker.postMessage({ id: work.id, task: work.task, args: work.args });
      } catch (thrown) {
        this.#done(worker, new Failure(thrown, true));
      }
    }
  }

  #hire(): Worker {
    const worker = new Worker(workerSource, { eval: true });
    worker.on('message', (message: Message) => this.#heard(worker, message));
    worker.on('error', (error) => this.#done(worker, new Failure(error, true)));
    worker.on('exit', (code) => this.#left(worker, code));
    return worker;
  }

  #heard(worker: Worker, message: Message): void {
    if ('name' in message) this.#call(message.name, message.args);
    else this.#done(worker, 'error' in message ? new Failure(message.error, true) : message.value);
  }

  #call(name: string, args: readonly never[]): void {
    const f = Object.hasOwn(this.#calls, name) ? this.#calls[name] : undefined;
    if (f) this.#reactor.callFromThread(f, ...args);
    else logFailure(new Failure(new KeyError(`The pool has no call '${name}'. Add it to \`calls\`.`)));
  }

  #done(worker: Worker, result: unknown): void {
    const work = this.#atWork.get(worker);
    if (!work) return;
    this.#atWork.delete(worker);
    if (this.workers < this.#size) {
      worker.unref();
      this.#idle.push(worker);
    } else {
      worker.terminate();
    }
    settle(work.result, result);
    this.#dispatch();
  }

  #left(worker: Worker, code: number): void {
    const work = this.#atWork.get(worker);
    this.#atWork.delete(worker);
    const place = this.#idle.indexOf(worker);
    if (place >= 0) this.#idle.splice(place, 1);
    if (work) settle(work.result, new Failure(new RuntimeError(`The worker exited with code ${code}.`)));
    if (!this.#stopped) this.#dispatch();
  }
}

function checkSize(size: number): number {
  if (size >= 1) return Math.trunc(size);
  throw new RangeError(`A pool needs one worker or more, not ${size}.`);
}

function portable(task: Task<never[], unknown>): Work['task'] {
  if (typeof task === 'function') return { source: task.toString() };
  return { module: String(task.module), name: task.name };
}

function settle(result: Deferred<unknown>, outcome: unknown): void {
  if (!result.called) result.callback(outcome);
}
