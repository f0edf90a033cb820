// One round of everything the Deferred runtime can do; nothing of it may stay.
import { AsyncLocalStorage } from 'node:async_hooks';
import {
  Clock,
  Cooperator,
  cleanBatch,
  coiterate,
  cooperate,
  Deferred,
  DeferredList,
  DeferredLock,
  DeferredQueue,
  DeferredSemaphore,
  defaultClock,
  deferLater,
  describeReport,
  ensureDeferred,
  execute,
  Failure,
  fail,
  followContexts,
  gatherResults,
  getDebugging,
  getFailurePolicy,
  inlineCallbacks,
  LoopingCall,
  logError,
  logFailure,
  maybeDeferred,
  observeDeferreds,
  onUnhandledFailure,
  PollingLock,
  PriorityScheduler,
  parallel,
  passthru,
  race,
  react,
  reportUnhandledFailures,
  retry,
  runtime,
  setDebugging,
  setDefaultClock,
  setFailureLog,
  setFailurePolicy,
  succeed,
  unhandledFailures,
} from 'leakscan/deferred';

class RoundError extends Error {}

class Parcel {
  constructor(round, name) {
    this.name = `${name} of round ${round}`;
  }
}

const clock = new Clock();
const lock = new DeferredLock();
const semaphore = new DeferredSemaphore(2);
const queue = new DeferredQueue();
const shutdown = new AbortController();
const idle = new Deferred();
const forget = () => {};

const countTo = inlineCallbacks(function* (parcel, gate) {
  try {
    yield gate;
    yield fail(new RoundError(parcel.name));
  } catch (error) {
    if (!(error instanceof RoundError)) throw error;
  }
  return [parcel, yield* succeed(parcel.name)];
});

function chains(parcel) {
  const d = new Deferred();
  const inner = new Deferred();
  d.addCallback((value) => [value, parcel]).addCallback(() => inner);
  d.pause();
  d.callback(parcel);
  d.unpause();
  inner.errback(new RoundError(parcel.name));
  d.addErrback((failure) => failure.trap(RoundError)).addBoth(forget);
  execute(() => parcel);
  maybeDeferred(() => {
    throw new RoundError(parcel.name);
  }).addErrback(forget);
  const giver = new Deferred();
  giver.chainDeferred(new Deferred());
  giver.callback(parcel);
}

function cancels(parcel) {
  const d = new Deferred(() => parcel.name);
  const outer = succeed(1).addCallback(() => d);
  outer.cancel(parcel);
  outer.addErrback(forget);
  new Deferred().addTimeout(1, clock).addErrback(forget);
  const signalled = new Deferred(null, { signal: shutdown.signal });
  signalled.toSignal().addEventListener('abort', () => parcel.name);
  signalled.callback(parcel);
  const generator = countTo(parcel, new Deferred());
  generator.cancel();
  generator.addErrback(forget);
}

function lists(parcel) {
  const members = [succeed(parcel), fail(new RoundError(parcel.name)), new Deferred()];
  const list = new DeferredList(members, { consumeErrors: true });
  list.cancel();
  new DeferredList([new Deferred(), succeed(parcel)], { fireOnOneCallback: true });
  new DeferredList([fail(new RoundError(parcel.name))], { fireOnOneErrback: true, consumeErrors: true })
    .addCallback(passthru)
    .addErrback(forget);
  gatherResults([succeed(parcel), succeed(2)]);
  gatherResults([fail(new RoundError(parcel.name))], { consumeErrors: true }).addErrback(forget);
  race([idle, succeed(parcel)]).addErrback(forget);
}

function lines(parcel) {
  const gate = new Deferred();
  lock.run(() => gate);
  lock.acquire().addCallback(() => lock.release());
  lock.acquire().addErrback(forget).cancel();
  gate.callback(parcel);
  for (let i = 0; i < 3; i += 1) semaphore.run(() => parcel);
  semaphore.acquire().addCallback((held) => held[Symbol.dispose]());
  queue.put(parcel);
  queue.get();
  queue.get().addErrback(forget).cancel();
  const outer = { name: 'row', clean: true, locked: false, lock: () => false, unlock: forget };
  new PollingLock(outer, clock).deferUntilLocked(2).addErrback(forget);
}

function times(parcel) {
  deferLater(clock, 1, () => parcel);
  clock.callLater(1, forget, parcel).cancel();
  clock.callLater(9, forget, parcel).reset(1);
  const loop = new LoopingCall(() => parcel);
  loop.clock = clock;
  loop.start(1);
  const failing = LoopingCall.withCount(() => fail(new RoundError(parcel.name)));
  failing.clock = clock;
  failing.start(1).addErrback(forget);
  clock.pump([1, 1, 1]);
  loop.stop();
}

function cooperates(parcel) {
  const cooperator = new Cooperator({ scheduler: (tick) => clock.callLater(0, tick) });
  parallel([1, 2, 3], 2, () => parcel, { cooperator });
  const scheduler = new PriorityScheduler({ cooperator });
  scheduler.schedule(1, () => parcel);
  scheduler.schedule(2, () => fail(new RoundError(parcel.name))).addErrback(forget);
  const task = cooperator.cooperate([parcel][Symbol.iterator]());
  task.whenDone().addErrback(forget);
  retry(() => fail(new RoundError(parcel.name)), { delay: 1 }, clock).addErrback(forget);
  clock.pump([0, 0, 1, 2, 4]);
  cooperator.stop();
}

/** What has a clock of its own when none is given. */
async function ownTime(parcel) {
  setDefaultClock(defaultClock());
  defaultClock().callLater(1000, forget, parcel).cancel();
  await new Deferred().addTimeout(0.001).addErrback(forget);
  await deferLater(defaultClock(), 0, () => parcel);
  await cooperate([parcel][Symbol.iterator]()).whenDone();
  await coiterate([parcel][Symbol.iterator]());
}

/** A program on a reactor that runs on a Clock. */
function programs(parcel) {
  const stop = () => {
    reactor.running = false;
  };
  const reactor = {
    running: true,
    seconds: () => clock.seconds(),
    callLater: (...call) => clock.callLater(...call),
    callWhenRunning: (f, ...args) => f(...args),
    addSystemEventTrigger: forget,
    run: () => clock.advance(1),
    stop,
  };
  react(() => deferLater(clock, 1, () => parcel), [], reactor);
  react(() => fail(new RoundError(parcel.name)), [], reactor);
  process.exitCode = 0;
}

function observes(parcel) {
  const reports = [];
  const stopObserving = observeDeferreds({
    created: forget,
    fired: forget,
    describe: (failure) => failure.getErrorMessage(),
    unhandled: (report) => reports.push(describeReport(report)),
  });
  const stopListening = onUnhandledFailure((report) => reports.push(report));
  const failed = fail(new RoundError(parcel.name));
  for (const report of unhandledFailures()) reports.push(describeReport(report));
  failed.addErrback(logError).addErrback(forget);
  reportUnhandledFailures();
  stopListening();
  stopObserving();
  logFailure(new Failure(new RoundError(parcel.name)), 'said');
  return reports.length;
}

const store = new AsyncLocalStorage();

async function contexts(parcel) {
  followContexts(AsyncLocalStorage.snapshot);
  const gate = new Deferred();
  const counted = store.run(parcel, () => countTo(parcel, gate));
  followContexts(null);
  gate.callback(1);
  await counted;
}

async function promises(parcel) {
  await succeed(parcel);
  await Deferred.fromPromise(Promise.resolve(parcel)).toPromise({ signal: shutdown.signal });
  const late = Deferred.fromPromise(new Promise((resolve) => setImmediate(resolve, parcel)));
  late.cancel();
  await late.addErrback(forget);
  const held = await lock.acquire();
  await held[Symbol.asyncDispose]();
  await ensureDeferred(Promise.reject(new RoundError(parcel.name))).addErrback(forget);
  const gate = new Deferred();
  const counted = countTo(parcel, gate);
  gate.callback(1);
  await counted;
}

function policies(parcel, round) {
  setFailurePolicy(['text', 'batch', 'eager', 'keep'][round % 4]);
  const failed = fail(new RoundError(parcel.name, { cause: parcel }));
  new Deferred(null, { failurePolicy: getFailurePolicy() }).setFailurePolicy('text');
  cleanBatch();
  unhandledFailures();
  failed.addErrback(forget);
  setFailurePolicy('text');
  setDebugging(true);
  fail(new RoundError(parcel.name)).addErrback(forget);
  setDebugging(!getDebugging());
}

export async function setup() {
  runtime.track();
  setFailureLog(forget);
}

export async function iterate(round) {
  const parcel = (name) => new Parcel(round, name);
  chains(parcel('chain'));
  cancels(parcel('cancel'));
  lists(parcel('list'));
  lines(parcel('line'));
  times(parcel('time'));
  cooperates(parcel('task'));
  await ownTime(parcel('own time'));
  programs(parcel('program'));
  observes(parcel('observer'));
  await contexts(parcel('context'));
  await promises(parcel('promise'));
  policies(parcel('failure'), round);
  runtime.stats();
}
