export { AlreadyCalled, AlreadyCancelled, ReactorNotRunning } from '../deferred/errors.ts';
export {
  type Address,
  addressText,
  type InternetAddress,
  type PipeAddress,
  type UNIXAddress,
} from './address.ts';
export { Application, startApplication } from './application.ts';
export {
  backoffPolicy,
  ClientService,
  type ClientServiceOptions,
  type RetryPolicy,
} from './client-service.ts';
export type { Connector } from './connector.ts';
export { type DatagramOptions, type DatagramPeer, DatagramPort } from './datagram-port.ts';
export { ConnectedDatagramProtocol, DatagramProtocol } from './datagram-protocol.ts';
export { reactor } from './default-reactor.ts';
export { clientFromString, serverFromString } from './endpoint-strings.ts';
export {
  type ClientEndpoint,
  connectProtocol,
  type ServerEndpoint,
  TCPClientEndpoint,
  TCPServerEndpoint,
  TLSClientEndpoint,
  TLSServerEndpoint,
  UNIXClientEndpoint,
  UNIXServerEndpoint,
  wrapClientTLS,
} from './endpoints.ts';
export * from './errors.ts';
export { ClientFactory, Factory, ServerFactory } from './factory.ts';
export { FileSender } from './file-sender.ts';
export { DeferredFilesystemLock, FilesystemLock } from './filesystem-lock.ts';
export {
  Int8StringReceiver,
  Int16StringReceiver,
  Int32StringReceiver,
  IntNStringReceiver,
} from './int-n-string-receiver.ts';
export {
  CooperatorService,
  StreamServerEndpointService,
  TCPClient,
  TCPServer,
  TimerService,
  TLSClient,
  TLSServer,
  UDPServer,
  UNIXClient,
  UNIXServer,
} from './internet-services.ts';
export { LineOnlyReceiver } from './line-only-receiver.ts';
export { LineReceiver } from './line-receiver.ts';
export type { ListeningPort } from './listening-port.ts';
export { formatEvent, formatEventWithFailure, type LogEvent, type LogObserver } from './log/event.ts';
export { globalLogBeginner, globalLogPublisher } from './log/global-log.ts';
export { type LogLevel, logLevels } from './log/level.ts';
export * as log from './log/log.ts';
export { Logger } from './log/logger.ts';
export {
  consoleObserver,
  type FilterPredicate,
  type FilterVerdict,
  filteringLogObserver,
  jsonFileLogObserver,
  LimitedHistoryLogObserver,
  LogLevelFilterPredicate,
  textFileLogObserver,
} from './log/observers.ts';
export { LogPublisher } from './log/publisher.ts';
export { Monitor, type MonitorOptions, type MonitorReport, prometheusText } from './monitor.ts';
export { NetstringReceiver } from './netstring-receiver.ts';
export {
  LimitConnectionsByPeer,
  LimitTotalConnectionsFactory,
  ProtocolWrapper,
  TimeoutFactory,
  TimeoutProtocol,
  WrappingFactory,
} from './policies.ts';
export {
  getProcessOutput,
  getProcessOutputAndValue,
  getProcessValue,
  type ProcessOutputOptions,
  type ProcessResult,
  ProcessSignalled,
} from './process-output.ts';
export { ProcessProtocol } from './process-protocol.ts';
export { type ChildFD, ProcessTransport, type SpawnProcessOptions } from './process-transport.ts';
export { type HalfCloseableProtocol, Protocol } from './protocol.ts';
export { react } from './react.ts';
export {
  type ConnectOptions,
  type ConnectTCPOptions,
  createReactor,
  type ListenTCPOptions,
  type ListenUNIXOptions,
  type OpenThings,
  Reactor,
  type RunOptions,
} from './reactor.ts';
export { ReconnectingClientFactory } from './reconnecting-client-factory.ts';
export type { Resolver } from './resolver.ts';
export { MultiService, Service } from './service.ts';
export { StandardIO } from './standard-io.ts';
export { StreamTransport } from './stream-transport.ts';
export type { Phase, TriggerId } from './system-events.ts';
export { assertCleanReactor } from './testing/clean-reactor.ts';
export {
  type DeferredTestOptions,
  deferredBody,
  deferredTest,
  deferredTestWith,
  type RegisterTest,
} from './testing/deferred-test.ts';
export { flushLoggedErrors, watchLoggedErrors } from './testing/logged-errors.ts';
export { FakeConnector, FakePort, MemoryReactor, MemoryReactorClock } from './testing/memory-reactor.ts';
export { assertFailure, assertNoResult, failureResultOf, successResultOf } from './testing/results.ts';
export {
  AccumulatingProtocol,
  StringTransport,
  StringTransportWithDisconnection,
} from './testing/string-transport.ts';
export { callInThread, callMultipleInThread, deferToThread, deferToThreadPool } from './threads.ts';
export { TimeoutMixin, type Timeouts } from './timeout-mixin.ts';
export type { Bytes, Consumer, PullProducer, PushProducer, Transport } from './transport.ts';
export { Agent, type AgentOptions, SchemeNotSupported } from './web/agent.ts';
export { type BodyProducer, FileBodyProducer } from './web/body-producer.ts';
export { HTTPConnectionPool, type PoolOptions } from './web/connection-pool.ts';
export { Request } from './web/request.ts';
export { ErrorPage, NOT_DONE_YET, type Rendered, Resource, UnsupportedMethod } from './web/resource.ts';
export { Response, ResponseDone, ResponseFailed, ResponseNeverReceived, readBody } from './web/response.ts';
export { Session } from './web/session.ts';
export { Site, type SiteOptions } from './web/site.ts';
export { StaticFile } from './web/static-file.ts';
export { type Task, type TaskThis, WorkerPool, type WorkerPoolOptions } from './worker-pool.ts';
