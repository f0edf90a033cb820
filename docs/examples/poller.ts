// Looks at something again and again, until it has seen enough or something goes wrong.
import { type Deferred, LoopingCall } from 'leakscan/deferred';
import { type Reactor, reactor } from 'leakscan/reactor';
import { runAsProgram } from './run-as-program.js';

class Poller {
  readonly seen: string[] = [];
  readonly #loop: LoopingCall;
  readonly #values: number[];

  constructor(on: Reactor, values: number[]) {
    this.#values = values;
    this.#loop = new LoopingCall(() => this.#look());
    this.#loop.clock = on;
  }

  /** Fires when it has stopped; an error of the loop is the last thing it has seen. */
  start(seconds: number): Deferred<string[]> {
    return this.#loop
      .start(seconds)
      .addErrback((failure) => this.seen.push(`stopped by ${failure.getErrorMessage()}`))
      .addCallback(() => this.seen);
  }

  #look(): void {
    const value = this.#values.shift();
    if (value === undefined) {
      this.#loop.stop();
      return;
    }
    if (value < 0) throw new RangeError(`a value of ${value}`);
    this.seen.push(`value ${value}`);
  }
}

export function main(on: Reactor): Deferred<string[]> {
  return new Poller(on, [1, 2, 3])
    .start(0.002)
    .addCallback((seen) => new Poller(on, [4, -1, 5]).start(0.002).addCallback((more) => [...seen, ...more]));
}

export const iterate = () => main(reactor).toPromise();

runAsProgram(import.meta.url, main);
