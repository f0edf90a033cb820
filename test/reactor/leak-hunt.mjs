// Every feature of the reactor once a round: `leakscan run` over many rounds has to find nothing.
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Deferred, deferLater, inlineCallbacks, LoopingCall, succeed } from 'leakscan/deferred';
import {
  Agent,
  Application,
  ClientFactory,
  ClientService,
  connectProtocol,
  createReactor,
  DatagramProtocol,
  Factory,
  FilesystemLock,
  flushLoggedErrors,
  getProcessValue,
  globalLogBeginner,
  HTTPConnectionPool,
  Int16StringReceiver,
  LimitConnectionsByPeer,
  LineReceiver,
  Logger,
  Monitor,
  NetstringReceiver,
  NOT_DONE_YET,
  Protocol,
  ReconnectingClientFactory,
  Resource,
  reactor,
  readBody,
  ServerFactory,
  Site,
  TCPClientEndpoint,
  TimeoutFactory,
  TimeoutMixin,
  TimerService,
  watchLoggedErrors,
} from 'leakscan/reactor';

globalLogBeginner.beginLoggingTo([]);
const loopback = { interface: '127.0.0.1' };

class Upper extends TimeoutMixin(LineReceiver) {
  connectionMade() {
    this.setTimeout(30);
  }
  lineReceived(line) {
    this.resetTimeout();
    this.sendLine(String(line).toUpperCase());
  }
  connectionLost() {
    this.setTimeout(null);
  }
}

class Asking extends LineReceiver {
  constructor() {
    super();
    this.answered = new Deferred();
    this.gone = new Deferred();
  }
  connectionMade() {
    this.sendLine('hello');
  }
  lineReceived(line) {
    this.answered.callback(String(line));
  }
  connectionLost() {
    this.gone.callback(undefined);
  }
}

class Slow extends Resource {
  render_GET(request) {
    request.getSession().values.set('seen', true);
    reactor.callLater(0, () => {
      request.write('slow');
      request.finish();
    });
    return NOT_DONE_YET;
  }
}

function quiet(factory) {
  factory.noisy = false;
  return factory;
}

const conversation = inlineCallbacks(function* () {
  const wrapped = new TimeoutFactory(
    quiet(new LimitConnectionsByPeer(quiet(ServerFactory.forProtocol(Upper)), 5)),
    20,
  );
  const port = yield* reactor.listenTCP(0, quiet(wrapped), loopback).whenListening();
  const endpoint = new TCPClientEndpoint(reactor, '127.0.0.1', port.getHost().port);
  const asking = yield* connectProtocol(endpoint, new Asking());
  yield* asking.answered;
  asking.transport.loseConnection();
  yield* asking.gone;
  const service = new ClientService(endpoint, quiet(Factory.forProtocol(Asking)));
  service.startService();
  const connected = yield* service.whenConnected();
  yield* connected.answered;
  yield* service.stopService();
  yield* port.stopListening();
  yield* connectProtocol(endpoint, new Asking()).addErrback(() => undefined);
});

const web = inlineCallbacks(function* () {
  const root = new Resource();
  root.putChild('slow', new Slow());
  const site = quiet(new Site(root));
  const port = yield* reactor.listenTCP(0, site, loopback).whenListening();
  const pool = new HTTPConnectionPool();
  const agent = new Agent(reactor, { pool });
  const url = `http://127.0.0.1:${port.getHost().port}`;
  for (const path of ['/slow', '/nothing']) {
    const response = yield* agent.request('GET', url + path);
    yield* readBody(response);
  }
  const cancelled = agent.request('GET', `${url}/slow`);
  cancelled.addErrback(() => undefined);
  cancelled.cancel();
  yield* pool.closeCachedConnections();
  yield* port.stopListening();
});

const datagrams = inlineCallbacks(function* () {
  const received = new Deferred();
  class Receiving extends DatagramProtocol {
    datagramReceived(data) {
      if (!received.called) received.callback(String(data));
    }
  }
  const port = yield* reactor.listenUDP(0, new Receiving(), loopback).whenListening();
  port.write('x', port.getHost());
  yield* received;
  yield* port.stopListening();
});

const time = inlineCallbacks(function* () {
  const call = reactor.callLater(1000, () => {});
  call.reset(500);
  call.cancel();
  const loop = new LoopingCall(() => {});
  const ended = loop.start(1000);
  loop.stop();
  yield* ended;
  const application = new Application('hunt');
  const timer = new TimerService(1000, () => {});
  timer.setServiceParent(application);
  application.startService();
  yield* application.stopService();
  const monitor = new Monitor({ log: false, port: 0 });
  monitor.startService();
  yield* monitor.port.whenListening();
  yield* monitor.stopService();
  yield* deferLater(reactor, 0);
});

const ownReactor = inlineCallbacks(function* () {
  const own = createReactor();
  const ended = own.run({ installSignalHandlers: false });
  own.addSystemEventTrigger('before', 'shutdown', () => succeed(undefined));
  own.callWhenRunning(() => own.stop());
  yield ended;
});

function failures() {
  const stopWatching = watchLoggedErrors();
  new Logger('hunt').failure('logged', new Error('logged'));
  flushLoggedErrors();
  stopWatching();
  const factory = quiet(new ReconnectingClientFactory());
  factory.stopTrying();
  const failing = new ClientFactory();
  quiet(failing);
  reactor.connectTCP('127.0.0.1', 9, failing).stopConnecting();
}

function receivers() {
  const transport = { write() {}, disconnecting: false, loseConnection() {} };
  for (const Kind of [Int16StringReceiver, NetstringReceiver, Protocol]) {
    const protocol = new Kind();
    protocol.makeConnection(transport);
    protocol.dataReceived(Buffer.from([0]));
  }
}

function lock(round) {
  const file = new FilesystemLock(join(tmpdir(), `leakscan-hunt-${process.pid}-${round}`));
  file.lock();
  file.unlock();
}

export async function iterate(round) {
  await conversation();
  await web();
  await datagrams();
  await time();
  await ownReactor();
  failures();
  receivers();
  lock(round);
  if (round % 20 === 0) {
    await reactor.getThreadPool().defer((x) => 2 * x, round);
    await getProcessValue(process.execPath, ['--version']);
  }
}

export function teardown() {
  reactor.getThreadPool().stop();
}
