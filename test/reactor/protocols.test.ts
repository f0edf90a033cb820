import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Clock, Failure } from '../../src/deferred/index.ts';
import {
  ConnectionDone,
  Factory,
  Int8StringReceiver,
  Int16StringReceiver,
  Int32StringReceiver,
  LimitConnectionsByPeer,
  LimitTotalConnectionsFactory,
  LineOnlyReceiver,
  LineReceiver,
  NetstringReceiver,
  NotImplementedError,
  Protocol,
  type ProtocolWrapper,
  StringTooLongError,
  StringTransport,
  TimeoutFactory,
  TimeoutMixin,
  WrappingFactory,
} from '../../src/reactor/index.ts';
import { collectGarbage } from '../deferred/support.ts';
import { Echo, Noting } from './support.ts';

const done = new Failure(new ConnectionDone('done'));

/** Cuts bytes at random places. */
const cutAt = (bytes: Buffer, cuts: readonly number[]): Buffer[] => {
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...places].map((from, i) => bytes.subarray(from, places[i] ?? bytes.length));
};
const anyStrings = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 });
const anyCuts = fc.array(fc.nat(), { maxLength: 12 });

function connected<P extends Protocol>(protocol: P): { protocol: P; transport: StringTransport } {
  const transport = new StringTransport();
  protocol.makeConnection(transport);
  return { protocol, transport };
}

describe('2.6 LineReceiver: delimiter, MAX_LENGTH 16384, lineReceived, rawDataReceived, setRawMode, setLineMode(extra), sendLine, lineLengthExceeded, clearLineBuffer', () => {
  class Lines extends LineReceiver {
    readonly lines: string[] = [];
    override lineReceived(line: Buffer): void {
      this.lines.push(String(line));
    }
  }

  test('delivers the same lines however they are cut', () => {
    const line = fc.stringMatching(/^[a-z]{0,10}$/);
    fc.assert(
      fc.property(fc.array(line), anyCuts, (lines, cuts) => {
        const { protocol } = connected(new Lines());
        const bytes = Buffer.from(lines.map((one) => `${one}\r\n`).join(''));
        for (const piece of cutAt(bytes, cuts)) protocol.dataReceived(piece);
        expect(protocol.lines).toEqual(lines);
      }),
    );
  });

  test('defaults; what is not overridden says so', () => {
    const { protocol, transport } = connected(new LineReceiver());
    expect([protocol.MAX_LENGTH, String(protocol.delimiter)]).toEqual([16384, '\r\n']);
    expect(() => protocol.dataReceived(Buffer.from('x\r\n'))).toThrow(NotImplementedError);
    protocol.setRawMode();
    expect(() => protocol.dataReceived(Buffer.from('x'))).toThrow(NotImplementedError);
    protocol.sendLine('hello');
    expect(String(transport.value())).toBe('hello\r\n');
  });

  test('a peer that never ends its line is closed, and nothing of it is kept', () => {
    const { protocol, transport } = connected(new Lines());
    let kept = 0;
    for (let i = 0; i < 100 && !transport.disconnecting; i += 1) {
      protocol.dataReceived(Buffer.alloc(1000, 'x'));
      kept += 1000;
    }
    expect(transport.disconnecting).toBe(true);
    expect(kept).toBeLessThan(16384 + 2000);
    expect(protocol.clearLineBuffer()).toHaveLength(0);
  });

  test('the rest of a line holds no larger buffer', () => {
    const { protocol } = connected(new Lines());
    protocol.dataReceived(Buffer.from(`${'x'.repeat(10_000)}\r\nrest`));
    const rest = protocol.clearLineBuffer();
    expect([String(rest), rest.buffer.byteLength < 10_000]).toEqual(['rest', true]);
  });
});

describe('2.6 LineOnlyReceiver', () => {
  test('takes lines before it is connected, as LineReceiver does', () => {
    for (const receiver of [new LineOnlyReceiver(), new LineReceiver()]) {
      const lines: string[] = [];
      receiver.lineReceived = (line) => lines.push(String(line));
      receiver.dataReceived(Buffer.from('a\r\nb\r\n'));
      expect(lines).toEqual(['a', 'b']);
    }
  });

  test('lines, up to loseConnection or one that is too long', () => {
    const lines: string[] = [];
    class Only extends LineOnlyReceiver {
      override lineReceived(line: Buffer): void {
        lines.push(String(line));
        if (String(line) === 'quit') this.transport.loseConnection();
      }
    }
    const { protocol, transport } = connected(new Only());
    protocol.dataReceived(Buffer.from('a\r\nb\r'));
    protocol.dataReceived(Buffer.from('\nquit\r\nc\r\n'));
    expect(lines).toEqual(['a', 'b', 'quit']);
    protocol.sendLine('x');
    expect(String(transport.value())).toBe('x\r\n');
    const hostile = connected(new LineOnlyReceiver());
    hostile.protocol.dataReceived(Buffer.alloc(20_000));
    expect(hostile.transport.disconnecting).toBe(true);
    expect(() => connected(new LineOnlyReceiver()).protocol.dataReceived(Buffer.from('x\r\n'))).toThrow(
      NotImplementedError,
    );
  });
});

describe('2.6 Int8/16/32StringReceiver (IntNStringReceiver): stringReceived, sendString, MAX_LENGTH 99999, lengthLimitExceeded', () => {
  test('what one sends the other gets, however it is cut', () => {
    const kinds: (typeof Int8StringReceiver)[] = [
      Int8StringReceiver,
      Int16StringReceiver,
      Int32StringReceiver,
    ];
    for (const Kind of kinds) {
      fc.assert(
        fc.property(anyStrings, anyCuts, (strings, cuts) => {
          const received: Buffer[] = [];
          class Receiver extends Kind {
            override stringReceived(string: Buffer): void {
              received.push(Buffer.from(string));
            }
          }
          const sender = connected(new Kind());
          for (const string of strings) sender.protocol.sendString(string);
          const { protocol } = connected(new Receiver());
          for (const piece of cutAt(sender.transport.value(), cuts)) protocol.dataReceived(piece);
          expect(received.map((one) => [...one])).toEqual(strings.map((one) => [...one]));
        }),
        { numRuns: 40 },
      );
    }
  });

  test('an oversized prefix closes the connection before anything is gathered', () => {
    const { protocol, transport } = connected(new Int32StringReceiver());
    protocol.dataReceived(Buffer.from([0xff, 0xff, 0xff, 0xff]));
    expect([transport.disconnecting, protocol.MAX_LENGTH]).toEqual([true, 99999]);
    expect(() => protocol.sendString(Buffer.alloc(10))).not.toThrow();
    expect(() => connected(new Int8StringReceiver()).protocol.sendString(Buffer.alloc(256))).toThrow(
      StringTooLongError,
    );
    expect(() => connected(new Int8StringReceiver()).protocol.dataReceived(Buffer.from([1, 1]))).toThrow(
      NotImplementedError,
    );
  });
});

describe('2.6 NetstringReceiver', () => {
  test('what one sends the other gets, however it is cut', () => {
    fc.assert(
      fc.property(anyStrings, anyCuts, (strings, cuts) => {
        const received: number[][] = [];
        class Receiver extends NetstringReceiver {
          override stringReceived(string: Buffer): void {
            received.push([...string]);
          }
        }
        const sender = connected(new NetstringReceiver());
        for (const string of strings) sender.protocol.sendString(string);
        const { protocol } = connected(new Receiver());
        for (const piece of cutAt(sender.transport.value(), cuts)) protocol.dataReceived(piece);
        expect(received).toEqual(strings.map((one) => [...one]));
      }),
    );
  });

  test('what is none closes the connection', () => {
    for (const text of ['x', ':', '-1:a,', '01:a,', '1:ab', '100000:', '9'.repeat(400), '1;a,']) {
      const { protocol, transport } = connected(new NetstringReceiver());
      protocol.dataReceived(Buffer.from(text));
      expect([text, transport.disconnecting, protocol.brokenPeer]).toEqual([text, true, true]);
    }
    expect(() => connected(new NetstringReceiver()).protocol.dataReceived(Buffer.from('0:,'))).toThrow(
      NotImplementedError,
    );
  });
});

describe('2.6 pauseProducing, resumeProducing of the receivers', () => {
  test('what is buffered is parsed on resume', () => {
    const strings: string[] = [];
    class Pausing extends Int8StringReceiver {
      override stringReceived(string: Buffer): void {
        strings.push(String(string));
        this.pauseProducing();
      }
    }
    const { protocol, transport } = connected(new Pausing());
    protocol.dataReceived(Buffer.from('\x01a\x01b\x01c'));
    expect([strings, transport.producerState]).toEqual([['a'], 'paused']);
    protocol.resumeProducing();
    expect(strings).toEqual(['a', 'b']);
    protocol.stopProducing();
    expect([protocol.paused, transport.producerState]).toEqual([true, 'stopped']);
    const lines = connected(new LineReceiver());
    lines.protocol.stopProducing();
    lines.protocol.dataReceived(Buffer.from('kept\r\n'));
    expect(String(lines.protocol.clearLineBuffer())).toBe('kept\r\n');
  });
});

describe('2.6 policies.TimeoutMixin: setTimeout(s or null), resetTimeout, timeoutConnection, timeOut', () => {
  test('closes the connection when nothing comes in time', () => {
    class Timed extends TimeoutMixin(Noting) {
      override dataReceived(): void {
        this.resetTimeout();
      }
      override connectionLost(reason: { value: unknown }): void {
        this.setTimeout(null);
        super.connectionLost(reason);
      }
    }
    const clock = new Clock();
    const { protocol, transport } = connected(new Timed());
    protocol.clock = clock;
    protocol.resetTimeout();
    expect([protocol.setTimeout(3), protocol.setTimeout(4), protocol.timeOut]).toEqual([null, 3, 4]);
    clock.advance(3);
    protocol.dataReceived();
    clock.advance(3);
    expect(transport.disconnecting).toBe(false);
    clock.advance(1);
    expect(transport.disconnecting).toBe(true);
    protocol.setTimeout(5);
    protocol.connectionLost(done);
    expect(clock.getDelayedCalls()).toEqual([]);
  });

  test('after setTimeout(null) the clock does not hold the protocol', async () => {
    const clock = new Clock();
    const reference = (() => {
      const protocol = new (TimeoutMixin(Protocol))();
      protocol.clock = clock;
      protocol.setTimeout(5);
      protocol.setTimeout(null);
      return new WeakRef(protocol);
    })();
    await collectGarbage();
    expect(reference.deref()).toBe(undefined);
  });
});

describe('2.6 policies: ProtocolWrapper, WrappingFactory, ThrottlingFactory, LimitTotalConnectionsFactory, LimitConnectionsByPeer, TimeoutFactory, TrafficLoggingFactory', () => {
  const anywhere = { type: 'TCP', family: 'IPv4', host: '127.0.0.1', port: 1 } as const;

  function quietly<F extends Factory>(factory: F): F {
    factory.noisy = false;
    return factory;
  }

  test('a wrapper is the transport of what it wraps, and lets go of it', () => {
    const inner = quietly(Factory.forProtocol(Echo));
    const factory = quietly(new WrappingFactory(inner));
    factory.doStart();
    const wrapper = factory.buildProtocol(anywhere) as ProtocolWrapper<Echo>;
    const transport = new StringTransport();
    wrapper.makeConnection(transport);
    expect([factory.protocols.size, wrapper.wrappedProtocol?.transport, inner.numPorts]).toEqual([
      1,
      wrapper,
      1,
    ]);
    wrapper.dataReceived(Buffer.from('echo'));
    wrapper.writeSequence([' and', ' more']);
    expect(String(transport.value())).toBe('echo and more');
    expect([wrapper.getPeer(), wrapper.getHost()]).toEqual([transport.getPeer(), transport.getHost()]);
    const producer = { resumeProducing: () => {}, stopProducing: () => {} };
    wrapper.registerProducer(producer, false);
    expect(transport.producer).toBe(producer);
    wrapper.unregisterProducer();
    wrapper.pauseProducing();
    wrapper.resumeProducing();
    wrapper.loseConnection();
    expect([wrapper.disconnecting, transport.producerState]).toEqual([true, 'producing']);
    wrapper.stopProducing();
    wrapper.abortConnection();
    wrapper.connectionLost(done);
    expect([factory.protocols.size, wrapper.wrappedProtocol]).toEqual([0, null]);
    factory.doStop();
    expect(inner.numPorts).toBe(0);
  });

  test('limits, in all and by peer', () => {
    const inner = quietly(Factory.forProtocol(Noting));
    const total = new LimitTotalConnectionsFactory(inner, 1);
    const first = total.buildProtocol(anywhere);
    first?.makeConnection(new StringTransport());
    expect([total.connectionCount, total.buildProtocol(anywhere)]).toEqual([1, null]);
    first?.connectionLost(done);
    expect(total.buildProtocol(anywhere)).not.toBe(null);
    const byPeer = new LimitConnectionsByPeer(inner, 2);
    const open = [1, 2].map(() => {
      const protocol = byPeer.buildProtocol(anywhere);
      protocol?.makeConnection(new StringTransport(anywhere, anywhere));
      return protocol;
    });
    expect(byPeer.buildProtocol(anywhere)).toBe(null);
    expect(byPeer.buildProtocol({ ...anywhere, host: '10.0.0.9' })).not.toBe(null);
    for (const protocol of open) protocol?.connectionLost(done);
    expect(byPeer.buildProtocol(anywhere)).not.toBe(null);
  });

  test('a connection on which nothing happens is closed', () => {
    const clock = new Clock();
    const factory = new TimeoutFactory(quietly(Factory.forProtocol(Echo)), 10, clock);
    const protocol = factory.buildProtocol(anywhere);
    const transport = new StringTransport();
    protocol?.makeConnection(transport);
    clock.advance(9);
    protocol?.dataReceived(Buffer.from('x'));
    clock.advance(9);
    (protocol as ProtocolWrapper).writeSequence(['y']);
    clock.advance(9);
    expect(transport.disconnecting).toBe(false);
    clock.advance(1);
    expect(transport.disconnecting).toBe(true);
    protocol?.connectionLost(done);
    const other = factory.buildProtocol(anywhere);
    other?.makeConnection(new StringTransport());
    other?.connectionLost(done);
    expect(clock.getDelayedCalls()).toEqual([]);
  });
});
