// Fetches many pages over HTTP, only so many at a time.
import { type Deferred, DeferredSemaphore, gatherResults, inlineCallbacks } from 'leakscan/deferred';
import {
  Agent,
  HTTPConnectionPool,
  type InternetAddress,
  type Reactor,
  type Request,
  Resource,
  reactor,
  readBody,
  Site,
} from 'leakscan/reactor';
import { runAsProgram } from './run-as-program.js';

/** A page for each number, of as many letters. */
class Pages extends Resource {
  override getChild(name: string): Resource {
    return new Page(Number(name));
  }
}

class Page extends Resource {
  override isLeaf = true;
  readonly #number: number;

  constructor(number: number) {
    super();
    this.#number = number;
  }

  render_GET(_request: Request): string {
    return 'x'.repeat(this.#number);
  }
}

/** The sizes of all pages, in the order of the addresses. */
function fetchSizes(agent: Agent, addresses: readonly string[], atATime: number): Deferred<number[]> {
  const semaphore = new DeferredSemaphore(atATime);
  const fetchSize = (address: string) =>
    agent
      .request('GET', address)
      .addCallback((response) => readBody(response))
      .addCallback((body) => body.length);
  return gatherResults(
    addresses.map((address) => semaphore.run(fetchSize, address)),
    { consumeErrors: true },
  );
}

export const main = inlineCallbacks(function* (on: Reactor) {
  const port = yield* on.listenTCP(0, new Site(new Pages()), { interface: '127.0.0.1' }).whenListening();
  const { port: number } = port.getHost() as InternetAddress;
  const pool = new HTTPConnectionPool();
  const agent = new Agent(on, { pool });
  const addresses = Array.from({ length: 20 }, (_, i) => `http://127.0.0.1:${number}/${100 * i}`);
  const sizes = yield* fetchSizes(agent, addresses, 4);
  yield* pool.closeCachedConnections();
  yield* port.stopListening();
  return [`${sizes.length} pages`, `${sizes.reduce((sum, size) => sum + size, 0)} bytes`];
});

export const iterate = () => main(reactor).toPromise();

runAsProgram(import.meta.url, main);
