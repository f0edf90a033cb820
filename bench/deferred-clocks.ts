/**
 * Delayed calls added, reset and cancelled at random, on the Clock of tests. The time of each should grow with
 * the logarithm of their number: by a factor of 1.2 to 1.3 for ten times as many.
 *
 *     npm run bench:clocks
 */
import { Clock, type DelayedCall } from '../src/deferred/index.ts';

/** The same numbers in every run: a linear congruential generator with the constants of Numerical Recipes. */
function randomNumbers(): () => number {
  let state = 1;
  return () => {
    state = (1664525 * state + 1013904223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

function microsecondsEach(size: number): number {
  const random = randomNumbers();
  const clock = new Clock();
  const calls: DelayedCall[] = [];
  const add = () => clock.callLater(1 + 1000 * random(), () => {});
  for (let i = 0; i < size; i += 1) calls.push(add());
  const start = performance.now();
  for (let i = 0; i < size; i += 1) {
    const place = Math.floor(random() * size);
    const call = calls[place] as DelayedCall;
    const kind = random();
    if (kind < 0.4) {
      call.reset(1 + 1000 * random());
    } else {
      call.cancel();
      calls[place] = add();
    }
  }
  clock.advance(2000);
  return ((performance.now() - start) * 1000) / size;
}

process.stdout.write(`Node ${process.version}\n`);
for (const size of [100, 1_000, 10_000, 100_000]) {
  const fastest = Math.min(...Array.from({ length: 5 }, () => microsecondsEach(size)));
  process.stdout.write(`${String(size).padStart(8)} calls ${fastest.toFixed(2).padStart(8)} µs each\n`);
}
