/**
 * What each cleaning policy costs in time, and what it keeps: chains that fail with an error ten frames deep,
 * whose receivers hold a kilobyte each. `handled` gives each failure an errback at once, `kept` keeps the failed
 * Deferreds. Times are the shortest of several rounds, in turns.
 *
 *     npm run bench:policies [-- rounds]
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  cleanBatch,
  Deferred,
  type FailurePolicy,
  observeDeferreds,
  setFailurePolicy,
} from '../src/deferred/index.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
observeDeferreds({ unhandled: () => {} });

const policies: readonly FailurePolicy[] = ['keep', 'text', 'batch', 'eager'];
const count = 2_000;

class Session {
  readonly page = new Array(128).fill(0);

  fail(frames: number): never {
    if (frames > 0) this.fail(frames - 1);
    throw new Error('failed');
  }
}

function failedChain(): Deferred<unknown> {
  const d = new Deferred<Session>();
  d.addCallback((session) => session.fail(8));
  d.callback(new Session());
  return d;
}

const works: readonly [name: string, work: () => unknown][] = [
  [
    'handled',
    () => {
      for (let i = 0; i < count; i += 1) failedChain().addErrback(() => {});
    },
  ],
  [
    'taken inside the chain',
    () => {
      for (let i = 0; i < count; i += 1) {
        const d = new Deferred<Session>();
        d.addCallback((session) => session.fail(8)).addErrback(() => {});
        d.callback(new Session());
      }
    },
  ],
  [
    'kept',
    () => {
      const kept = Array.from({ length: count }, failedChain);
      cleanBatch();
      return kept;
    },
  ],
];

function print(...cells: string[]): void {
  process.stdout.write(
    `${cells.map((cell, i) => (i === 0 ? cell.padEnd(26) : cell.padStart(12))).join('')}\n`,
  );
}

/** Microseconds of each chain under each policy. */
function compareTimes(name: string, work: () => unknown, rounds: number): void {
  const fastest = new Map<FailurePolicy, number>();
  for (let i = -1; i < rounds; i += 1) {
    for (const policy of policies) {
      setFailurePolicy(policy);
      collectGarbage();
      const start = performance.now();
      work();
      const each = ((performance.now() - start) * 1000) / count;
      if (i >= 0) fastest.set(policy, Math.min(each, fastest.get(policy) ?? Number.POSITIVE_INFINITY));
    }
  }
  print(name, ...policies.map((policy) => `${(fastest.get(policy) ?? 0).toFixed(1)} µs`));
}

/** Bytes of the heap behind each failed Deferred that is kept. */
function bytesKept(policy: FailurePolicy): number {
  setFailurePolicy(policy);
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  const kept = Array.from({ length: count }, failedChain);
  cleanBatch();
  collectGarbage();
  const bytes = (process.memoryUsage().heapUsed - before) / count;
  return kept.length === count ? bytes : 0;
}

const rounds = Number(process.argv[2] ?? 7);
process.stdout.write(`Node ${process.version}, ${rounds} rounds\n`);
print('each failed chain', ...policies);
for (const [name, work] of works) compareTimes(name, work, rounds);
print('heap behind a kept one', ...policies.map((policy) => `${bytesKept(policy).toFixed(0)} B`));
