// A client that says a few words to the echo server, one after the other, and hangs up.
import { Deferred, type Failure, inlineCallbacks } from 'leakscan/deferred';
import {
  ClientFactory,
  type Connector,
  type InternetAddress,
  Protocol,
  type Reactor,
  reactor,
} from 'leakscan/reactor';
import { listenEcho } from './echo-server.js';
import { runAsProgram } from './run-as-program.js';

class EchoClient extends Protocol {
  declare factory: EchoClientFactory;

  override connectionMade(): void {
    this.#sayNext();
  }

  override dataReceived(data: Buffer): void {
    this.factory.heard.push(`server said: ${data}`);
    this.#sayNext();
  }

  #sayNext(): void {
    const word = this.factory.words.shift();
    if (word === undefined) this.transport.loseConnection();
    else this.transport.write(word);
  }
}

class EchoClientFactory extends ClientFactory<EchoClient> {
  override protocol = EchoClient;
  readonly heard: string[] = [];
  readonly words = ['hello', 'world'];
  readonly done = new Deferred<string[]>();

  override clientConnectionFailed(_connector: Connector, reason: Failure): void {
    this.done.errback(reason);
  }

  override clientConnectionLost(): void {
    this.done.callback(this.heard);
  }
}

export const main = inlineCallbacks(function* (on: Reactor) {
  const port = yield* listenEcho(on, 0).whenListening();
  const factory = new EchoClientFactory();
  on.connectTCP('127.0.0.1', (port.getHost() as InternetAddress).port, factory);
  const heard = yield* factory.done;
  yield* port.stopListening();
  return heard;
});

export const iterate = () => main(reactor).toPromise();

runAsProgram(import.meta.url, main);
