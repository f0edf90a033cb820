import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { withoutFrames } from '../deferred/error-class.ts';
import { Failure } from '../deferred/failure.ts';
import { logFailure } from '../deferred/log-failure.ts';
import { type Address, pipeAddress } from './address.ts';
import { ProcessDone, ProcessExitedAlready, ProcessTerminated } from './errors.ts';
import type { ProcessProtocol } from './process-protocol.ts';
import type { Reactor } from './reactor.ts';
import type { Bytes } from './transport.ts';

/** What a descriptor of the child is: a pipe that it reads (`w`: we write), one that it writes, or one of ours. */
export type ChildFD = 'r' | 'w' | number;

export interface SpawnProcessOptions {
  /** Environment of the child; that of this process when it is left out. */
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** Working directory. */
  readonly path?: string | undefined;
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
  /** Descriptors of the child: by default it gets pipes for 0, 1 and 2. */
  readonly childFDs?: Readonly<Record<number, ChildFD>> | undefined;
}

const standardFDs: Readonly<Record<number, ChildFD>> = { 0: 'w', 1: 'r', 2: 'r' };

/** A running child process. Held by the reactor, and holds its protocol, until `processEnded`. */
export class ProcessTransport {
  readonly #reactor: Reactor;
  readonly #child: ChildProcess;
  #protocol: ProcessProtocol | null;
  #exited = false;
  #openPipes = 0;
  /** Why it ended; null until Node says that all pipes are closed. */
  #endReason: Failure | null = null;
  #spawnError: Error | null = null;

  /** `args` are the arguments of the child from its own name on, as in `argv`. */
  constructor(
    reactor: Reactor,
    protocol: ProcessProtocol,
    executable: string,
    args: readonly string[],
    options: SpawnProcessOptions,
  ) {
    const { env, path, uid, gid, childFDs = standardFDs } = options;
    this.#reactor = reactor;
    this.#protocol = protocol;
    const settings: SpawnOptions = { stdio: stdioOf(childFDs) };
    if (args[0] !== undefined) settings.argv0 = args[0];
    if (env !== undefined) settings.env = env;
    if (path !== undefined) settings.cwd = path;
    if (uid !== undefined) settings.uid = uid;
    if (gid !== undefined) settings.gid = gid;
    this.#child = spawn(executable, args.slice(1), settings);
    this.#child.on('error', (error) => this.#failed(error));
    this.#child.on('exit', (code, signal) => this.#onExit(code, signal));
    this.#child.on('close', (code, signal) => this.#onClose(code, signal));
    for (const [fd, kind] of Object.entries(childFDs)) this.#watchPipe(Number(fd), kind);
    reactor.opened(this);
    this.#call((one) => one.makeConnection(this));
  }

  /** Process id of the child; null when it could not be started or has ended. */
  get pid(): number | null {
    return this.#exited ? null : (this.#child.pid ?? null);
  }

  /** Writes to the standard input of the child. */
  write(data: Bytes): void {
    this.writeToChild(0, data);
  }

  writeSequence(chunks: Iterable<Bytes>): void {
    for (const chunk of chunks) this.write(chunk);
  }

  writeToChild(childFD: number, data: Bytes): void {
    const pipe = this.#pipe(childFD) as Writable | null;
    if (pipe?.writable) pipe.write(data);
  }

  closeStdin(): void {
    this.closeChildFD(0);
  }

  closeStdout(): void {
    this.closeChildFD(1);
  }

  closeStderr(): void {
    this.closeChildFD(2);
  }

  /** Closes our end of a pipe: one that we write once everything is sent, one that we read at once. */
  closeChildFD(childFD: number): void {
    const pipe = this.#pipe(childFD);
    if (pipe === null) return;
    if ('end' in pipe && (pipe as Writable).writable) (pipe as Writable).end();
    else pipe.destroy();
  }

  /** Closes all pipes. The child runs on unless that ends it. */
  loseConnection(): void {
    for (let fd = 0; fd < this.#child.stdio.length; fd += 1) this.closeChildFD(fd);
  }

  /** @throws ProcessExitedAlready when the child has ended. */
  signalProcess(signal: 'HUP' | 'STOP' | 'INT' | 'KILL' | 'TERM' | NodeJS.Signals): void {
    if (this.#exited || this.#child.pid === undefined) {
      throw new ProcessExitedAlready('The child process has ended. Watch for processExited.');
    }
    this.#child.kill((signal.startsWith('SIG') ? signal : `SIG${signal}`) as NodeJS.Signals);
  }

  getPeer(): Address {
    return pipeAddress;
  }

  getHost(): Address {
    return pipeAddress;
  }

  /** Stops reading what the child writes, so that it will have to wait. */
  pauseProducing(): void {
    for (const pipe of this.#readPipes()) pipe.pause();
  }

  resumeProducing(): void {
    for (const pipe of this.#readPipes()) pipe.resume();
  }

  stopProducing(): void {
    this.loseConnection();
  }

  #readPipes(): Readable[] {
    return this.#child.stdio.slice(1).filter((pipe) => pipe && 'resume' in pipe) as Readable[];
  }

  #pipe(childFD: number): Readable | Writable | null {
    return this.#child.stdio[childFD] ?? null;
  }

  #watchPipe(fd: number, kind: ChildFD): void {
    const pipe = this.#pipe(fd);
    if (pipe === null || typeof kind === 'number') return;
    pipe.on('error', ignore);
    if (kind === 'r') pipe.on('data', (data: Buffer) => this.#call((one) => one.childDataReceived(fd, data)));
    this.#openPipes += 1;
    pipe.on('close', () => {
      this.#openPipes -= 1;
      this.#call((one) => one.childConnectionLost(fd));
      this.#endWhenClosed();
    });
  }

  #failed(error: Error): void {
    if (this.#child.pid !== undefined) {
      logFailure(new Failure(error), 'A child process could not be sent a signal.');
      return;
    }
    this.#spawnError = error;
    this.#onExit(1, null);
    this.#onClose(1, null);
  }

  #onExit(code: number | null, signal: NodeJS.Signals | null): void {
    if (this.#exited) return;
    this.#exited = true;
    this.#call((one) => one.processExited(this.#reason(code, signal)));
  }

  #onClose(code: number | null, signal: NodeJS.Signals | null): void {
    this.#endReason ??= this.#reason(code, signal);
    this.#endWhenClosed();
  }

  /** Node says so a moment before it closes the last pipe for us. */
  #endWhenClosed(): void {
    const reason = this.#endReason;
    if (reason === null || this.#openPipes > 0) return;
    this.#reactor.closed(this);
    this.#call((one) => one.processEnded(reason));
    this.#protocol = null;
  }

  #reason(code: number | null, signal: NodeJS.Signals | null): Failure {
    const cause = this.#spawnError;
    return new Failure(
      withoutFrames(() =>
        code === 0
          ? new ProcessDone('The child process ended as it should.')
          : new ProcessTerminated(code, signal, cause === null ? {} : { cause }),
      ),
    );
  }

  #call(f: (protocol: ProcessProtocol) => unknown): void {
    if (this.#protocol === null) return;
    try {
      f(this.#protocol);
    } catch (thrown) {
      logFailure(new Failure(thrown, true), 'A process protocol threw an error.');
    }
  }
}

/** A pipe that breaks is told by its end. */
function ignore(): void {}

function stdioOf(childFDs: Readonly<Record<number, ChildFD>>): ('pipe' | 'ignore' | number)[] {
  const length = Math.max(2, ...Object.keys(childFDs).map(Number)) + 1;
  return Array.from({ length }, (_, fd) => {
    const kind = childFDs[fd];
    if (kind === undefined) return 'ignore';
    return typeof kind === 'number' ? kind : 'pipe';
  });
}
