// A chat: everybody gives a name first, and from then on everybody hears what the others say.
import { Deferred, type Failure, gatherResults, inlineCallbacks } from 'leakscan/deferred';
import {
  connectProtocol,
  type InternetAddress,
  LineReceiver,
  type Reactor,
  reactor,
  ServerFactory,
  TCPClientEndpoint,
} from 'leakscan/reactor';
import { runAsProgram } from './run-as-program.js';

class Chat extends LineReceiver {
  declare factory: ChatFactory;
  #name: string | null = null;

  override connectionMade(): void {
    this.sendLine("What's your name?");
  }

  override connectionLost(_reason: Failure): void {
    if (this.#name !== null) this.factory.users.delete(this.#name);
  }

  override lineReceived(line: Buffer): void {
    if (this.#name === null) this.#enter(String(line));
    else this.factory.tell(this, `<${this.#name}> ${line}`);
  }

  #enter(name: string): void {
    if (this.factory.users.has(name)) {
      this.sendLine('Name taken, please choose another.');
      return;
    }
    this.#name = name;
    this.factory.users.set(name, this);
    this.sendLine(`Welcome, ${name}!`);
  }
}

class ChatFactory extends ServerFactory<Chat> {
  override protocol = Chat;
  /** Those who are here: a user is taken out in `connectionLost`. */
  readonly users = new Map<string, Chat>();

  tell(speaker: Chat, text: string): void {
    for (const user of this.users.values()) if (user !== speaker) user.sendLine(text);
  }
}

/** Somebody who notes what is said. */
class Guest extends LineReceiver {
  readonly heard: string[] = [];
  readonly gone = new Deferred<void>();
  #waiting: Deferred<string> | null = null;

  override lineReceived(line: Buffer): void {
    this.heard.push(String(line));
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.callback(String(line));
  }

  /** Fires with the next line that comes. */
  nextLine(): Deferred<string> {
    this.#waiting = new Deferred();
    return this.#waiting;
  }

  override connectionLost(_reason: Failure): void {
    this.gone.callback(undefined);
  }
}

export const main = inlineCallbacks(function* (on: Reactor) {
  const port = yield* on.listenTCP(0, new ChatFactory(), { interface: '127.0.0.1' }).whenListening();
  const endpoint = new TCPClientEndpoint(on, '127.0.0.1', (port.getHost() as InternetAddress).port);
  const ada = yield* connectProtocol(endpoint, new Guest());
  yield* ada.nextLine();
  ada.sendLine('ada');
  yield* ada.nextLine();
  const bob = yield* connectProtocol(endpoint, new Guest());
  yield* bob.nextLine();
  bob.sendLine('ada');
  yield* bob.nextLine();
  bob.sendLine('bob');
  yield* bob.nextLine();
  bob.sendLine('hello, ada');
  yield* ada.nextLine();
  for (const guest of [ada, bob]) guest.transport.loseConnection();
  yield* gatherResults([ada.gone, bob.gone]);
  yield* port.stopListening();
  return [...ada.heard.map((line) => `ada heard: ${line}`), ...bob.heard.map((line) => `bob heard: ${line}`)];
});

export const iterate = () => main(reactor).toPromise();

runAsProgram(import.meta.url, main);
