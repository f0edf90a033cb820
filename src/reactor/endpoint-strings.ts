import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import {
  type ClientEndpoint,
  type ServerEndpoint,
  TCPClientEndpoint,
  TCPServerEndpoint,
  TLSClientEndpoint,
  TLSServerEndpoint,
  UNIXClientEndpoint,
  UNIXServerEndpoint,
} from './endpoints.ts';
import type { ConnectTCPOptions, ListenTCPOptions, Reactor } from './reactor.ts';

/**
 * Endpoint from a text such as `tcp:example.org:80`, `tcp:host=::1:port=80` with a backslash before each colon
 * that is meant, `tls:example.org:443:timeout=10`, `unix:/run/app.sock`.
 *
 * @throws RangeError when the text is none.
 */
export function clientFromString(
  reactor: Pick<Reactor, 'connectTCP' | 'connectTLS' | 'connectUNIX'>,
  description: string,
): ClientEndpoint {
  const text = parse(description);
  switch (text.kind) {
    case 'tcp':
      return new TCPClientEndpoint(reactor, text.host(0), text.port(1), connectOptions(text));
    case 'tls':
    case 'ssl': {
      const ca = text.file('caCertFile');
      const certificate: ConnectionOptions = ca === undefined ? {} : { ca };
      return new TLSClientEndpoint(reactor, text.host(0), text.port(1), certificate, connectOptions(text));
    }
    case 'unix':
      return new UNIXClientEndpoint(reactor, text.required('path', 0), { timeout: text.number('timeout') });
    default:
      return text.refuse('Begin it with tcp, tls or unix.');
  }
}

/**
 * Endpoint from a text such as `tcp:8080`, `tcp:8080:interface=127.0.0.1:backlog=10`, `tcp6:8080`,
 * `ssl:443:privateKey=key.pem:certKey=cert.pem`, `unix:/run/app.sock`.
 *
 * @throws RangeError when the text is none.
 */
export function serverFromString(
  reactor: Pick<Reactor, 'listenTCP' | 'listenTLS' | 'listenUNIX'>,
  description: string,
): ServerEndpoint {
  const text = parse(description);
  switch (text.kind) {
    case 'tcp':
      return new TCPServerEndpoint(reactor, text.port(0), listenOptions(text));
    case 'tcp6':
      return new TCPServerEndpoint(reactor, text.port(0), { interface: '::', ...listenOptions(text) });
    case 'tls':
    case 'ssl':
      return new TLSServerEndpoint(
        reactor,
        text.port(0),
        { key: text.requiredFile('privateKey'), cert: text.requiredFile('certKey') },
        listenOptions(text),
      );
    case 'unix':
      return new UNIXServerEndpoint(reactor, text.required('address', 0), {
        backlog: text.number('backlog'),
      });
    default:
      return text.refuse('Begin it with tcp, tcp6, ssl or unix.');
  }
}

function connectOptions(text: EndpointText): ConnectTCPOptions {
  const host = text.named('bindAddress');
  return {
    timeout: text.number('timeout'),
    ...(host === undefined ? {} : { bindAddress: { host } }),
  };
}

function listenOptions(text: EndpointText): ListenTCPOptions {
  const address = text.named('interface');
  return { backlog: text.number('backlog'), ...(address === undefined ? {} : { interface: address }) };
}

/** The parts of a description: those in order, and those with a name. */
class EndpointText {
  readonly kind: string;
  readonly #description: string;
  readonly #inOrder: readonly string[];
  readonly #byName: ReadonlyMap<string, string>;

  constructor(description: string, kind: string, inOrder: readonly string[], byName: Map<string, string>) {
    this.#description = description;
    this.kind = kind;
    this.#inOrder = inOrder;
    this.#byName = byName;
  }

  named(name: string): string | undefined {
    return this.#byName.get(name);
  }

  required(name: string, place: number): string {
    return this.named(name) ?? this.#inOrder[place] ?? this.refuse(`It needs ${name}.`);
  }

  host(place: number): string {
    return this.required('host', place);
  }

  port(place: number): number {
    const text = this.required('port', place);
    const port = Number(text);
    if (/^\d+$/.test(text) && port < 65536) return port;
    return this.refuse(`A port is a number from 0 to 65535, not '${text}'.`);
  }

  number(name: string): number | undefined {
    const text = this.named(name);
    if (text === undefined) return undefined;
    const number = Number(text);
    return text !== '' && number >= 0 ? number : this.refuse(`'${name}' is a number, not '${text}'.`);
  }

  file(name: string): string | undefined {
    const path = this.named(name);
    return path === undefined ? undefined : readFileSync(path, 'utf8');
  }

  requiredFile(name: string): string {
    return this.file(name) ?? this.refuse(`It needs ${name}, the name of a file.`);
  }

  refuse(why: string): never {
    throw new RangeError(`'${this.#description}' describes no endpoint. ${why}`);
  }
}

/** Parts are separated by colons; a backslash takes the meaning from what follows it. */
function parse(description: string): EndpointText {
  const [kind = '', ...parts] = splitAt(description, ':');
  const inOrder: string[] = [];
  const byName = new Map<string, string>();
  for (const part of parts) {
    const [name = '', ...rest] = splitAt(part, '=');
    if (rest.length === 0) inOrder.push(unescaped(part));
    else byName.set(unescaped(name), unescaped(rest.join('=')));
  }
  return new EndpointText(description, kind.toLowerCase(), inOrder, byName);
}

function splitAt(text: string, separator: string): string[] {
  const parts: string[] = [];
  let part = '';
  for (let i = 0; i < text.length; i += 1) {
    const character = text[i]!;
    if (character === separator) {
      parts.push(part);
      part = '';
      continue;
    }
    part += character;
    if (character === '\\' && i + 1 < text.length) {
      i += 1;
      part += text[i];
    }
  }
  return [...parts, part];
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, '$1');
}
