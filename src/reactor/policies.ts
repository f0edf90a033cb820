import type { Scheduler } from '../deferred/clock.ts';
import type { DelayedCall } from '../deferred/delayed-call.ts';
import type { Failure } from '../deferred/failure.ts';
import { defaultClock } from '../deferred/system-clock.ts';
import { type Address, addressText } from './address.ts';
import { Factory } from './factory.ts';
import { Protocol } from './protocol.ts';
import type { Bytes, PullProducer, PushProducer, Transport } from './transport.ts';

/**
 * Stands between a transport and a protocol, and is the transport of that. Override what is to be different.
 *
 * Wrapper and wrapped hold each other until the connection is lost.
 */
export class ProtocolWrapper<P extends Protocol = Protocol> extends Protocol implements Transport {
  readonly wrappingFactory: WrappingFactory<P>;
  /** The protocol inside; null when the connection is lost. */
  wrappedProtocol: P | null;

  constructor(factory: WrappingFactory<P>, wrapped: P) {
    super();
    this.wrappingFactory = factory;
    this.wrappedProtocol = wrapped;
  }

  override connectionMade(): void {
    this.wrappingFactory.registerProtocol(this);
    this.wrappedProtocol?.makeConnection(this);
  }

  override dataReceived(data: Buffer): void {
    this.wrappedProtocol?.dataReceived(data);
  }

  override connectionLost(reason: Failure): void {
    this.wrappingFactory.unregisterProtocol(this);
    const wrapped = this.wrappedProtocol;
    this.wrappedProtocol = null;
    wrapped?.connectionLost(reason);
  }

  get disconnecting(): boolean {
    return this.transport.disconnecting;
  }

  write(data: Bytes): void {
    this.transport.write(data);
  }

  writeSequence(chunks: Iterable<Bytes>): void {
    this.transport.writeSequence(chunks);
  }

  loseConnection(): void {
    this.transport.loseConnection();
  }

  abortConnection(): void {
    this.transport.abortConnection();
  }

  registerProducer(producer: PushProducer | PullProducer, streaming: boolean): void {
    this.transport.registerProducer(producer, streaming);
  }

  unregisterProducer(): void {
    this.transport.unregisterProducer();
  }

  pauseProducing(): void {
    this.transport.pauseProducing();
  }

  resumeProducing(): void {
    this.transport.resumeProducing();
  }

  stopProducing(): void {
    this.transport.stopProducing();
  }

  getPeer(): Address {
    return this.transport.getPeer();
  }

  getHost(): Address {
    return this.transport.getHost();
  }
}

/** Wraps the protocols of another factory. Holds the wrappers of open connections. */
export class WrappingFactory<P extends Protocol = Protocol> extends Factory<Protocol> {
  readonly wrappedFactory: Factory<P>;
  /** The wrappers of open connections. */
  readonly protocols = new Set<ProtocolWrapper<P>>();

  constructor(wrapped: Factory<P>) {
    super();
    this.wrappedFactory = wrapped;
  }

  override doStart(): void {
    this.wrappedFactory.doStart();
    super.doStart();
  }

  override doStop(): void {
    this.wrappedFactory.doStop();
    super.doStop();
  }

  override buildProtocol(address: Address): Protocol | null {
    const wrapped = this.wrappedFactory.buildProtocol(address);
    return wrapped && this.wrap(wrapped);
  }

  /** The wrapper for a protocol. */
  wrap(wrapped: P): ProtocolWrapper<P> {
    return new ProtocolWrapper<P>(this, wrapped);
  }

  registerProtocol(protocol: ProtocolWrapper<P>): void {
    this.protocols.add(protocol);
  }

  unregisterProtocol(protocol: ProtocolWrapper<P>): void {
    this.protocols.delete(protocol);
  }
}

/** Drops connections above a number. */
export class LimitTotalConnectionsFactory<P extends Protocol = Protocol> extends WrappingFactory<P> {
  readonly connectionLimit: number;

  constructor(wrapped: Factory<P>, connectionLimit: number) {
    super(wrapped);
    this.connectionLimit = connectionLimit;
  }

  /** Number of open connections. */
  get connectionCount(): number {
    return this.protocols.size;
  }

  override buildProtocol(address: Address): Protocol | null {
    return this.protocols.size < this.connectionLimit ? super.buildProtocol(address) : null;
  }
}

/** Drops connections of a host that has too many. */
export class LimitConnectionsByPeer<P extends Protocol = Protocol> extends WrappingFactory<P> {
  readonly maxConnectionsPerPeer: number;
  readonly #countByHost = new Map<string, number>();

  constructor(wrapped: Factory<P>, maxConnectionsPerPeer: number) {
    super(wrapped);
    this.maxConnectionsPerPeer = maxConnectionsPerPeer;
  }

  override buildProtocol(address: Address): Protocol | null {
    return this.#count(address) < this.maxConnectionsPerPeer ? super.buildProtocol(address) : null;
  }

  override registerProtocol(protocol: ProtocolWrapper<P>): void {
    super.registerProtocol(protocol);
    const peer = protocol.getPeer();
    this.#countByHost.set(hostOf(peer), this.#count(peer) + 1);
  }

  override unregisterProtocol(protocol: ProtocolWrapper<P>): void {
    super.unregisterProtocol(protocol);
    const peer = protocol.getPeer();
    const count = this.#count(peer) - 1;
    if (count > 0) this.#countByHost.set(hostOf(peer), count);
    else this.#countByHost.delete(hostOf(peer));
  }

  #count(peer: Address): number {
    return this.#countByHost.get(hostOf(peer)) ?? 0;
  }
}

function hostOf(address: Address): string {
  return 'host' in address ? address.host : addressText(address);
}

/** Closes connections on which nothing is sent or received for a while. */
export class TimeoutFactory<P extends Protocol = Protocol> extends WrappingFactory<P> {
  readonly timeoutSeconds: number;
  readonly clock: Scheduler;

  constructor(wrapped: Factory<P>, timeoutSeconds = 30 * 60, clock: Scheduler = defaultClock()) {
    super(wrapped);
    this.timeoutSeconds = timeoutSeconds;
    this.clock = clock;
  }

  override wrap(wrapped: P): ProtocolWrapper<P> {
    return new TimeoutProtocol<P>(this, wrapped);
  }
}

/** A connection that is closed when nothing is sent or received for a while. */
export class TimeoutProtocol<P extends Protocol = Protocol> extends ProtocolWrapper<P> {
  declare readonly wrappingFactory: TimeoutFactory<P>;
  #call: DelayedCall | null = null;

  override connectionMade(): void {
    const { clock, timeoutSeconds } = this.wrappingFactory;
    this.#call = clock.callLater(timeoutSeconds, () => this.timeoutConnection());
    super.connectionMade();
  }

  override dataReceived(data: Buffer): void {
    this.#reset();
    super.dataReceived(data);
  }

  override write(data: Bytes): void {
    this.#reset();
    super.write(data);
  }

  override writeSequence(chunks: Iterable<Bytes>): void {
    this.#reset();
    super.writeSequence(chunks);
  }

  override connectionLost(reason: Failure): void {
    if (this.#call?.active()) this.#call.cancel();
    this.#call = null;
    super.connectionLost(reason);
  }

  /** What happens on timeout: the connection is closed. */
  timeoutConnection(): void {
    this.loseConnection();
  }

  #reset(): void {
    if (this.#call?.active()) this.#call.reset(this.wrappingFactory.timeoutSeconds);
  }
}
