/**
 * Delayed calls added, reset and cancelled at random, at several numbers of waiting calls. Prints the time of one
 * operation for each: when it is O(log n) it grows by a constant for each factor of ten.
 *
 *     npm run bench:calls [-- rounds]
 */
import type { DelayedCall } from '../src/deferred/index.ts';
import { createReactor } from '../src/reactor/index.ts';

/** Operations that are timed. */
const operations = 100_000;

/** A row of numbers that is the same each time. */
function numbers(): (below: number) => number {
  let state = 1;
  return (below) => {
    state = (state * 48271) % 2147483647;
    return state % below;
  };
}

/** Nanoseconds of one operation while so many calls wait. */
function measure(waiting: number): number {
  const reactor = createReactor();
  const random = numbers();
  const nothing = (): void => {};
  const delay = (): number => 1000 + random(1_000_000) / 1000;
  const calls: DelayedCall[] = Array.from({ length: waiting }, () => reactor.callLater(delay(), nothing));
  const began = performance.now();
  for (let i = 0; i < operations; i += 1) {
    const place = random(waiting);
    if (i % 2 === 0) {
      calls[place]!.reset(delay());
    } else {
      calls[place]!.cancel();
      calls[place] = reactor.callLater(delay(), nothing);
    }
  }
  const ns = ((performance.now() - began) * 1e6) / operations;
  for (const call of calls) call.cancel();
  return ns;
}

const rounds = Number(process.argv[2] ?? 5);
process.stdout.write(`Node ${process.version}, ${rounds} rounds\n`);
for (const waiting of [100, 1_000, 10_000, 100_000]) {
  const times = Array.from({ length: rounds }, () => measure(waiting));
  process.stdout.write(
    `${String(waiting).padStart(7)} waiting: ${Math.min(...times).toFixed(0)} ns an operation\n`,
  );
}
