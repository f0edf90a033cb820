// Several things at the same time, and one list of what became of each.
import { type Deferred, DeferredList, deferLater, type Failure, type Outcome } from 'leakscan/deferred';
import { type Reactor, reactor } from 'leakscan/reactor';
import { runAsProgram } from './run-as-program.js';

function ask(on: Reactor, host: string, seconds: number): Deferred<string> {
  return deferLater(on, seconds, () => {
    if (host === 'broken') throw new Error(`${host} does not answer`);
    return `${host} is well`;
  });
}

export function main(on: Reactor): Deferred<string[]> {
  const answers = [ask(on, 'alpha', 0.003), ask(on, 'broken', 0.001), ask(on, 'gamma', 0.002)];
  // consumeErrors: the list has noted the failures, and nobody else will look at them.
  return new DeferredList(answers, { consumeErrors: true }).addCallback((outcomes) =>
    (outcomes as Outcome<string>[]).map(([success, result]) =>
      success ? (result as string) : `error: ${(result as Failure).getErrorMessage()}`,
    ),
  );
}

export const iterate = () => main(reactor).toPromise();

runAsProgram(import.meta.url, main);
