// A chain of callbacks and errbacks: an error passes the callbacks by until an errback takes it.
import { Deferred, deferLater, type Failure, gatherResults } from 'leakscan/deferred';
import { type Reactor, reactor } from 'leakscan/reactor';
import { runAsProgram } from './run-as-program.js';

class NotInStock extends Error {}

/** The price of something, some time later. */
function lookUpPrice(on: Reactor, item: string): Deferred<number> {
  return deferLater(on, 0.001, () => {
    if (item === 'unicorn') throw new NotInStock(`no ${item} here`);
    if (item === 'air') throw new RangeError(`${item} has no price`);
    return 10 * item.length;
  });
}

function addTax(price: number): number {
  return price * 1.2;
}

function offerAnother(failure: Failure): string {
  failure.trap(NotInStock);
  return `something else: ${failure.getErrorMessage()}`;
}

function apologize(failure: Failure): string {
  return `sorry: ${failure.getErrorMessage()}`;
}

function price(on: Reactor, item: string): Deferred<string> {
  return lookUpPrice(on, item)
    .addCallback(addTax)
    .addCallback((total) => `${item}: ${total.toFixed(2)}`)
    .addErrback(offerAnother)
    .addErrback(apologize);
}

export function main(on: Reactor): Deferred<string[]> {
  const never = new Deferred<string>().addTimeout(0.005, on).addErrback(apologize);
  return gatherResults([price(on, 'apple'), price(on, 'unicorn'), price(on, 'air'), never]);
}

export const iterate = () => main(reactor).toPromise();

runAsProgram(import.meta.url, main);
