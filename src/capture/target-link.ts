import type { ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync, readSync, rmSync, statSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import type { Command, Ending, TargetEvent, TargetMessage, TargetMode, TargetSetup } from './protocol.ts';
import { CHANNEL_FD } from './protocol.ts';
import type { GenerationMark, Observation, RunRecord, SnapshotFile, TargetOutcome } from './run-record.ts';

/** How long a target may take to answer before it is taken for blocked. */
const ANSWER_MS = 5000;
/** Exit code under which shells, and some containers, report an abort. */
const ABORTED = 134;
/** How long it may take to end by itself once it was told to. */
const END_MS = 5000;

/** A command that waits for its answer. */
interface Pending {
  /** The program's own functions run for it, so what they throw is the program's failure and not ours. */
  readonly runsProgram: boolean;
  resolve(value: unknown): void;
  reject(error: Error): void;
}

type Milestone = 'started' | 'ready' | 'stopping' | 'held';

/** leakscan's end of the channel: commands out, answers and events in, and the record that they make up. */
export class TargetLink {
  readonly mode: TargetMode;
  readonly #child: ChildProcess;
  readonly #socket: Socket;
  readonly #program: Pick<RunRecord, 'script' | 'args' | 'cwd' | 'mode'>;
  readonly #answers = new Map<number, Pending>();
  readonly #reached = new Set<Milestone>();
  readonly #waiting: Array<{ milestone: Milestone; resolve: () => void }> = [];
  readonly #marks: GenerationMark[] = [];
  readonly #observations: Observation[] = [];
  readonly #limits: string[] = [];
  readonly #timings: Record<string, number> = {};
  readonly #gone: Promise<void>;
  readonly #over = new AbortController();
  #snapshots: SnapshotFile[] = [];
  #started: Extract<TargetEvent, { event: 'started' }> | undefined;
  #threw: string | undefined;
  #ending: Ending | undefined;
  #stopped: 'interrupted' | 'timed-out' | undefined;
  /** All there is to be had of a stopped target is there. */
  #hasStopped = false;
  #exit: { readonly code: number | null; readonly signal: NodeJS.Signals | null } | undefined;
  #isGone = false;
  /** It was told to end, so however it does is all right. */
  #isFinished = false;
  #isHeapFull = false;
  /** Edges were cut from it: what goes wrong from now on is not the program's doing. */
  #isCut = false;
  #isObserving = false;
  #commands = 0;
  #rest = '';

  constructor(
    child: ChildProcess,
    directory: string,
    program: Pick<RunRecord, 'script' | 'args' | 'cwd'> & { mode: TargetMode },
  ) {
    this.mode = program.mode;
    this.#program = program;
    this.#child = child;
    this.#socket = child.stdio[CHANNEL_FD] as Socket;
    this.#socket.setEncoding('utf8');
    this.#socket.on('data', (text: string) => this.#read(text));
    this.#socket.on('error', () => {});
    const exited = new Promise<void>((resolve) => {
      child.once('exit', (code, signal) => {
        this.#exit = { code, signal };
        resolve();
      });
    });
    const closed = new Promise((resolve) => this.#socket.once('close', resolve));
    this.#gone = Promise.all([exited, closed]).then(() => {
      this.#isGone = true;
      this.#takeLastGasp(directory);
      this.#giveUp();
    });
  }

  get isAlive(): boolean {
    return !this.#isGone;
  }

  /** Aborted when the program has come to its end, however it did, or was stopped. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  /** The process ended by itself before leakscan's part in it had begun. */
  get neverStarted(): boolean {
    return this.#isGone && this.#started === undefined && this.#stopped === undefined;
  }

  /** Milliseconds that phases account for so far. */
  get timedMs(): number {
    return Object.values(this.#timings).reduce((sum, ms) => sum + ms, 0);
  }

  addTiming(phase: string, ms: number): void {
    this.#timings[phase] = (this.#timings[phase] ?? 0) + ms;
  }

  addLimit(text: string): void {
    this.#limits.push(text);
  }

  send(line: TargetSetup | (Command & { id: number })): void {
    if (this.#socket.writable) this.#socket.write(`${JSON.stringify(line)}\n`);
  }

  /** The target's answer; undefined when there is none because it has ended, failed or was stopped. */
  request<T>(command: Command): Promise<T | undefined> {
    const runsProgram = ['begin', 'generation', 'finish'].includes(command.name);
    const hasFailed = this.#threw !== undefined || this.#stopped !== undefined;
    const isRefused = runsProgram && hasFailed && command.name !== 'finish';
    if (this.#isGone || isRefused) return Promise.resolve(undefined);
    if (command.name === 'cut' && this.#ending === undefined) this.#isCut = true;
    this.#commands += 1;
    const id = this.#commands;
    return new Promise((resolve, reject) => {
      this.#answers.set(id, { runsProgram, resolve: resolve as Pending['resolve'], reject });
      this.send({ ...command, id });
    });
  }

  openGeneration(): Promise<unknown> {
    return this.request({ name: 'begin-rounds' });
  }

  closeGeneration(rounds: number): Promise<GenerationMark | undefined> {
    return this.request({ name: 'mark', rounds });
  }

  /** Resolves when the target has got there, or is gone. */
  until(milestone: Milestone): Promise<void> {
    if (this.#isGone || this.#hasStopped || this.#reached.has(milestone)) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ milestone, resolve }));
  }

  /**
   * Takes a last snapshot and gives up whatever was going on. A target that does not even hear the request is killed.
   */
  async stop(reason: 'interrupted' | 'timed-out'): Promise<void> {
    if (this.#isGone || this.#stopped !== undefined) return;
    this.#stopped = reason;
    this.#over.abort();
    if (this.#ending === undefined) {
      const captured = this.request({ name: 'stop' });
      if (await this.#hears()) {
        await captured;
      } else {
        this.#limits.push('the target did not answer any more, so its last moments were not captured');
        this.#child.kill('SIGKILL');
        await this.#gone;
      }
    }
    if (this.#ending !== undefined) await this.until('held');
    this.#hasStopped = true;
    this.#giveUp();
  }

  /** Whether the target takes note of a request to stop. One that is being observed may take its time. */
  async #hears(): Promise<boolean> {
    const heard = Promise.race([this.until('stopping'), this.until('held')]);
    while (!(await isWithin(ANSWER_MS, heard))) if (!this.#isObserving) return false;
    return true;
  }

  /** Lets the target go, or ends it if it was driven, and waits until it is gone; kills it when that takes too long. */
  async finish(): Promise<void> {
    if (this.#isGone) return;
    const isHeld = this.#ending !== undefined;
    if (this.#stopped !== undefined && !isHeld) this.#child.kill('SIGTERM');
    else {
      this.#isFinished = !isHeld;
      await isWithin(END_MS, this.request({ name: 'finish' }));
      if (this.mode === 'driven') this.#child.kill('SIGTERM');
    }
    if (!(await isWithin(END_MS, this.#gone))) this.#child.kill('SIGKILL');
    await this.#gone;
  }

  kill(): void {
    if (!this.#isGone) this.#child.kill('SIGKILL');
  }

  record(): RunRecord {
    return {
      recordVersion: 1,
      ...this.#program,
      node: this.#started?.node ?? 'unknown',
      pid: this.#child.pid ?? 0,
      source: this.#started?.source ?? 'node:v8',
      sourceReason: this.#started?.sourceReason ?? 'the target ended before leakscan could look at it',
      generations: [...this.#marks],
      snapshots: [...this.#snapshots],
      observations: [...this.#observations],
      outcome: this.#outcome(),
      limits: [...this.#limits],
      timings: { ...this.#timings },
    };
  }

  #read(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#take(JSON.parse(line) as TargetMessage);
  }

  #take(message: TargetMessage): void {
    if ('reply' in message) this.#takeReply(message);
    else this.#takeEvent(message);
  }

  #takeReply(message: Extract<TargetMessage, { reply: number }>): void {
    const pending = this.#answers.get(message.reply);
    this.#answers.delete(message.reply);
    if (!('thrown' in message)) pending?.resolve(message.value);
    else if (pending?.runsProgram) {
      this.#hasThrown(message.thrown.stack);
      pending.resolve(undefined);
    } else pending?.reject(Object.assign(new Error(), message.thrown));
  }

  #takeEvent(message: TargetEvent): void {
    switch (message.event) {
      case 'started':
        this.#started = message;
        this.#reach('started');
        break;
      case 'ready':
      case 'stopping':
      case 'held':
        this.#reach(message.event);
        break;
      case 'observing':
        this.#isObserving = message.isBegin;
        break;
      case 'mark':
        this.#marks.push(message.mark);
        this.addTiming('marks', message.mark.markMs);
        this.addTiming('rounds', message.mark.programMs);
        break;
      case 'snapshot':
        this.#snapshots.push(message.snapshot);
        this.addTiming('snapshots', message.snapshot.snapshotMs);
        break;
      case 'snapshot-dropped':
        this.#snapshots = this.#snapshots.filter(({ file }) => file !== message.file);
        break;
      case 'observation':
        this.#observations.push(message.observation);
        break;
      case 'limit':
        this.#limits.push(message.text);
        break;
      case 'threw':
        this.#hasThrown(message.message);
        break;
      case 'ending':
        this.#ending = message.ending;
        this.#giveUp();
        break;
    }
  }

  #hasThrown(message: string): void {
    if (!this.#isCut) this.#threw ??= message;
  }

  #reach(milestone: Milestone): void {
    this.#reached.add(milestone);
    for (const waiting of this.#waiting) if (waiting.milestone === milestone) waiting.resolve();
  }

  /** Nothing that was asked for or waited for will come any more, but for the end of an ending. */
  #giveUp(): void {
    this.#over.abort();
    for (const { resolve } of this.#answers.values()) resolve(undefined);
    this.#answers.clear();
    const isEnding = this.#ending !== undefined && !this.#isGone;
    for (const { milestone, resolve } of this.#waiting) if (!isEnding || milestone !== 'held') resolve();
  }

  /** The snapshot that V8 wrote when the heap was full, if it got to its end. */
  #takeLastGasp(directory: string): void {
    for (const name of existsSync(directory) ? readdirSync(directory) : []) {
      const file = join(directory, name);
      if (!name.startsWith('Heap.') || !name.includes(`.${this.#child.pid}.`)) continue;
      if (!isWhole(file)) {
        rmSync(file);
        continue;
      }
      this.#isHeapFull = true;
      const afterMarks = this.#marks.length;
      this.#snapshots.push({ file, afterMarks, moment: 'near-heap-limit', snapshotMs: 0 });
    }
  }

  #outcome(): TargetOutcome {
    if (this.#exit === undefined) return { kind: 'running', exitCode: null, signal: null };
    const { code, signal } = this.#exit;
    const end = { exitCode: code, signal };
    if (this.#isHeapFull) return { kind: 'out-of-memory', ...end };
    if (this.#threw !== undefined) return { kind: 'threw', ...end, message: this.#threw };
    if (this.#stopped !== undefined) return { kind: this.#stopped, ...end };
    if (this.#isCut) return { kind: this.mode === 'driven' ? 'ended' : 'completed', ...end };
    if (this.#ending === undefined && (signal === 'SIGABRT' || code === ABORTED))
      return { kind: 'out-of-memory', ...end };
    if (this.#isFinished && this.mode === 'driven') return { kind: 'ended', ...end };
    if (this.#ending?.kind === 'completed' || this.#isFinished) return { kind: 'completed', ...end };
    return { kind: signal === null ? 'exited' : 'killed', ...end };
  }
}

/** A snapshot is one JSON object. */
function isWhole(file: string): boolean {
  const descriptor = openSync(file, 'r');
  try {
    const end = Buffer.alloc(8);
    readSync(descriptor, end, 0, end.length, Math.max(0, statSync(file).size - end.length));
    return end.toString('latin1').trimEnd().endsWith('}');
  } finally {
    closeSync(descriptor);
  }
}

/** Whether `event` comes before so many milliseconds have passed. */
async function isWithin(ms: number, event: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, ms, false);
  });
  const inTime = await Promise.race([event.then(() => true), late]);
  clearTimeout(timer);
  return inTime;
}
