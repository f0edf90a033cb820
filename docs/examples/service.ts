// An application of two services that are started and stopped together: one counts, one tells the count.
import { Deferred, type Failure, inlineCallbacks } from 'leakscan/deferred';
import {
  Application,
  connectProtocol,
  type InternetAddress,
  type ListeningPort,
  Protocol,
  type Reactor,
  reactor,
  ServerFactory,
  Service,
  TCPClientEndpoint,
  TimerService,
} from 'leakscan/reactor';
import { runAsProgram } from './run-as-program.js';

class Counter {
  count = 0;

  add(): void {
    this.count += 1;
  }
}

/** Tells each client the count, and hangs up. */
class CountServer extends Service {
  readonly #reactor: Reactor;
  readonly #factory: CountFactory;
  #port: ListeningPort | null = null;

  constructor(on: Reactor, counter: Counter) {
    super();
    this.#reactor = on;
    this.#factory = new CountFactory(counter);
  }

  override startService(): void {
    super.startService();
    this.#port = this.#reactor.listenTCP(0, this.#factory, { interface: '127.0.0.1' });
  }

  override stopService(): Deferred<void> | undefined {
    super.stopService();
    return this.#port?.stopListening();
  }

  /** Fires with the port number when it is open. */
  whenOpen(): Deferred<number> {
    if (this.#port === null) throw new Error('the service was not started');
    return this.#port.whenListening().addCallback((port) => (port.getHost() as InternetAddress).port);
  }
}

class CountFactory extends ServerFactory<Telling> {
  override protocol = Telling;
  readonly counter: Counter;

  constructor(counter: Counter) {
    super();
    this.counter = counter;
  }
}

class Telling extends Protocol {
  declare factory: CountFactory;

  override connectionMade(): void {
    this.transport.write(this.factory.counter.count > 0 ? 'it counts' : 'nothing yet');
    this.transport.loseConnection();
  }
}

class Listening extends Protocol {
  readonly told = new Deferred<string>();
  #text = '';

  override dataReceived(data: Buffer): void {
    this.#text += data;
  }

  override connectionLost(_reason: Failure): void {
    this.told.callback(this.#text);
  }
}

export const main = inlineCallbacks(function* (on: Reactor) {
  const counter = new Counter();
  const application = new Application('counting');
  const timer = new TimerService(0.001, () => counter.add());
  timer.clock = on;
  timer.setServiceParent(application);
  const server = new CountServer(on, counter);
  server.setServiceParent(application);
  application.startService();
  const port = yield* server.whenOpen();
  const client = yield* connectProtocol(new TCPClientEndpoint(on, '127.0.0.1', port), new Listening());
  const told = yield* client.told;
  const stops = yield* application.stopService();
  return [told, `${(stops as unknown[]).length} services stopped`, `running: ${application.running}`];
});

export const iterate = () => main(reactor).toPromise();

runAsProgram(import.meta.url, main);
