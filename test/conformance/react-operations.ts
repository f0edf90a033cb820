import {
  type DelayedCall,
  ReactorNotRunning,
  type RunnableReactor,
  react,
} from '../../src/deferred/index.ts';
import type { Operation } from './operations.ts';
import type { Program } from './program.ts';

/** The small reactor of the conformance text: it keeps what it is given, and its time is the program's clock. */
class RecordingReactor implements RunnableReactor {
  readonly #program: Program;
  readonly #whenRunning: (() => unknown)[] = [];
  readonly #triggers: (() => unknown)[] = [];
  #running = false;
  #stopped = false;

  constructor(program: Program) {
    this.#program = program;
  }

  seconds(): number {
    return this.#program.clock.seconds();
  }

  callLater<A extends unknown[]>(seconds: number, f: (...args: A) => unknown, ...args: A): DelayedCall {
    return this.#program.clock.callLater(seconds, f, ...args);
  }

  addSystemEventTrigger(_phase: 'before', _event: 'shutdown', f: () => unknown): void {
    this.#triggers.push(f);
  }

  callWhenRunning<A extends unknown[]>(f: (...args: A) => unknown, ...args: A): void {
    if (this.#running) f(...args);
    else this.#whenRunning.push(() => f(...args));
  }

  stop(): void {
    if (!this.#running || this.#stopped) throw new ReactorNotRunning('The reactor does not run.');
    this.#stopped = true;
    this.#program.record('reactorStop');
  }

  run(): void {
    const { clock } = this.#program;
    this.#running = true;
    this.#program.record('reactorRun');
    for (const f of this.#whenRunning.splice(0)) f();
    while (!this.#stopped) {
      const [next] = this.#program.delayedTimes();
      if (next === undefined) {
        this.#program.record('reactorIdle');
        break;
      }
      clock.advance(next - clock.seconds());
    }
    this.#running = false;
    for (const trigger of this.#triggers) trigger();
    this.#program.record('reactorDone');
  }
}

/** The operations of the area `react`. */
export const reactOperations: Record<string, Operation> = {
  react: (program, f: (...args: unknown[]) => unknown, ...args: unknown[]) => {
    const reactor = new RecordingReactor(program);
    program.encoder.name(reactor, 'reactor');
    program.notes.set('reactor', reactor);
    const codeBefore = process.exitCode;
    const exited = react(f, args, reactor);
    process.exitCode = codeBefore;
    exited.addCallback((code) => program.record('exit', code));
  },
  reactorStop: (program) => (program.notes.get('reactor') as RecordingReactor).stop(),
};
