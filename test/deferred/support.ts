import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Deferred, Failure } from '../../src/deferred/index.ts';

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Collects garbage until what was dropped before has been reported gone, several times over. */
export async function collectGarbage(): Promise<void> {
  for (let i = 0; i < 3; i += 1) {
    let gone = false;
    const registry = new FinalizationRegistry(() => {
      gone = true;
    });
    (() => registry.register({}, 0))();
    while (!gone) {
      await turn();
      gc();
      await turn();
    }
  }
}

/** Notes the results that come to this point of a chain, passing them on. */
export function listen<T>(deferred: Deferred<T>): (T | Failure)[] {
  const results: (T | Failure)[] = [];
  deferred.addBoth((result) => {
    results.push(result);
    return result;
  });
  return results;
}

/** The failure of a Deferred that has failed, taken away from it. */
export function failureOf(deferred: Deferred<unknown>): Failure {
  let taken: Failure | undefined;
  deferred.addErrback((failure) => {
    taken = failure;
  });
  if (taken === undefined) throw new Error('The Deferred has not failed.');
  return taken;
}

/** The value of a Deferred that has succeeded, taken away from it. */
export function successOf<T>(deferred: Deferred<T>): T {
  const taken: T[] = [];
  deferred.addCallback((value) => {
    taken.push(value);
  });
  if (taken.length === 0) throw new Error('The Deferred has no value.');
  return taken[0] as T;
}

/** The object that a plain value stands for in tests that look at what is kept. */
export class Witness {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}
