import type { Deferred } from '../deferred/deferred.ts';
import { type RunnableReactor, react as reactOn } from '../deferred/react.ts';
import { reactor as defaultReactor } from './default-reactor.ts';
import type { Reactor } from './reactor.ts';

/** Runs `main(reactor, ...argv)` as a program; on the reactor of the process when none is given. */
export function react<A extends unknown[]>(
  main: (reactor: Reactor, ...argv: A) => unknown,
  argv?: A,
): Deferred<number>;
export function react<R extends RunnableReactor, A extends unknown[]>(
  main: (reactor: R, ...argv: A) => unknown,
  argv: A,
  reactor: R,
): Deferred<number>;
export function react(
  main: (reactor: never, ...argv: unknown[]) => unknown,
  argv: unknown[] = [],
  reactor: RunnableReactor = defaultReactor,
): Deferred<number> {
  return reactOn(main as (reactor: RunnableReactor, ...argv: unknown[]) => unknown, argv, reactor);
}
