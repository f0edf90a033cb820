import { closeSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { HeapObjectId } from '../../shared/ids.ts';
import { type Drive, type Driver, driverOf } from '../driver.ts';
import { type DrivenTarget, Driving } from '../driving.ts';
import { freeMemoryBytes } from '../free-memory.ts';
import { LeakscanNodeIds } from '../node-ids.ts';
import { snapshotDirectory } from '../private-directory.ts';
import type { GenerationMark, RunRecord, SnapshotFile, TargetOutcome } from '../run-record.ts';
import { RUN_RECORD_FILE } from '../run-record.ts';
import type { TargetProcess } from '../run-target.ts';
import { type FoundInspector, findInspector } from './find-inspector.ts';
import type { InspectorConnection } from './inspector-connection.ts';

/** What to watch, and how. */
export interface AttachOptions {
  /** Process id, or address of an inspector. */
  readonly target: string;
  readonly isRemoteAllowed: boolean;
  /** Makes the process work from outside, in rounds. */
  readonly drive: Drive | undefined;
  readonly warmupRounds: number | undefined;
  /** How long to watch a process that is not driven. */
  readonly durationMs: number;
  readonly saveSnapshots: string | undefined;
  /** Ends the watching; what was captured is judged. */
  readonly interruption: AbortSignal;
}

/** Marks after the first one while a process is watched. */
const STRETCHES = 6;
/** Fewer say nothing of growth. */
const FEWEST_STRETCHES = 3;
/** A process works at least so many times as long as it stands still for a mark, where there is time for it. */
const WORK_BETWEEN_MARKS = 3;
/** Snapshots of marks that are kept beside the last one, to compare the heap with what it was. */
const KEPT = 4;
const DEFAULT_WARMUP_ROUNDS = 5;
/** What the inspector hands out is held until its group is released; there is a group for each mark. */
const GROUP = 'leakscan';
/** Collections before a mark of a driven process, with a pause for what is still closing. */
const COLLECTIONS = 3;
const SETTLE_MS = 20;
/** What V8 needs beside the heap while it builds a snapshot; see "Cost" in docs/capture.md. */
const SNAPSHOT_BYTES_PER_OBJECT = 450;
const BYTES_PER_OBJECT = 60;

interface WrittenSnapshot {
  readonly file: string;
  readonly watermark: HeapObjectId;
}

/** An object that the session alone holds, and the id that it had at the last mark. */
interface Probe {
  readonly objectId: string;
  readonly heapId: string;
}

/** What a process says of itself. */
interface Introduction {
  readonly pid: number;
  readonly node: string;
  readonly cwd: string;
  readonly argv: readonly string[];
}

/** State of the process at a mark, and its CPU time so far. */
type ProcessState = Pick<
  GenerationMark,
  'heapUsedBytes' | 'externalBytes' | 'arrayBuffersBytes' | 'rssBytes' | 'activeResources'
> & { readonly cpuMs: number };

const INTRODUCTION = '({ pid: process.pid, node: process.version, cwd: process.cwd(), argv: process.argv })';
const STATE = `(() => {
  const { heapUsed, external, arrayBuffers, rss } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  const activeResources = {};
  for (const name of process.getActiveResourcesInfo()) activeResources[name] = (activeResources[name] ?? 0) + 1;
  return { heapUsedBytes: heapUsed, externalBytes: external, arrayBuffersBytes: arrayBuffers, rssBytes: rss, activeResources, cpuMs: (user + system) / 1000 };
})()`;
/** In a turn of its own, as closing waits for the sessions to end. */
const CLOSE_INSPECTOR = "void setTimeout(require('node:inspector').close, 200).unref()";

/**
 * Watches a process that is running already, through its inspector. Nothing in it is changed but what looking takes; in the end
 * it goes on as before.
 *
 * Throws a UsageError or TargetError when it cannot be reached.
 */
export async function attachTarget(options: AttachOptions): Promise<TargetProcess> {
  const directory = snapshotDirectory(options.saveSnapshots);
  let found: FoundInspector | undefined;
  let target: AttachedTarget | undefined;
  try {
    const { drive } = options;
    const place = { cwd: process.cwd(), env: process.env };
    const driver = drive === undefined ? undefined : await driverOf(drive, place, async () => {});
    const begun = performance.now();
    found = await findInspector(options.target, options.isRemoteAllowed);
    const introduction = await found.connection.evaluate<Introduction>(INTRODUCTION);
    target = new AttachedTarget(found, introduction, directory, options, driver);
    await target.begin();
    target.addTiming('start', performance.now() - begun);
    return target;
  } catch (error) {
    await target?.leave();
    found?.connection.close();
    directory.remove();
    throw error;
  }
}

class AttachedTarget implements TargetProcess, DrivenTarget {
  readonly mode: 'script' | 'driven';
  readonly #connection: InspectorConnection;
  readonly #isInspectorOurs: boolean;
  readonly #introduction: Introduction;
  readonly #directory: ReturnType<typeof snapshotDirectory>;
  readonly #options: AttachOptions;
  readonly #driving: Driving | undefined;
  readonly #over = new AbortController();
  readonly #marks: GenerationMark[] = [];
  readonly #limits: string[] = [];
  readonly #timings: Record<string, number> = {};
  readonly #onExit = (): void => this.cleanUp();
  #snapshots: SnapshotFile[] = [];
  #outcome: TargetOutcome = { kind: 'running', exitCode: null, signal: null };
  #files = 0;
  #objects = 0;
  /** End of the last mark, and CPU time of the process then. */
  #markedAt = performance.now();
  #cpuMs = 0;
  #isFinished = false;
  #probe: Probe | undefined;
  /** Handle of an object that was made just before the snapshot. */
  #fresh = '';

  constructor(
    { connection, isOurs }: FoundInspector,
    introduction: Introduction,
    directory: ReturnType<typeof snapshotDirectory>,
    options: AttachOptions,
    driver: Driver | undefined,
  ) {
    const { interruption } = options;
    this.mode = driver === undefined ? 'script' : 'driven';
    this.#connection = connection;
    this.#isInspectorOurs = isOurs;
    this.#introduction = introduction;
    this.#directory = directory;
    this.#options = options;
    if (driver !== undefined) this.#driving = new Driving(this, driver);
    process.once('exit', this.#onExit);
    connection.lost.addEventListener('abort', () => this.#lose());
    if (interruption.aborted) void this.stop('interrupted');
    interruption.addEventListener('abort', () => void this.stop('interrupted'), { once: true });
  }

  get over(): AbortSignal {
    return this.#over.signal;
  }

  record(): RunRecord {
    const { argv, cwd, node, pid } = this.#introduction;
    return {
      recordVersion: 1,
      script: argv[1] ?? `process ${pid}`,
      args: argv.slice(2),
      cwd,
      node,
      pid,
      mode: this.mode,
      source: 'inspector',
      sourceReason: 'the process was running already',
      generations: [...this.#marks],
      snapshots: [...this.#snapshots],
      observations: [],
      ...(this.#driving !== undefined && { driven: this.#driving.tally }),
      outcome: this.#outcome,
      limits: [...this.#limits],
      timings: { ...this.#timings },
    };
  }

  isAlive(): boolean {
    return !this.#connection.lost.aborted;
  }

  /** Driven: waits until the process answers, and warms it up. Otherwise makes the first mark. */
  async begin(): Promise<void> {
    this.#connection.listen('Inspector.detached', () => this.#lose());
    if (this.#driving === undefined) return void (await this.#mark(0));
    await this.#driving.untilReady(false);
    await this.#driving.generation(this.#options.warmupRounds ?? DEFAULT_WARMUP_ROUNDS);
  }

  async runGenerations(rounds: readonly number[]): Promise<readonly GenerationMark[]> {
    const marks: GenerationMark[] = [];
    for (const count of rounds) {
      const mark = await this.#driving?.generation(count);
      if (mark === undefined) break;
      marks.push(mark);
    }
    return marks;
  }

  /** Watches for the time that was given, stretch after stretch, each closed by a mark. The time of the marks does not count. */
  async untilEnd(): Promise<void> {
    const { durationMs } = this.#options;
    for (let leftMs = durationMs; leftMs > 0 && !this.over.aborted; ) {
      const pausedMs = this.#marks.at(-1)?.markMs ?? 0;
      const wantedMs = Math.max(durationMs / STRETCHES, pausedMs * WORK_BETWEEN_MARKS);
      const stretchMs = Math.min(wantedMs, durationMs / FEWEST_STRETCHES);
      // What is left after a last short stretch is added to it.
      const waitMs = leftMs < 1.5 * stretchMs ? leftMs : stretchMs;
      leftMs -= waitMs;
      await pause(waitMs, undefined, { signal: this.over }).catch(() => {});
      if (this.isAlive()) await this.#mark(0);
    }
  }

  /** The heap at the last mark: nothing has happened since that would have to be seen. */
  async snapshot(): Promise<SnapshotFile | undefined> {
    return this.#snapshots.at(-1);
  }

  /** What a process in production knows is left alone. */
  async lookAt(): Promise<readonly []> {
    return [];
  }

  async scriptSource(): Promise<null> {
    return null;
  }

  async cut(): Promise<undefined> {
    return undefined;
  }

  async stop(_reason: 'interrupted' | 'timed-out'): Promise<void> {
    this.#outcome = { kind: 'left-early', exitCode: null, signal: null };
    this.#over.abort();
  }

  /** Takes leave: the process goes on without leakscan. */
  async finish(): Promise<RunRecord> {
    if (this.#outcome.kind === 'running') this.#outcome = { kind: 'left', exitCode: null, signal: null };
    await this.leave();
    if (this.#directory.isKept) {
      const file = join(this.#directory.path, RUN_RECORD_FILE);
      writeFileSync(file, `${JSON.stringify(this.record(), null, 2)}\n`, { mode: 0o600 });
    }
    return this.record();
  }

  cleanUp(): void {
    process.off('exit', this.#onExit);
    void this.leave();
    this.#directory.remove();
  }

  until(): Promise<void> {
    return Promise.resolve();
  }

  addLimit(text: string): void {
    this.#limits.push(text);
  }

  addTiming(phase: string, ms: number): void {
    this.#timings[phase] = (this.#timings[phase] ?? 0) + ms;
  }

  async openGeneration(): Promise<void> {
    this.#markedAt = performance.now();
  }

  /** The end of a driven generation. */
  closeGeneration(rounds: number): Promise<GenerationMark | undefined> {
    return this.#mark(rounds);
  }

  /** Takes leave of the process, which goes on as before; closes its inspector if nobody else had opened it. */
  async leave(): Promise<void> {
    if (this.#isFinished) return;
    this.#isFinished = true;
    if (!this.isAlive()) return;
    if (this.#isInspectorOurs) await this.#connection.evaluate(CLOSE_INSPECTOR).catch(() => {});
    this.#connection.close();
  }

  #lose(): void {
    if (this.#isFinished) return;
    this.#outcome = { kind: 'lost', exitCode: null, signal: null };
    this.#over.abort();
  }

  /** A mark is a snapshot here: it gives ids to all objects, and is kept for a while to be looked at. */
  async #mark(rounds: number): Promise<GenerationMark | undefined> {
    const begun = performance.now();
    const programMs = begun - this.#markedAt;
    try {
      for (let count = 0; count < (rounds > 0 ? COLLECTIONS : 1); count += 1) {
        await this.#connection.ask('HeapProfiler.collectGarbage');
        await pause(rounds > 0 ? SETTLE_MS : 0);
      }
      const { cpuMs, ...state } = await this.#connection.evaluate<ProcessState>(STATE);
      if (!this.#isAffordable(state.heapUsedBytes)) return undefined;
      const { file, watermark } = await this.#writeSnapshot();
      if (await this.#hasForgotten()) this.#startAnew();
      await this.#remember();
      const markMs = performance.now() - begun;
      const cpu = cpuMs - this.#cpuMs;
      const mark = { ...state, rounds, watermark, allocatedBytes: 0, programMs, cpuMs: cpu, markMs };
      this.#marks.push(mark);
      this.#keep({ file, afterMarks: this.#marks.length, moment: 'mid-run', snapshotMs: markMs });
      this.#cpuMs = (await this.#connection.evaluate<ProcessState>(STATE)).cpuMs;
      this.addTiming('marks', markMs);
      this.addTiming('rounds', programMs);
      return mark;
    } catch (error) {
      if (this.isAlive()) this.addLimit(`a generation could not be marked: ${(error as Error).message}`);
      return undefined;
    } finally {
      this.#markedAt = performance.now();
    }
  }

  /** The whole heap, as it comes in, into a private file; one that is not whole is removed. */
  async #writeSnapshot(): Promise<WrittenSnapshot> {
    // V8 keeps the arguments of console calls as long as somebody is connected.
    await this.#connection.ask('Runtime.discardConsoleEntries');
    const { result } = await this.#connection.ask<{ result: { objectId: string } }>('Runtime.evaluate', {
      expression: '({})',
      objectGroup: `${GROUP} ${this.#files + 1}`,
    });
    this.#fresh = result.objectId;
    this.#files += 1;
    const file = join(this.#directory.path, `leakscan-${this.#introduction.pid}-${this.#files}.heapsnapshot`);
    const ids = new LeakscanNodeIds();
    const descriptor = openSync(file, 'wx', 0o600);
    let failure: Error | undefined;
    this.#connection.listen('HeapProfiler.addHeapSnapshotChunk', (params) => {
      const { chunk } = params as { chunk: string };
      if (failure !== undefined) return;
      try {
        const bytes = Buffer.from(chunk);
        for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
        ids.push(chunk);
      } catch (error) {
        failure = error as Error;
      }
    });
    try {
      await this.#connection.ask('HeapProfiler.takeHeapSnapshot', {
        reportProgress: false,
        captureNumericValue: true,
      });
      if (failure !== undefined) throw failure;
      const { watermark, objects } = ids.count();
      this.#objects = objects;
      return { file, watermark };
    } catch (error) {
      rmSync(file, { force: true });
      throw error;
    } finally {
      closeSync(descriptor);
      this.#connection.listen('HeapProfiler.addHeapSnapshotChunk', undefined);
    }
  }

  /**
   * Has V8 given new ids to all objects since the last mark? It does so when another session ends, counting from the start again; an
   * object of that mark then has another id.
   */
  async #hasForgotten(): Promise<boolean> {
    if (this.#probe === undefined) return false;
    const { objectId, heapId } = this.#probe;
    return (await this.#heapIdOf(objectId)) !== heapId;
  }

  async #remember(): Promise<void> {
    await this.#connection.ask('Runtime.releaseObjectGroup', {
      objectGroup: `${GROUP} ${this.#files - 1}`,
    });
    this.#probe = { objectId: this.#fresh, heapId: await this.#heapIdOf(this.#fresh) };
  }

  async #heapIdOf(objectId: string): Promise<string> {
    const answer = await this.#connection.ask<{ heapSnapshotObjectId: string }>(
      'HeapProfiler.getHeapObjectId',
      { objectId },
    );
    return answer.heapSnapshotObjectId;
  }

  /** What was seen before cannot be compared with what comes. */
  #startAnew(): void {
    this.#marks.length = 0;
    for (const { file } of this.#snapshots.splice(0)) rmSync(file, { force: true });
    this.addLimit(
      'another debugger has left the process, and V8 forgot which objects are old; watching began anew',
    );
  }

  #keep(snapshot: SnapshotFile): void {
    this.#snapshots.push(snapshot);
    if (this.#snapshots.length <= KEPT) return;
    rmSync(this.#snapshots.shift()!.file, { force: true });
  }

  /** A process in production must not die of being looked at. The memory of another machine is not known. */
  #isAffordable(heapUsedBytes: number): boolean {
    if (this.#options.isRemoteAllowed) return true;
    const objects = Math.max(this.#objects, heapUsedBytes / BYTES_PER_OBJECT);
    const needed = objects * SNAPSHOT_BYTES_PER_OBJECT;
    const available = freeMemoryBytes();
    if (needed <= available) return true;
    const [need, free] = [needed, available].map((bytes) => Math.round(bytes / 2 ** 20));
    this.addLimit(`a snapshot of this heap would take about ${need} MiB, and ${free} MiB are free`);
    return false;
  }
}
