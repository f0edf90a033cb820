// One round of everything the Deferred runtime can do; nothing of it may stay.
import {
  Clock,
  Cooperator,
  cleanBatch,
  Deferred,
  DeferredList,
  DeferredLock,
  DeferredQueue,
  DeferredSemaphore,
  deferLater,
  ensureDeferred,
  execute,
  fail,
  gatherResults,
  inlineCallbacks,
  LoopingCall,
  maybeDeferred,
  PollingLock,
  PriorityScheduler,
  parallel,
  race,
  retry,
  runtime,
  setDebugging,
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

async function promises(parcel) {
  await succeed(parcel);
  await Deferred.fromPromise(Promise.resolve(parcel)).toPromise({ signal: shutdown.signal });
  const late = Deferred.fromPromise(new Promise((resolve) => setImmediate(resolve, parcel)));
  late.cancel();
  await late.addErrback(forget);
  await ensureDeferred(Promise.reject(new RoundError(parcel.name))).addErrback(forget);
  const gate = new Deferred();
  const counted = countTo(parcel, gate);
  gate.callback(1);
  await counted;
}

function policies(parcel, round) {
  setFailurePolicy(['text', 'batch', 'eager', 'keep'][round % 4]);
  const failed = fail(new RoundError(parcel.name, { cause: parcel }));
  cleanBatch();
  unhandledFailures();
  failed.addErrback(forget);
  setFailurePolicy('text');
  setDebugging(true);
  fail(new RoundError(parcel.name)).addErrback(forget);
  setDebugging(false);
}

export async function setup() {
  runtime.track();
}

export async function iterate(round) {
  const parcel = (name) => new Parcel(round, name);
  chains(parcel('chain'));
  cancels(parcel('cancel'));
  lists(parcel('list'));
  lines(parcel('line'));
  times(parcel('time'));
  cooperates(parcel('task'));
  await promises(parcel('promise'));
  policies(parcel('failure'), round);
  runtime.stats();
}
