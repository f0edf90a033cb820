import { Deferred } from '../deferred/deferred.ts';
import { withoutFrames } from '../deferred/error-class.ts';
import type { Failure } from '../deferred/failure.ts';
import { reactor as defaultReactor } from './default-reactor.ts';
import { type ProcessTerminated, RuntimeError } from './errors.ts';
import { ProcessProtocol } from './process-protocol.ts';
import type { SpawnProcessOptions } from './process-transport.ts';
import type { Reactor } from './reactor.ts';

export interface ProcessOutputOptions extends SpawnProcessOptions {
  readonly reactor?: Pick<Reactor, 'spawnProcess'> | undefined;
}

/** What a child process wrote, and its exit code. */
export interface ProcessResult {
  readonly out: Buffer;
  readonly err: Buffer;
  readonly code: number;
}

/** A child process that was ended by a signal; with what it had written. */
export class ProcessSignalled extends RuntimeError {
  readonly out: Buffer;
  readonly err: Buffer;
  readonly signal: NodeJS.Signals;

  constructor(out: Buffer, err: Buffer, signal: NodeJS.Signals) {
    super(`The child process was ended by ${signal}.`);
    this.out = out;
    this.err = err;
    this.signal = signal;
  }
}

class Gatherer extends ProcessProtocol {
  readonly result: Deferred<ProcessResult>;
  readonly #out: Buffer[] = [];
  readonly #err: Buffer[] = [];

  constructor() {
    super();
    this.result = new Deferred<ProcessResult>(killOnCancel(this));
  }

  override outReceived(data: Buffer): void {
    this.#out.push(data);
  }

  override errReceived(data: Buffer): void {
    this.#err.push(data);
  }

  override processEnded(reason: Failure): void {
    if (this.result.called) return;
    const out = Buffer.concat(this.#out);
    const err = Buffer.concat(this.#err);
    const { exitCode, signal, cause } = reason.value as ProcessTerminated;
    if (cause !== undefined) this.result.errback(cause);
    else if (signal !== null)
      this.result.errback(withoutFrames(() => new ProcessSignalled(out, err, signal)));
    else this.result.callback({ out, err, code: exitCode ?? 0 });
  }
}

function killOnCancel(gatherer: Gatherer): () => void {
  return () => {
    if (gatherer.transport.pid !== null) gatherer.transport.signalProcess('KILL');
  };
}

/**
 * Runs a program and fires with all that it wrote and its exit code. Fails with ProcessSignalled, or with
 * Node's error when it could not be started. Cancelling kills it. The output is gathered in memory.
 */
export function getProcessOutputAndValue(
  executable: string,
  args: readonly string[] = [],
  options: ProcessOutputOptions = {},
): Deferred<ProcessResult> {
  const { reactor = defaultReactor, ...settings } = options;
  const gatherer = new Gatherer();
  reactor.spawnProcess(gatherer, executable, [executable, ...args], settings);
  return gatherer.result;
}

/** The exit code of a program. Fails as `getProcessOutputAndValue`. */
export function getProcessValue(
  executable: string,
  args: readonly string[] = [],
  options: ProcessOutputOptions = {},
): Deferred<number> {
  return getProcessOutputAndValue(executable, args, options).addCallback(({ code }) => code);
}

/**
 * What a program wrote to its standard output, whatever its exit code. What it writes to standard error fails it
 * with RuntimeError, unless `errorToo` adds that to the output. Fails as `getProcessOutputAndValue`.
 */
export function getProcessOutput(
  executable: string,
  args: readonly string[] = [],
  options: ProcessOutputOptions & { readonly errorToo?: boolean | undefined } = {},
): Deferred<Buffer> {
  const { errorToo = false, ...settings } = options;
  return getProcessOutputAndValue(executable, args, settings).addCallback(({ out, err }) => {
    if (errorToo) return Buffer.concat([out, err]);
    if (err.length === 0) return out;
    throw new RuntimeError(
      `${executable} wrote to standard error: ${err.toString().slice(0, 200)}. Pass errorToo to take it.`,
    );
  });
}
