import { afterEach } from 'vitest';
import type { Deferred } from '../../src/deferred/index.ts';
import { createReactor, type ListeningPort, Protocol, type Reactor } from '../../src/reactor/index.ts';
import { assertCleanReactor } from '../../src/reactor/testing/clean-reactor.ts';

/** A reactor for each test, which has to be clean when the test is over. */
export function reactorOfTest(): { readonly reactor: Reactor } {
  const holder = { reactor: createReactor() };
  afterEach(async () => {
    const { reactor } = holder;
    holder.reactor = createReactor();
    await turns(3);
    assertCleanReactor(reactor);
  });
  return holder;
}

/** So many turns of the event loop. */
export async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Waits until something is so. Fails by the timeout of the test. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await turns(1);
}

/** Port number of an open port. */
export async function portOf(port: ListeningPort): Promise<number> {
  await port.whenListening().toPromise();
  const address = port.getHost();
  if (!('port' in address)) throw new Error('no port number');
  return address.port;
}

/** Notes what becomes of it. */
export class Noting extends Protocol {
  readonly events: string[] = [];

  override connectionMade(): void {
    this.events.push('made');
  }

  override dataReceived(data: Buffer): void {
    this.events.push(`data ${data}`);
  }

  override connectionLost(reason: { value: unknown }): void {
    this.events.push(`lost ${(reason.value as Error).name}`);
  }
}

/** Sends back what comes. */
export class Echo extends Protocol {
  override dataReceived(data: Buffer): void {
    this.transport.write(data);
  }
}

/** The promise of a Deferred, for `await`: the Deferred's result is taken. */
export function when<T>(deferred: Deferred<T>): Promise<T> {
  return deferred.toPromise();
}
