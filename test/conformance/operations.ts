import {
  type CooperativeTask,
  Cooperator,
  Deferred,
  DeferredList,
  DeferredLock,
  DeferredQueue,
  DeferredSemaphore,
  type DelayedCall,
  deferLater,
  ensureDeferred,
  execute,
  Failure,
  type FirstError,
  fail,
  gatherResults,
  inlineCallbacks,
  LoopingCall,
  logError,
  maybeDeferred,
  succeed,
} from '../../src/deferred/index.ts';
import { makeError } from './errors.ts';
import type { Program } from './program.ts';

/** What an operation of the language does with its evaluated operands. */
export type Operation = (program: Program, ...operands: never[]) => unknown;
export type Operations = Readonly<Record<string, (program: Program, ...operands: unknown[]) => unknown>>;

type D = Deferred<unknown>;
type F = (...args: unknown[]) => unknown;
type Task = CooperativeTask<unknown>;

const core: Record<string, Operation> = {
  deferred: (_, canceller?: F) => new Deferred(canceller),
  cb: (_, d: D, f: F, ...args: unknown[]) => d.addCallback(f, ...args),
  eb: (_, d: D, f: F, ...args: unknown[]) => d.addErrback(f, ...args),
  both: (_, d: D, f: F, ...args: unknown[]) => d.addBoth(f, ...args),
  cbs: (_, d: D, f: F, g?: F, fArgs?: unknown[], gArgs?: unknown[]) => d.addCallbacks(f, g, fArgs, gArgs),
  fire: (_, d: D, value: unknown) => d.callback(value),
  fail: (_, d: D, reason?: unknown) => d.errback(reason),
  pause: (_, d: D) => d.pause(),
  unpause: (_, d: D) => d.unpause(),
  cancel: (_, d: D) => d.cancel(),
  chain: (_, d: D, other: D) => d.chainDeferred(other),
  timeout: (program, d: D, seconds: number, f?: F) => d.addTimeout(seconds, program.clock, f),
  succeed: (_, value: unknown) => succeed(value),
  failed: (_, reason?: unknown) => fail(reason),
  execute: (_, f: F, ...args: unknown[]) => execute(f, ...args),
  maybe: (_, f: F, ...args: unknown[]) => maybeDeferred(f, ...args),
  ensure: (_, x: D) => ensureDeferred(x),
  dlist: (
    _,
    members: D[],
    fireOnOneCallback?: boolean,
    fireOnOneErrback?: boolean,
    consumeErrors?: boolean,
  ) => new DeferredList(members, { fireOnOneCallback, fireOnOneErrback, consumeErrors }),
  gather: (_, members: D[], consumeErrors?: boolean) => gatherResults(members, { consumeErrors }),
  resultList: (_, list: DeferredList) => list.resultList,
  inline: (_, f: F, ...args: unknown[]) =>
    inlineCallbacks(f as () => Generator<unknown, unknown, never>)(...(args as [])),
  coroutine: (_, f: F, ...args: unknown[]) => ensureDeferred(f(...args) as D),
  logError: (_, failure: Failure) => logError(failure),
  state: (program, d: D) => program.record('state', program.encoder.label(d), program.encoder.state(d)),

  err: (program, name: string, ...args: unknown[]) => makeError(program.classOf(name), args),
  failure: (_, reason: unknown) => new Failure(reason),
  trap: (program, failure: Failure, ...names: string[]) => names[trapped(program, failure, names)],
  check: (program, failure: Failure, ...names: string[]) => names[checked(program, failure, names)],
  errOf: (_, failure: Failure) => failure.value,
  typeOf: (program, failure: Failure) => program.encoder.errorTuple(failure.value)[0],
  msgOf: (_, failure: Failure) => failure.getErrorMessage(),
  rethrow: (_, failure: Failure) => failure.raiseException(),
  clean: (_, failure: Failure) => failure.cleanFailure(),
  texts: (program, failure: Failure) => {
    const name = String(program.encoder.errorTuple(failure.value)[0]);
    const texts = [
      failure.getTraceback(),
      failure.getBriefTraceback(),
      String(failure),
      (failure as unknown as Record<symbol, () => string>)[Symbol.for('nodejs.util.inspect.custom')]?.() ??
        '',
    ];
    return texts.map((text) => text.includes(name) && text.includes(failure.getErrorMessage()));
  },
  subFailure: (_, error: FirstError) => error.subFailure,

  lock: () => new DeferredLock(),
  sem: (_, tokens: number) => new DeferredSemaphore(tokens),
  queue: (_, size?: number, backlog?: number) => new DeferredQueue({ size, backlog }),
  acquire: (_, x: DeferredLock) => x.acquire(),
  release: (_, x: DeferredLock) => x.release(),
  run: (_, x: DeferredLock, f: F, ...args: unknown[]) => x.run(f, ...args),
  put: (_, queue: DeferredQueue, value: unknown) => queue.put(value),
  get: (_, queue: DeferredQueue) => queue.get(),
  locked: (_, lock: DeferredLock) => lock.locked,
  tokens: (_, semaphore: DeferredSemaphore) => semaphore.tokens,
  waiting: (_, x: DeferredLock) => x.waiting.length,
  queued: (_, queue: DeferredQueue) => queue.pending.length,

  later: (program, seconds: number, f: F, ...args: unknown[]) => program.clock.callLater(seconds, f, ...args),
  advance: (program, seconds: number) => program.clock.advance(seconds),
  pump: (program, steps: number[]) => program.clock.pump(steps),
  now: (program) => program.clock.seconds(),
  delayed: (program) => program.delayedTimes(),
  dcancel: (_, call: DelayedCall) => call.cancel(),
  dreset: (_, call: DelayedCall, seconds: number) => call.reset(seconds),
  ddelay: (_, call: DelayedCall, seconds: number) => call.delay(seconds),
  dactive: (_, call: DelayedCall) => call.active(),
  dtime: (_, call: DelayedCall) => call.getTime(),
  deferLater: (program, seconds: number, f?: F, ...args: unknown[]) =>
    deferLater(program.clock, seconds, f, ...args),
  loop: (program, f: F, ...args: unknown[]) => onClock(program, new LoopingCall(f, ...args)),
  loopCount: (program, f: F) => onClock(program, LoopingCall.withCount(f)),
  lstart: (_, loop: LoopingCall, seconds: number, now?: boolean) => loop.start(seconds, { now }),
  lstop: (_, loop: LoopingCall) => loop.stop(),
  lreset: (_, loop: LoopingCall) => loop.reset(),
  lrunning: (_, loop: LoopingCall) => loop.running,
  coop: (program, units?: number, delay?: number, started?: boolean) =>
    new Cooperator({
      terminationPredicateFactory: () => afterUnits(units ?? 1),
      scheduler: (tick) => program.clock.callLater(delay ?? 1, tick),
      started: started ?? true,
    }),
  iterate: (program, f: F, ...args: unknown[]) => {
    const iterator = f(...args) as Iterator<unknown>;
    program.encoder.name(iterator, program.encoder.label(f));
    return iterator;
  },
  cooperate: (_, cooperator: Cooperator, iterator: Iterator<unknown>) => cooperator.cooperate(iterator),
  coiterate: (_, cooperator: Cooperator, iterator: Iterator<unknown>, done?: Deferred<Iterator<unknown>>) =>
    cooperator.coiterate(iterator, done),
  whenDone: (_, task: Task) => task.whenDone(),
  tpause: (_, task: Task) => task.pause(),
  tresume: (_, task: Task) => task.resume(),
  tstop: (_, task: Task) => task.stop(),
  cstart: (_, cooperator: Cooperator) => cooperator.start(),
  cstop: (_, cooperator: Cooperator) => cooperator.stop(),
  crunning: (_, cooperator: Cooperator) => cooperator.running,

  list: (_, ...values: unknown[]) => values,
  same: (_, a: unknown, b: unknown) => a === b,
  emit: (program, ...values: unknown[]) =>
    program.record('emit', ...values.map((one) => program.encoder.value(one))),

  promise: (program, name: string) => {
    const made = newPromise();
    promises.set(made.promise, made);
    program.encoder.name(made.promise, name);
    return made.promise;
  },
  resolve: (_, promise: Promise<unknown>, value: unknown) => promises.get(promise)?.resolve(value),
  reject: (_, promise: Promise<unknown>, error: unknown) => promises.get(promise)?.reject(error),
  fromPromise: (_, promise: Promise<unknown>) => Deferred.fromPromise(promise),
  toPromise: (program, d: D, name: string) => {
    const promise = d.toPromise();
    const settled = (result: unknown) => program.record('settled', name, program.encoder.value(result));
    promise.then(settled, settled);
    return promise;
  },
};

/** The operations of the core areas, and of `promise`. */
export const coreOperations = core as unknown as Operations;

interface PromiseWithSettlers {
  readonly promise: Promise<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

const promises = new WeakMap<Promise<unknown>, PromiseWithSettlers>();

function newPromise(): PromiseWithSettlers {
  let resolve: (value: unknown) => void = () => {};
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  promise.catch(() => {});
  return { promise, resolve, reject };
}

function trapped(program: Program, failure: Failure, names: string[]): number {
  const classes = names.map((name) => program.classOf(name));
  return classes.indexOf(failure.trap(...classes));
}

function checked(program: Program, failure: Failure, names: string[]): number {
  const classes = names.map((name) => program.classOf(name));
  const match = failure.check(...classes);
  return match === null ? -1 : classes.indexOf(match);
}

function onClock(program: Program, loop: LoopingCall<unknown[]> | LoopingCall): unknown {
  loop.clock = program.clock;
  return loop;
}

function afterUnits(units: number): () => boolean {
  let calls = 0;
  return () => {
    calls += 1;
    return calls >= units;
  };
}
