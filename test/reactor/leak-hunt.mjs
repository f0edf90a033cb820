// Every feature of the reactor once a round: `leakscan run` over many rounds has to find nothing.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Deferred, deferLater, fail, inlineCallbacks, LoopingCall, succeed } from 'leakscan/deferred';
import {
  AccumulatingProtocol,
  Agent,
  Application,
  addressText,
  assertCleanReactor,
  assertFailure,
  assertNoResult,
  backoffPolicy,
  ClientFactory,
  ClientService,
  ConnectedDatagramProtocol,
  CooperatorService,
  callInThread,
  callMultipleInThread,
  clientFromString,
  connectProtocol,
  consoleObserver,
  createReactor,
  DatagramProtocol,
  DeferredFilesystemLock,
  deferredBody,
  deferToThread,
  deferToThreadPool,
  ErrorPage,
  Factory,
  FileBodyProducer,
  FileSender,
  FilesystemLock,
  failureResultOf,
  filteringLogObserver,
  flushLoggedErrors,
  formatEvent,
  formatEventWithFailure,
  getProcessOutput,
  getProcessOutputAndValue,
  getProcessValue,
  globalLogBeginner,
  globalLogPublisher,
  HTTPConnectionPool,
  Int8StringReceiver,
  Int16StringReceiver,
  Int32StringReceiver,
  jsonFileLogObserver,
  LimitConnectionsByPeer,
  LimitedHistoryLogObserver,
  LimitTotalConnectionsFactory,
  LineOnlyReceiver,
  LineReceiver,
  Logger,
  LogLevelFilterPredicate,
  LogPublisher,
  MemoryReactor,
  MemoryReactorClock,
  Monitor,
  MultiService,
  NetstringReceiver,
  NOT_DONE_YET,
  ProcessProtocol,
  Protocol,
  prometheusText,
  ReconnectingClientFactory,
  Resource,
  react,
  reactor,
  readBody,
  ServerFactory,
  Service,
  Site,
  StaticFile,
  StreamServerEndpointService,
  StringTransport,
  StringTransportWithDisconnection,
  serverFromString,
  startApplication,
  successResultOf,
  TCPClient,
  TCPClientEndpoint,
  TCPServer,
  TCPServerEndpoint,
  TimeoutFactory,
  TimeoutMixin,
  TimerService,
  TLSClientEndpoint,
  TLSServerEndpoint,
  textFileLogObserver,
  UDPServer,
  UNIXClient,
  UNIXClientEndpoint,
  UNIXServer,
  UNIXServerEndpoint,
  WrappingFactory,
  watchLoggedErrors,
  wrapClientTLS,
} from 'leakscan/reactor';

globalLogBeginner.beginLoggingTo([]);
const loopback = { interface: '127.0.0.1' };
const folder = mkdtempSync(join(tmpdir(), 'leakscan-hunt-'));
const page = join(folder, 'page.txt');
const pem = (name) =>
  readFileSync(fileURLToPath(new URL(`certificates/${name}.pem`, import.meta.url)), 'utf8');
const identity = { key: pem('key'), cert: pem('certificate') };
const trusting = { ca: identity.cert, servername: 'localhost' };
const forget = () => undefined;

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

/** A line there and back, from each kind of client to each kind of server. */
const endpoints = inlineCallbacks(function* () {
  const path = join(folder, 'hunt.sock');
  const portOf = (port) => port.getHost().port;
  const pairs = [
    [
      new TCPServerEndpoint(reactor, 0, loopback),
      (port) => new TCPClientEndpoint(reactor, '127.0.0.1', portOf(port)),
    ],
    [
      serverFromString(reactor, 'tcp:0:interface=127.0.0.1'),
      (port) => clientFromString(reactor, `tcp:127.0.0.1:${portOf(port)}`),
    ],
    [
      new TLSServerEndpoint(reactor, 0, identity, loopback),
      (port) => new TLSClientEndpoint(reactor, '127.0.0.1', portOf(port), trusting),
    ],
    [
      new TLSServerEndpoint(reactor, 0, identity, loopback),
      (port) => wrapClientTLS(trusting, new TCPClientEndpoint(reactor, '127.0.0.1', portOf(port))),
    ],
    [new UNIXServerEndpoint(reactor, path), () => new UNIXClientEndpoint(reactor, path)],
  ];
  for (const [server, client] of pairs) {
    const limited = new LimitTotalConnectionsFactory(quiet(ServerFactory.forProtocol(Upper)), 5);
    const port = yield* server.listen(quiet(new WrappingFactory(quiet(limited))));
    addressText(port.getHost());
    const asking = yield* connectProtocol(client(port), new Asking());
    yield* asking.answered;
    asking.transport.loseConnection();
    yield* asking.gone;
    yield* port.stopListening();
  }
});

const services = inlineCallbacks(function* () {
  const path = join(folder, 'service.sock');
  const server = () => quiet(ServerFactory.forProtocol(Upper));
  const all = new MultiService();
  const ends = new Service();
  const work = new CooperatorService();
  for (const service of [
    new TCPServer(0, server(), loopback),
    new UNIXServer(path, server()),
    new UDPServer(0, new DatagramProtocol(), loopback),
    new StreamServerEndpointService(new TCPServerEndpoint(reactor, 0, loopback), server()),
    new TCPClient('127.0.0.1', 9, quiet(new ClientFactory())),
    new UNIXClient(path, quiet(new ClientFactory())),
    work,
    ends,
  ]) {
    service.setServiceParent(all);
  }
  all.privilegedStartService();
  all.startService();
  yield* work.coiterate([1, 2][Symbol.iterator]());
  yield* deferLater(reactor, 0.001);
  ends.disownServiceParent();
  yield* all.stopService();
});

/** A client that comes back once, and is refused once more. */
const reconnection = inlineCallbacks(function* () {
  const given = new Deferred();
  const factory = quiet(new ReconnectingClientFactory());
  factory.initialDelay = 0.001;
  factory.resetDelay();
  factory.maxRetries = 1;
  const failed = factory.clientConnectionFailed.bind(factory);
  let attempts = 0;
  factory.clientConnectionFailed = (connector, reason) => {
    attempts += 1;
    failed(connector, reason);
    if (attempts === 2) given.callback(undefined);
  };
  reactor.connectTCP('127.0.0.1', 9, factory);
  yield* given;
  factory.stopTrying();
  backoffPolicy()(attempts);
});

const web = inlineCallbacks(function* () {
  const root = new Resource();
  root.putChild('slow', new Slow());
  root.putChild('static', new StaticFile(folder));
  root.putChild('gone', new ErrorPage(410, 'gone'));
  const site = quiet(new Site(root));
  const port = yield* reactor.listenTCP(0, site, loopback).whenListening();
  const pool = new HTTPConnectionPool();
  const agent = new Agent(reactor, { pool });
  const url = `http://127.0.0.1:${port.getHost().port}`;
  const upload = yield* agent.request('POST', `${url}/slow`, undefined, new FileBodyProducer(page));
  yield* readBody(upload);
  for (const path of ['/slow', '/nothing', '/static/page.txt', '/gone']) {
    const response = yield* agent.request('GET', url + path);
    yield* readBody(response);
  }
  const cancelled = agent.request('GET', `${url}/slow`);
  cancelled.addErrback(() => undefined);
  cancelled.cancel();
  for (const session of site.sessions.values()) session.expire();
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
  const connected = reactor.listenUDP(0, new ConnectedDatagramProtocol(), loopback);
  yield* connected.whenListening();
  yield* connected.stopListening();
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
  monitor.onReport((report) => prometheusText(report))();
  yield* monitor.stopService();
  yield* deferLater(reactor, 0);
});

const ownReactor = inlineCallbacks(function* () {
  const own = createReactor();
  const ended = own.run({ installSignalHandlers: false });
  own.addSystemEventTrigger('before', 'shutdown', () => succeed(undefined));
  startApplication(new Application('hunt'), own);
  own.callWhenRunning(() => own.stop());
  yield ended;
  const memory = new MemoryReactor();
  react(() => succeed(undefined), [], memory);
  process.exitCode = 0;
  const clock = new MemoryReactorClock();
  clock.listenTCP(80, quiet(new ServerFactory()));
  clock.connectTCP('example.org', 80, quiet(new ClientFactory()));
  clock.callLater(1, forget).cancel();
});

/** What tests are written with. */
const tests = inlineCallbacks(function* () {
  const protocol = new AccumulatingProtocol();
  protocol.makeConnection(new StringTransportWithDisconnection());
  protocol.dataReceived(Buffer.from('data'));
  const transport = new StringTransport();
  yield* new FileSender().beginFileTransfer(page, transport);
  assertNoResult(new Deferred());
  successResultOf(succeed(1));
  failureResultOf(fail(new Error('meant')));
  yield* assertFailure(fail(new RangeError('meant')), RangeError);
  const own = createReactor();
  yield deferredBody(() => deferLater(own, 0), { reactor: own })();
  assertCleanReactor(own);
});

function log() {
  const publisher = new LogPublisher();
  const { observe } = new LimitedHistoryLogObserver(3);
  const silent = { write: forget };
  const console = { debug: forget, info: forget, warn: forget, error: forget };
  const { predicate } = new LogLevelFilterPredicate('warn');
  const observers = [
    observe,
    textFileLogObserver(silent),
    jsonFileLogObserver(silent),
    filteringLogObserver(consoleObserver(console), [predicate]),
    (event) => formatEvent(event) + formatEventWithFailure(event),
  ];
  for (const observer of observers) globalLogPublisher.addObserver(observer);
  new Logger('hunt').info('a word');
  for (const observer of observers) globalLogPublisher.removeObserver(observer);
  publisher.addObserver(forget);
}

/** What takes longer than a round should. */
const elsewhere = inlineCallbacks(function* (round) {
  yield* deferToThread((x) => 2 * x, round);
  yield* deferToThreadPool(reactor.getThreadPool(), (x) => x + 1, round);
  callInThread(() => undefined);
  callMultipleInThread([[() => undefined], [(x) => x, round]]);
  yield* getProcessValue(process.execPath, ['--version']);
  yield* getProcessOutput(process.execPath, ['--version']);
  yield* getProcessOutputAndValue(process.execPath, ['--version']);
  const ended = new Deferred();
  class Child extends ProcessProtocol {
    processEnded() {
      ended.callback(undefined);
    }
  }
  reactor.spawnProcess(new Child(), process.execPath, [process.execPath, '--version']);
  yield* ended;
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
  const kinds = [
    Int8StringReceiver,
    Int16StringReceiver,
    Int32StringReceiver,
    NetstringReceiver,
    LineOnlyReceiver,
  ];
  for (const Kind of [...kinds, Protocol]) {
    const protocol = new Kind();
    protocol.makeConnection(transport);
    protocol.dataReceived(Buffer.from([3]));
  }
}

const lock = inlineCallbacks(function* (round) {
  const name = join(folder, `lock-${round}`);
  const file = new FilesystemLock(name);
  file.lock();
  file.unlock();
  const waiting = new DeferredFilesystemLock(name);
  yield* waiting.deferUntilLocked(1);
  waiting.unlock();
});

export function setup() {
  writeFileSync(page, 'a page');
}

export async function iterate(round) {
  await conversation();
  await endpoints();
  await services();
  await reconnection();
  await web();
  await datagrams();
  await time();
  await ownReactor();
  await tests();
  failures();
  receivers();
  log();
  await lock(round);
  if (round % 50 === 0) await elsewhere(round);
}

export function teardown() {
  reactor.getThreadPool().stop();
  rmSync(folder, { recursive: true });
}
