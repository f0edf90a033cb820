import { nameClass, withoutFrames } from '../deferred/error-class.ts';
import { AssertionError } from '../deferred/errors.ts';

// The errors of the reactor, its protocols, services and test helpers, under the names they have in Twisted.

/** Something was done in a state that does not allow it. */
export class RuntimeError extends Error {
  static {
    nameClass(RuntimeError, 'RuntimeError');
  }
}

/** There is nothing of that name. */
export class KeyError extends Error {
  static {
    nameClass(KeyError, 'KeyError');
  }
}

/** A method that a subclass has to bring was called without one. */
export class NotImplementedError extends Error {
  static {
    nameClass(NotImplementedError, 'NotImplementedError');
  }
}

/** An assertion of a test helper does not hold. */
export class FailTest extends AssertionError {
  static {
    nameClass(FailTest, 'FailTest');
  }
}

/** A test left something in the reactor; the message names it. */
export class DirtyReactorAggregateError extends Error {
  static {
    nameClass(DirtyReactorAggregateError, 'DirtyReactorAggregateError');
  }
  /** One line for each thing that was left. */
  readonly left: readonly string[];

  constructor(left: readonly string[]) {
    super(
      `The reactor is not clean. Cancel what was scheduled and close what was opened:\n  ${left.join('\n  ')}`,
    );
    this.left = left;
  }
}

/** `run` was called while the reactor runs. */
export class ReactorAlreadyRunning extends Error {
  static {
    nameClass(ReactorAlreadyRunning, 'ReactorAlreadyRunning');
  }
}

/** `run` was called on a reactor that was stopped; make a new one with `createReactor`. */
export class ReactorNotRestartable extends Error {
  static {
    nameClass(ReactorNotRestartable, 'ReactorNotRestartable');
  }
}

/** A string is longer than its length prefix can say. */
export class StringTooLongError extends Error {
  static {
    nameClass(StringTooLongError, 'StringTooLongError');
  }
}

/** A datagram does not fit into a packet. */
export class MessageLengthError extends Error {
  static {
    nameClass(MessageLengthError, 'MessageLengthError');
  }
}

/** A port could not be opened; the reason of the system is the `cause`. */
export class CannotListenError extends Error {
  static {
    nameClass(CannotListenError, 'CannotListenError');
  }
}

/** A connection could not be made; the reason of the system is the `cause`. */
export class ConnectError extends Error {
  static {
    nameClass(ConnectError, 'ConnectError');
  }
}

/** The own address of a connection is not to be had. */
export class ConnectBindError extends ConnectError {
  static {
    nameClass(ConnectBindError, 'ConnectBindError');
  }
}

/** There is no way to that address. */
export class NoRouteError extends ConnectError {
  static {
    nameClass(NoRouteError, 'NoRouteError');
  }
}

/** Nobody listens there. */
export class ConnectionRefusedError extends ConnectError {
  static {
    nameClass(ConnectionRefusedError, 'ConnectionRefusedError');
  }
}

/** The system gave up waiting for an answer. */
export class TCPTimedOutError extends ConnectError {
  static {
    nameClass(TCPTimedOutError, 'TCPTimedOutError');
  }
}

/** The path of a UNIX socket does not lead to one that may be used. */
export class BadFileError extends ConnectError {
  static {
    nameClass(BadFileError, 'BadFileError');
  }
}

/** The TLS handshake failed. */
export class SSLError extends ConnectError {
  static {
    nameClass(SSLError, 'SSLError');
  }
}

/** The program itself ended the attempt. */
export class UserError extends ConnectError {
  static {
    nameClass(UserError, 'UserError');
  }
}

/** The attempt took longer than its connector allows. */
export class TimeoutError extends UserError {
  static {
    nameClass(TimeoutError, 'TimeoutError');
  }
}

/** The Deferred of an endpoint was cancelled before there was a connection. */
export class ConnectingCancelledError extends Error {
  static {
    nameClass(ConnectingCancelledError, 'ConnectingCancelledError');
  }
}

/** A host name has no address. */
export class DNSLookupError extends Error {
  static {
    nameClass(DNSLookupError, 'DNSLookupError');
  }
}

/** Root of the reasons for which an established connection ends. */
export class ConnectionClosed extends Error {
  static {
    nameClass(ConnectionClosed, 'ConnectionClosed');
  }
}

/** The connection was closed as agreed. */
export class ConnectionDone extends ConnectionClosed {
  static {
    nameClass(ConnectionDone, 'ConnectionDone');
  }
}

/** The connection broke; the reason of the system, if it gave one, is the `cause`. */
export class ConnectionLost extends ConnectionClosed {
  static {
    nameClass(ConnectionLost, 'ConnectionLost');
  }
}

/** The connection was dropped by `abortConnection`. */
export class ConnectionAborted extends ConnectionLost {
  static {
    nameClass(ConnectionAborted, 'ConnectionAborted');
  }
}

/** A connector was told to stop an attempt that it does not make. */
export class NotConnectingError extends RuntimeError {
  static {
    nameClass(NotConnectingError, 'NotConnectingError');
  }
}

/** A service was told to stop before it had a connection. */
export class ServiceStoppedError extends Error {
  static {
    nameClass(ServiceStoppedError, 'ServiceStoppedError');
  }
}

/** A child process ended with exit code 0. */
export class ProcessDone extends ConnectionDone {
  static {
    nameClass(ProcessDone, 'ProcessDone');
  }
  readonly exitCode: number = 0;
  readonly signal: null = null;
}

/** A child process ended with another exit code, or by a signal. */
export class ProcessTerminated extends ConnectionLost {
  static {
    nameClass(ProcessTerminated, 'ProcessTerminated');
  }
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  /** Null when it exited by itself. */
  readonly signal: NodeJS.Signals | null;

  constructor(exitCode: number | null, signal: NodeJS.Signals | null, options?: ErrorOptions) {
    super(signal === null ? `exit code ${exitCode}` : `ended by ${signal}`, options);
    this.exitCode = exitCode;
    this.signal = signal;
  }
}

/** A child process that has ended was sent a signal. */
export class ProcessExitedAlready extends Error {
  static {
    nameClass(ProcessExitedAlready, 'ProcessExitedAlready');
  }
}

type ConnectErrorClass = new (message: string, options?: ErrorOptions) => Error;

const connectErrorByCode: Readonly<Record<string, ConnectErrorClass>> = {
  ECONNREFUSED: ConnectionRefusedError,
  ETIMEDOUT: TCPTimedOutError,
  ENETUNREACH: NoRouteError,
  EHOSTUNREACH: NoRouteError,
  EADDRINUSE: ConnectBindError,
  EADDRNOTAVAIL: ConnectBindError,
  ENOENT: BadFileError,
  EACCES: BadFileError,
  ENOTSOCK: BadFileError,
  ENOTFOUND: DNSLookupError,
  EAI_AGAIN: DNSLookupError,
  EAI_FAIL: DNSLookupError,
};

/** The kind of ConnectError that Node's error stands for, with that as `cause`. */
export function connectErrorOf(error: Error): Error {
  const { code = '', errors } = error as NodeJS.ErrnoException & { errors?: readonly Error[] };
  const [first] = errors ?? [];
  if (first) return connectErrorOf(first);
  const isTls = code.startsWith('ERR_TLS') || code.startsWith('ERR_SSL') || /CERT|_SIGNATURE/.test(code);
  const Kind = connectErrorByCode[code] ?? (isTls ? SSLError : ConnectError);
  return withoutFrames(() => new Kind(error.message, { cause: error }));
}
