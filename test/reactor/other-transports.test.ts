import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { afterAll, describe, expect, test } from 'vitest';
import type { Failure } from '../../src/deferred/index.ts';
import {
  BadFileError,
  CannotListenError,
  ClientFactory,
  ConnectedDatagramProtocol,
  type Connector,
  DatagramProtocol,
  flushLoggedErrors,
  getProcessOutput,
  getProcessOutputAndValue,
  getProcessValue,
  type InternetAddress,
  MessageLengthError,
  ProcessDone,
  ProcessExitedAlready,
  ProcessProtocol,
  ProcessTerminated,
  Protocol,
  RuntimeError,
  ServerFactory,
  SSLError,
  StandardIO,
  type StreamTransport,
  watchLoggedErrors,
} from '../../src/reactor/index.ts';
import { Echo, Noting, portOf, reactorOfTest, turns, until, when } from './support.ts';

const ofTest = reactorOfTest();
const folder = mkdtempSync(join(tmpdir(), 'leakscan-reactor-'));
afterAll(() => rmSync(folder, { recursive: true }));

const read = (name: string) => readFileSync(new URL(`./certificates/${name}`, import.meta.url), 'utf8');
const certificate = { key: read('key.pem'), cert: read('certificate.pem') };
const trust = { ca: certificate.cert };
const loopback = { interface: '127.0.0.1' };

function quiet<F extends { noisy: boolean }>(factory: F): F {
  factory.noisy = false;
  return factory;
}

/** A client that says hello and notes what comes. */
class Hello extends Noting {
  override connectionMade(): void {
    super.connectionMade();
    this.transport.write('hello');
  }
}

class OneClient extends ClientFactory<Protocol> {
  override noisy = false;
  readonly failures: unknown[] = [];
  readonly one: Protocol;

  constructor(one: Protocol) {
    super();
    this.one = one;
  }

  override buildProtocol(): Protocol {
    return this.one;
  }

  override clientConnectionFailed(_connector: Connector, reason: Failure): void {
    this.failures.push(reason.value);
  }
}

describe('2.5 listenSSL, connectSSL, startTLS, CertificateOptions', () => {
  test('echo over TLS', async () => {
    const port = ofTest.reactor.listenTLS(0, quiet(ServerFactory.forProtocol(Echo)), certificate, loopback);
    const client = new Hello();
    const number = await portOf(port);
    const connector = ofTest.reactor.connectTLS('localhost', number, new OneClient(client), trust);
    await until(() => client.events.length === 2);
    expect((client.transport as StreamTransport).getPeerCertificate()).toMatchObject({
      subject: { CN: 'localhost' },
    });
    connector.disconnect();
    await until(() => client.events.length === 3);
    expect(client.events).toEqual(['made', 'data hello', 'lost ConnectionDone']);
    client.transport.abortConnection();
    await when(port.stopListening());
    await until(() => ofTest.reactor.openThings().connections.length === 0);
  });

  test('a certificate that is not trusted fails the attempt with SSLError', async () => {
    const port = ofTest.reactor.listenTLS(0, quiet(ServerFactory.forProtocol(Echo)), certificate, loopback);
    const factory = new OneClient(new Noting());
    ofTest.reactor.connectTLS('localhost', await portOf(port), factory);
    await until(() => factory.failures.length === 1);
    expect(factory.failures[0]).toBeInstanceOf(SSLError);
    await when(port.stopListening());
  });

  test('startTLS on both sides of a plain connection', async () => {
    class Upgrading extends Protocol {
      override dataReceived(data: Buffer): void {
        if (String(data) === 'STARTTLS') {
          this.transport.write('OK');
          (this.transport as StreamTransport).startTLS({ isServer: true, ...certificate });
        } else {
          this.transport.write(`secret ${data}`);
        }
      }
    }
    class Client extends Noting {
      override connectionMade(): void {
        super.connectionMade();
        this.transport.write('STARTTLS');
      }
      override dataReceived(data: Buffer): void {
        super.dataReceived(data);
        if (String(data) !== 'OK') return;
        (this.transport as StreamTransport).startTLS({ ...trust, servername: 'localhost' });
        this.transport.write('word');
      }
    }
    const port = ofTest.reactor.listenTCP(0, quiet(ServerFactory.forProtocol(Upgrading)), loopback);
    const client = new Client();
    ofTest.reactor.connectTCP('127.0.0.1', await portOf(port), new OneClient(client));
    await until(() => client.events.length === 3);
    client.transport.loseConnection();
    await until(() => client.events.length === 4);
    expect(client.events).toEqual(['made', 'data OK', 'data secret word', 'lost ConnectionDone']);
    await when(port.stopListening());
    await until(() => ofTest.reactor.openThings().connections.length === 0);
  });

  test('a client of Node that speaks no TLS builds nothing', async () => {
    const built: Protocol[] = [];
    class Counting extends Noting {
      constructor() {
        super();
        built.push(this);
      }
    }
    const port = ofTest.reactor.listenTLS(
      0,
      quiet(ServerFactory.forProtocol(Counting)),
      certificate,
      loopback,
    );
    const number = await portOf(port);
    const plain = new OneClient(new Hello());
    ofTest.reactor.connectTCP('127.0.0.1', number, plain);
    await until(() => (plain.one as Noting).events.some((event) => event.startsWith('lost')));
    expect(built).toEqual([]);
    const good = connectTls({
      host: '127.0.0.1',
      port: number,
      ca: certificate.cert,
      servername: 'localhost',
    });
    await until(() => built.length === 1);
    good.destroy();
    await when(port.stopListening());
    await until(() => ofTest.reactor.openThings().connections.length === 0);
  });
});

describe('a peer that stalls', () => {
  test('in the handshake of TLS is dropped', async () => {
    const impatient = { ...certificate, handshakeTimeout: 20 };
    const port = ofTest.reactor.listenTLS(0, quiet(ServerFactory.forProtocol(Echo)), impatient, loopback);
    const client = new Noting();
    ofTest.reactor.connectTCP('127.0.0.1', await portOf(port), new OneClient(client));
    await until(() => client.events.length === 2);
    expect(client.events[1]).toMatch(/^lost Connection/);
    await when(port.stopListening());
  });
});

describe('2.5 listenUNIX, connectUNIX', () => {
  test('echo over a UNIX socket', async () => {
    const path = join(folder, 'echo.sock');
    const port = ofTest.reactor.listenUNIX(path, quiet(ServerFactory.forProtocol(Echo)));
    await when(port.whenListening());
    expect(port.getHost()).toEqual({ type: 'UNIX', name: path });
    const client = new Hello();
    const connector = ofTest.reactor.connectUNIX(path, new OneClient(client));
    await until(() => client.events.length === 2);
    expect(client.transport.getPeer()).toEqual({ type: 'UNIX', name: path });
    connector.disconnect();
    await until(() => client.events.length === 3);
    await when(port.stopListening());
    await until(() => ofTest.reactor.openThings().connections.length === 0);
    const factory = new OneClient(new Noting());
    ofTest.reactor.connectUNIX(join(folder, 'nobody.sock'), factory);
    await until(() => factory.failures.length === 1);
    expect(factory.failures[0]).toBeInstanceOf(BadFileError);
  });
});

class NotingDatagrams extends DatagramProtocol {
  readonly events: string[] = [];
  from: InternetAddress | null = null;

  override startProtocol(): void {
    this.events.push('start');
  }

  override stopProtocol(): void {
    this.events.push('stop');
  }

  override datagramReceived(data: Buffer, from: InternetAddress): void {
    this.from = from;
    this.events.push(`${data}`);
    if (String(data) === 'throw') throw new Error('of datagramReceived');
  }

  override connectionRefused(): void {
    this.events.push('refused');
  }
}

describe('2.5 listenUDP(port, protocol, interface, maxPacketSize=8192)', () => {
  test('start, datagrams both ways, errors are logged, stop', async () => {
    const stopWatching = watchLoggedErrors();
    const server = new NotingDatagrams();
    const client = new NotingDatagrams();
    const serverPort = ofTest.reactor.listenUDP(0, server, { ...loopback, maxPacketSize: 6 });
    const clientPort = ofTest.reactor.listenUDP(0, client, loopback);
    await when(serverPort.whenListening());
    await when(clientPort.whenListening());
    clientPort.write('throw', serverPort.getHost());
    await until(() => server.events.length === 2);
    clientPort.write('too long', serverPort.getHost());
    await until(() => server.events.length === 3);
    serverPort.write('answer', server.from as InternetAddress);
    await until(() => client.events.length === 2);
    expect(flushLoggedErrors()).toHaveLength(1);
    expect(() => clientPort.write(Buffer.alloc(70_000), serverPort.getHost())).toThrow(MessageLengthError);
    expect(() => clientPort.write('where to?')).toThrow(RuntimeError);
    await when(serverPort.stopListening());
    await when(serverPort.stopListening());
    clientPort.loseConnection();
    await until(() => client.events.includes('stop'));
    clientPort.write('into nothing', { host: '127.0.0.1', port: 9 });
    expect(server.events).toEqual(['start', 'throw', 'too lo', 'stop']);
    expect(client.events).toEqual(['start', 'answer', 'stop']);
    expect([server.transport, client.transport]).toEqual([null, null]);
    stopWatching();
  });

  test('a connected port writes without an address, and hears of refusal', async () => {
    const server = new NotingDatagrams();
    const client = new NotingDatagrams();
    const serverPort = ofTest.reactor.listenUDP(0, server, loopback);
    const clientPort = ofTest.reactor.listenUDP(0, client, loopback);
    await when(serverPort.whenListening());
    await when(clientPort.whenListening());
    expect(() => clientPort.connect('localhost', 9)).toThrow(RuntimeError);
    clientPort.connect('127.0.0.1', serverPort.getHost().port);
    expect(() => clientPort.connect('127.0.0.1', 9)).toThrow(RuntimeError);
    await turns(2);
    clientPort.write('hello');
    await until(() => server.events.includes('hello'));
    await when(serverPort.stopListening());
    while (!client.events.includes('refused')) {
      clientPort.write('anybody?');
      await turns(2);
    }
    await when(clientPort.stopListening());
  });

  test('a port in use fails with CannotListenError', async () => {
    const port = ofTest.reactor.listenUDP(0, new NotingDatagrams(), loopback);
    await when(port.whenListening());
    const second = ofTest.reactor.listenUDP(port.getHost().port, new NotingDatagrams(), loopback);
    await expect(when(second.whenListening())).rejects.toBeInstanceOf(CannotListenError);
    await when(port.stopListening());
  });
});

describe('2.6 ProcessProtocol, DatagramProtocol, ConnectedDatagramProtocol', () => {
  test('a DatagramProtocol has neither connectionMade nor connectionLost', () => {
    const protocol = new ConnectedDatagramProtocol();
    expect(protocol).toBeInstanceOf(DatagramProtocol);
    expect('connectionMade' in protocol || 'connectionLost' in protocol).toBe(false);
    protocol.startProtocol();
    protocol.datagramReceived(Buffer.from('x'), {
      type: 'UDP',
      family: 'IPv4',
      host: '127.0.0.1',
      port: 9,
    });
    protocol.connectionRefused();
    protocol.connectionFailed({} as Failure);
    protocol.doStop();
    expect(protocol.transport).toBe(null);
  });

  test('an error in startProtocol is logged', async () => {
    const stopWatching = watchLoggedErrors();
    class Broken extends DatagramProtocol {
      override startProtocol(): void {
        throw new Error('of startProtocol');
      }
    }
    const port = ofTest.reactor.listenUDP(0, new Broken(), loopback);
    await when(port.whenListening());
    expect(flushLoggedErrors()).toHaveLength(1);
    stopWatching();
    await when(port.stopListening());
  });
});

describe('2.5 listenMulticast, joinGroup, leaveGroup, setTTL, setLoopbackMode', () => {
  test('two members of a group on one port', async () => {
    const members = [new NotingDatagrams(), new NotingDatagrams()];
    const first = ofTest.reactor.listenMulticast(0, members[0] as NotingDatagrams);
    await when(first.whenListening());
    const { port } = first.getHost();
    const second = ofTest.reactor.listenMulticast(port, members[1] as NotingDatagrams);
    await when(second.whenListening());
    for (const one of [first, second]) one.joinGroup('239.1.2.3', '127.0.0.1');
    first.setTTL(0);
    first.setLoopbackMode(true);
    first.setOutgoingInterface('127.0.0.1');
    first.setBroadcastAllowed(false);
    first.write('to all', { host: '239.1.2.3', port });
    await until(() => members.every(({ events }) => events.includes('to all')));
    second.leaveGroup('239.1.2.3', '127.0.0.1');
    await when(first.stopListening());
    await when(second.stopListening());
  });
});

class NotingProcess extends ProcessProtocol {
  readonly events: string[] = [];
  reason: unknown = null;

  override connectionMade(): void {
    this.events.push('made');
  }
  override outReceived(data: Buffer): void {
    this.events.push(`out ${data}`.trim());
  }
  override errReceived(data: Buffer): void {
    this.events.push(`err ${data}`.trim());
  }
  override inConnectionLost(): void {
    this.events.push('in lost');
  }
  override outConnectionLost(): void {
    this.events.push('out lost');
  }
  override errConnectionLost(): void {
    this.events.push('err lost');
  }
  override processExited(): void {
    this.events.push('exited');
  }
  override processEnded(reason: Failure): void {
    this.events.push('ended');
    this.reason = reason.value;
  }
}

const node = process.execPath;

describe('2.5 spawnProcess(protocol, executable, args, env, path, uid, gid, usePTY, childFDs)', () => {
  test('what the child writes, its exit, and its end once all pipes are closed', async () => {
    const protocol = new NotingProcess();
    const script = "process.stdin.on('data', (d) => { process.stdout.write(d); process.stderr.write('!'); })";
    const child = ofTest.reactor.spawnProcess(protocol, node, ['my-node', '-e', script], { path: folder });
    expect(protocol.events).toEqual(['made']);
    expect(child.pid).toBeGreaterThan(0);
    child.writeSequence(['echo', ' this']);
    await until(() => protocol.events.length >= 3);
    child.closeStdin();
    await until(() => protocol.events.includes('ended'));
    expect(protocol.events.slice(0, 3).sort()).toEqual(['err !', 'made', 'out echo this']);
    expect(protocol.events.slice(3, -1).sort()).toEqual(['err lost', 'exited', 'in lost', 'out lost']);
    expect(protocol.events.at(-1)).toBe('ended');
    expect(protocol.reason).toBeInstanceOf(ProcessDone);
    expect([child.pid, child.getPeer().type]).toEqual([null, 'pipe']);
    expect(() => child.signalProcess('TERM')).toThrow(ProcessExitedAlready);
  });

  test('exit codes, signals, a program that is not there', async () => {
    const failing = new NotingProcess();
    ofTest.reactor.spawnProcess(failing, node, [node, '-e', 'process.exit(3)']);
    const killed = new NotingProcess();
    const child = ofTest.reactor.spawnProcess(killed, node, [node, '-e', 'setInterval(() => {}, 1000)']);
    child.signalProcess('KILL');
    const missing = new NotingProcess();
    ofTest.reactor.spawnProcess(missing, join(folder, 'no-such-program'));
    await until(() => [failing, killed, missing].every(({ reason }) => reason !== null));
    expect(failing.reason).toMatchObject({ exitCode: 3, signal: null });
    expect(killed.reason).toMatchObject({ exitCode: null, signal: 'SIGKILL' });
    expect(missing.reason).toMatchObject({ exitCode: 1, cause: { code: 'ENOENT' } });
    for (const { reason } of [failing, killed, missing]) expect(reason).toBeInstanceOf(ProcessTerminated);
  });

  test('environment and descriptors of its own', async () => {
    const received: [number, string][] = [];
    class Extra extends NotingProcess {
      override childDataReceived(fd: number, data: Buffer): void {
        received.push([fd, String(data)]);
      }
    }
    const protocol = new Extra();
    const script = "require('node:fs').writeSync(3, process.env.WORD + require('node:fs').readFileSync(4))";
    const child = ofTest.reactor.spawnProcess(protocol, node, [node, '-e', script], {
      env: { WORD: 'given ' },
      childFDs: { 1: 1, 3: 'r', 4: 'w' },
    });
    child.writeToChild(4, 'and written');
    child.closeChildFD(4);
    await until(() => protocol.reason !== null);
    expect(received).toEqual([[3, 'given and written']]);
  });

  test('loseConnection closes the pipes, and the child sees its input end', async () => {
    const protocol = new NotingProcess();
    const script = "process.stdin.on('end', () => process.exit(0)).resume()";
    const child = ofTest.reactor.spawnProcess(protocol, node, [node, '-e', script]);
    child.pauseProducing();
    child.resumeProducing();
    child.stopProducing();
    await until(() => protocol.reason !== null);
    expect(protocol.reason).toBeInstanceOf(ProcessDone);
  });
});

describe('2.5 utils.getProcessOutput, getProcessValue, getProcessOutputAndValue', () => {
  const run = (script: string): [string, string[]] => [node, ['-e', script]];

  test('what it wrote, and its exit code', async () => {
    expect(String(await when(getProcessOutput(...run("console.log('hi')"))))).toBe('hi\n');
    expect(await when(getProcessValue(...run('process.exit(7)')))).toBe(7);
    const all = await when(
      getProcessOutputAndValue(...run("console.log('o'); console.error('e'); process.exitCode = 2")),
    );
    expect([String(all.out), String(all.err), all.code]).toEqual(['o\n', 'e\n', 2]);
  });

  test('standard error fails getProcessOutput unless it is asked for', async () => {
    await expect(when(getProcessOutput(...run("console.error('bad')")))).rejects.toThrow(/bad/);
    const both = await when(getProcessOutput(...run("console.error('bad')"), { errorToo: true }));
    expect(String(both)).toBe('bad\n');
  });

  test('a signal, a program that is not there, and cancelling', async () => {
    await expect(when(getProcessValue(...run("process.kill(process.pid, 'SIGTERM')")))).rejects.toMatchObject(
      {
        signal: 'SIGTERM',
      },
    );
    await expect(when(getProcessValue(join(folder, 'nothing')))).rejects.toMatchObject({ code: 'ENOENT' });
    const endless = getProcessValue(...run('setInterval(() => {}, 1000)'));
    endless.cancel();
    await expect(when(endless)).rejects.toMatchObject({ name: 'CancelledError' });
  });
});

describe('2.5 stdio.StandardIO', () => {
  test('a protocol on two streams, ended by the end of its input', async () => {
    const input = new PassThrough();
    const output = new PassThrough();
    const protocol = new Hello();
    const io = new StandardIO(protocol, input, output);
    input.end('typed');
    await until(() => protocol.events.length === 3);
    expect(protocol.events).toEqual(['made', 'data typed', 'lost ConnectionDone']);
    expect(String(output.read())).toBe('hello');
    io.write('too late');
    expect([output.read(), io.getHost().type]).toEqual([null, 'pipe']);
  });

  test('loseConnection writes what is left, an error of the protocol ends it', async () => {
    const protocol = new Hello();
    const io = new StandardIO(protocol, new PassThrough(), new PassThrough());
    io.writeSequence(['a', 'b']);
    io.loseConnection();
    await until(() => protocol.events.includes('lost ConnectionDone'));
    const stopWatching = watchLoggedErrors();
    class Broken extends Noting {
      override dataReceived(): void {
        throw new RangeError('x');
      }
    }
    const input = new PassThrough();
    const broken = new Broken();
    new StandardIO(broken, input, new PassThrough());
    input.write('x');
    await until(() => broken.events.length === 2);
    expect(broken.events).toEqual(['made', 'lost RangeError']);
    expect(flushLoggedErrors()).toHaveLength(1);
    stopWatching();
  });

  test('a producer is paused while the output is full', async () => {
    const output = new PassThrough({ highWaterMark: 4 });
    const protocol = new Noting();
    const io = new StandardIO(protocol, new PassThrough(), output);
    const calls: string[] = [];
    io.registerProducer(
      {
        pauseProducing: () => calls.push('pause'),
        resumeProducing: () => calls.push('resume'),
        stopProducing: () => calls.push('stop'),
      },
      true,
    );
    expect(() => io.registerProducer({ resumeProducing: () => {}, stopProducing: () => {} }, false)).toThrow(
      RuntimeError,
    );
    io.write('much too much');
    output.resume();
    await until(() => calls.length === 2);
    io.loseConnection();
    io.unregisterProducer();
    await until(() => protocol.events.includes('lost ConnectionDone'));
    expect(calls).toEqual(['pause', 'resume']);
  });
});
