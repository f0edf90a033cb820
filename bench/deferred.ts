/**
 * Deferreds against native promises doing the same work, in one process and in turns, so that the ratios
 * mean something on a busy machine. Prints the shortest time of each and the ratio; below 1 the Deferred wins.
 *
 *     npm run bench:deferred [-- rounds]
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Deferred, inlineCallbacks, observeDeferreds, setDebugging, succeed } from '../src/deferred/index.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

interface Contest {
  readonly name: string;
  readonly deferred: () => unknown;
  readonly promise: () => unknown;
}

/** Rounds that are not counted: V8 needs some to settle on its fastest code. */
const WARM_UP_ROUNDS = 8;

const increment = (x: number): number => x + 1;

/** One chain in a function of its own: V8 leaves a nested loop that it entered half-way by throwing its code away. */
function fireDeferred(length: number): void {
  const d = new Deferred<number>();
  for (let k = 0; k < length; k += 1) d.addCallback(increment);
  d.callback(0);
}

function settlePromise(length: number): Promise<number> {
  let resolve: (value: number) => void = () => {};
  let promise = new Promise<number>((settle) => {
    resolve = settle;
  });
  for (let k = 0; k < length; k += 1) promise = promise.then(increment);
  resolve(0);
  return promise;
}

/**
 * Chains one after the other. Both sides go through this one loop: it calls several functions, so V8 does not put one of
 * them into it, where a chain would run in the code that its middle compiler has made of the loop.
 */
async function repeat(times: number, length: number, chain: (length: number) => unknown): Promise<void> {
  for (let i = 0; i < times; i += 1) {
    const last = chain(length);
    if (i % 1000 === 999 || length > 10) await last;
  }
}

const deferredChain = (times: number, length: number) => () => repeat(times, length, fireDeferred);
const promiseChain = (times: number, length: number) => () => repeat(times, length, settlePromise);

const yields = 100_000;

/** Generator functions stand here, as async functions do for V8: made once, and called in each round. */
const readyYields = inlineCallbacks(function* () {
  for (let i = 0; i < yields; i += 1) yield succeed(i);
});
let next: Deferred<number> = new Deferred();
const waitingYields = inlineCallbacks(function* () {
  for (let i = 0; i < yields; i += 1) {
    next = new Deferred();
    yield next;
  }
});

const contests: Contest[] = [
  {
    name: 'create and fire a million',
    deferred: deferredChain(1_000_000, 0),
    promise: promiseChain(1_000_000, 0),
  },
  {
    name: 'chain of 1, 300,000 times',
    deferred: deferredChain(300_000, 1),
    promise: promiseChain(300_000, 1),
  },
  {
    name: 'chain of 10, 50,000 times',
    deferred: deferredChain(50_000, 10),
    promise: promiseChain(50_000, 10),
  },
  { name: 'chain of 1,000, 500 times', deferred: deferredChain(500, 1000), promise: promiseChain(500, 1000) },
  {
    name: 'inlineCallbacks, 100,000 yields that are ready',
    deferred: readyYields,
    promise: async () => {
      for (let i = 0; i < yields; i += 1) await Promise.resolve(i);
    },
  },
  {
    name: 'inlineCallbacks, 100,000 yields that wait',
    deferred: () => {
      waitingYields();
      for (let i = 0; i < yields; i += 1) next.callback(i);
    },
    promise: async () => {
      let settle: (value: number) => void = () => {};
      const done = (async () => {
        for (let i = 0; i < yields; i += 1) {
          await new Promise<number>((resolve) => {
            settle = resolve;
          });
        }
      })();
      for (let i = 0; i < yields; i += 1) {
        settle(i);
        await undefined;
      }
      await done;
    },
  },
];

async function timeOf(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function fastest(values: number[]): number {
  return Math.min(...values);
}

async function compare({ name, deferred, promise }: Contest, rounds: number): Promise<void> {
  const times: { deferred: number[]; promise: number[] } = { deferred: [], promise: [] };
  for (let i = -WARM_UP_ROUNDS; i < rounds; i += 1) {
    collectGarbage();
    const deferredMs = await timeOf(deferred);
    collectGarbage();
    const promiseMs = await timeOf(promise);
    if (i < 0) continue;
    times.deferred.push(deferredMs);
    times.promise.push(promiseMs);
  }
  const [deferredMs, promiseMs] = [fastest(times.deferred), fastest(times.promise)];
  print(
    name,
    `${deferredMs.toFixed(1)} ms`,
    `${promiseMs.toFixed(1)} ms`,
    (deferredMs / promiseMs).toFixed(2),
  );
}

function print(name: string, ...cells: string[]): void {
  process.stdout.write(`${name.padEnd(48)}${cells.map((cell) => cell.padStart(14)).join('')}\n`);
}

/** Bytes of the heap that each of `count` objects takes. */
function bytesEach<T>(count: number, make: () => T): number {
  const kept: T[] = new Array(count);
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < count; i += 1) kept[i] = make();
  collectGarbage();
  const bytes = (process.memoryUsage().heapUsed - before) / count;
  return kept.length === count ? bytes : 0;
}

function pendingPromise(callbacks: number): unknown {
  let settle: unknown;
  const first = new Promise<number>((resolve, reject) => {
    settle = [resolve, reject];
  });
  let last = first;
  for (let i = 0; i < callbacks; i += 1) last = last.then(increment);
  return [first, settle];
}

function pendingDeferred(callbacks: number): unknown {
  const d = new Deferred<number>();
  for (let i = 0; i < callbacks; i += 1) d.addCallback(increment);
  return [d];
}

function compareBytes(callbacks: number): void {
  const count = 50_000;
  const deferred = bytesEach(count, () => pendingDeferred(callbacks));
  const promise = bytesEach(count, () => pendingPromise(callbacks));
  print(
    `bytes pending, ${callbacks} callbacks`,
    deferred.toFixed(0),
    promise.toFixed(0),
    (deferred / promise).toFixed(2),
  );
}

/** What an installed observer costs: the time with it over the time without. */
async function compareObserved(rounds: number): Promise<void> {
  const work = deferredChain(200_000, 3);
  const settings: [string, () => () => void][] = [
    ['nothing installed', () => () => {}],
    ['observer without stacks', () => observeDeferreds({ unhandled: () => {} })],
  ];
  const times = settings.map((): number[] => []);
  for (let i = -WARM_UP_ROUNDS; i < rounds; i += 1) {
    for (const [index, [, install]] of settings.entries()) {
      const remove = install();
      collectGarbage();
      const ms = await timeOf(work);
      remove();
      if (i >= 0) times[index]?.push(ms);
    }
  }
  const base = fastest(times[0] ?? []);
  for (const [index, [name]] of settings.entries()) {
    const ms = fastest(times[index] ?? []);
    print(name, `${ms.toFixed(1)} ms`, '', (ms / base).toFixed(2));
  }
  const small = deferredChain(5_000, 3);
  const without = await timeOf(small);
  setDebugging(true);
  const withStacks = await timeOf(small);
  setDebugging(false);
  print('creation and firing stacks, each Deferred', `${((withStacks - without) / 5).toFixed(1)} µs`);
}

const rounds = Number(process.argv[2] ?? 7);
process.stdout.write(`Node ${process.version}, ${rounds} rounds\n`);
print('', 'Deferred', 'promise', 'ratio');
for (const contest of contests) await compare(contest, rounds);
for (const callbacks of [0, 1, 3]) compareBytes(callbacks);
print('', 'time', '', 'ratio');
await compareObserved(rounds);
