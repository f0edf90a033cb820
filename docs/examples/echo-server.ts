// A server that sends back what it gets. As a program it listens, on port 8000 or the one given,
// until it is stopped; `echo-client.ts` talks to it.
import { pathToFileURL } from 'node:url';
import {
  addressText,
  type ListeningPort,
  Protocol,
  type Reactor,
  reactor,
  ServerFactory,
} from 'leakscan/reactor';

class Echo extends Protocol {
  override dataReceived(data: Buffer): void {
    this.transport.write(data);
  }
}

/** Listens on loopback; port 0 takes a free one. */
export function listenEcho(on: Reactor, port: number): ListeningPort {
  return on.listenTCP(port, ServerFactory.forProtocol(Echo), { interface: '127.0.0.1' });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  listenEcho(reactor, Number(process.argv[2] ?? 8000))
    .whenListening()
    .addCallbacks(
      (port) => console.log(`echoing at ${addressText(port.getHost())}`),
      (failure) => {
        console.error(failure.getErrorMessage());
        reactor.stop();
      },
    );
  await reactor.run();
}
