/**
 * TCP echo through Protocol and Factory against plain `net`, in one process and in turns, so that the ratio means
 * something on a busy machine. Several connections send as fast as they get their bytes back. Prints the most bytes a
 * second of each, and the median of the rounds' ratios; above 1 the reactor wins.
 *
 *     npm run bench:reactor [-- rounds]
 */
import { connect, createServer, type Server, type Socket } from 'node:net';
import {
  createReactor,
  type InternetAddress,
  type ListeningPort,
  Protocol,
  ServerFactory,
} from '../src/reactor/index.ts';

const connections = 8;
const messages = 4000;

interface EchoServer {
  readonly port: number;
  close(): Promise<void>;
}

class Echo extends Protocol {
  override dataReceived(data: Buffer): void {
    this.transport.write(data);
  }
}

async function reactorServer(): Promise<EchoServer> {
  const factory = ServerFactory.forProtocol(Echo);
  factory.noisy = false;
  const listening: ListeningPort = createReactor().listenTCP(0, factory, { interface: '127.0.0.1' });
  await listening.whenListening().toPromise();
  const { port } = listening.getHost() as InternetAddress;
  return { port, close: () => listening.stopListening().toPromise() };
}

async function plainServer(): Promise<EchoServer> {
  const server: Server = createServer((socket) => {
    socket.on('data', (data) => socket.write(data));
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return { port, close: () => new Promise((resolve) => server.close(() => resolve())) };
}

/** Sends so many messages, each when the one before has come back. */
function converse(port: number, message: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(port, '127.0.0.1');
    let left = messages;
    let missing = message.length;
    socket.setNoDelay(true);
    socket.once('connect', () => socket.write(message));
    socket.once('error', reject);
    socket.once('close', () => resolve());
    socket.on('data', (data) => {
      missing -= data.length;
      if (missing > 0) return;
      missing = message.length;
      left -= 1;
      if (left === 0) socket.destroy();
      else socket.write(message);
    });
  });
}

async function bytesEachSecond(start: () => Promise<EchoServer>, size: number): Promise<number> {
  const server = await start();
  const message = Buffer.alloc(size, 'x');
  const began = performance.now();
  await Promise.all(Array.from({ length: connections }, () => converse(server.port, message)));
  const seconds = (performance.now() - began) / 1000;
  await server.close();
  return (connections * messages * size) / seconds;
}

async function compare(size: number, rounds: number): Promise<void> {
  let reactor = 0;
  let plain = 0;
  const ratios: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const ofReactor = await bytesEachSecond(reactorServer, size);
    const ofPlain = await bytesEachSecond(plainServer, size);
    if (round === 0) continue;
    reactor = Math.max(reactor, ofReactor);
    plain = Math.max(plain, ofPlain);
    ratios.push(ofReactor / ofPlain);
  }
  ratios.sort((a, b) => a - b);
  const median = ratios[ratios.length >> 1] ?? Number.NaN;
  const mega = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB/s`;
  print(`echo of ${size} bytes`, mega(reactor), mega(plain), median.toFixed(2));
}

function print(name: string, ...cells: string[]): void {
  process.stdout.write(`${name.padEnd(24)}${cells.map((cell) => cell.padStart(14)).join('')}\n`);
}

const rounds = Number(process.argv[2] ?? 5);
process.stdout.write(`Node ${process.version}, ${rounds} rounds\n`);
print('', 'reactor', 'net', 'ratio');
for (const size of [64, 4096, 65536]) await compare(size, rounds);
