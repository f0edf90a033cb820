import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { getHeapStatistics } from 'node:v8';
import { freeMemoryBytes } from '../free-memory.ts';
import type { TargetMode } from '../protocol.ts';
import type { GenerationMark, SnapshotFile } from '../run-record.ts';
import { collectGarbage, settle } from '../settle.ts';
import type { SnapshotSource } from '../snapshot-source.ts';
import { tell } from './channel.ts';

/** Older snapshots are removed when newer ones arrive. */
const KEPT_MID_RUN = 3;
/** What V8 needs beside the heap while it builds a snapshot; see "Cost" in docs/capture.md. */
const SNAPSHOT_BYTES_PER_OBJECT = 450;
const SNAPSHOT_MS_PER_OBJECT = 0.004;
/** A timer that does nothing, and the statistics it asks for. */
const LOOK_BYTES = 1536;
/** A program that has allocated less since the last mark is idle; the mark itself leaves some 20 KiB. */
const IDLE_BYTES = 24 * 1024;
/** A timer that is this much later than asked is none the less on time. */
const LATE_MS = 5;
/** More than most heaps have; used as long as no mark has counted. */
const BYTES_PER_OBJECT = 200;

/**
 * The generations of this process: what the program did between two marks, in time, CPU and allocation,
 * without what the marks themselves took.
 */
export class LeakscanGenerations {
  readonly #source: SnapshotSource;
  readonly #directory: string;
  readonly #midRun: string[] = [];
  #snapshots = 0;
  #marks = 0;
  #objects = 0;
  /** CPU time of the last mark, and of all. */
  #markCpuUs = 0;
  #marksCpuUs = 0;
  readonly #origin = clocks();
  /** What leakscan has taken of both clocks since. */
  #overheadMs = 0;
  #overheadCpuUs = 0;
  /** Where the clocks stand still; undefined while the program runs. */
  #pausedAt: Clocks | undefined;
  /** The program's clocks at the last mark. */
  #startMs = 0;
  #startCpuUs = 0;
  #allocatedBytes = 0;
  /** Since the last mark. */
  #looks = 0;
  #heapUsedBytes = usedHeap();
  /** Where the turn began that is under way. */
  #turn = clocks();
  #busy: Promise<unknown> = Promise.resolve();

  constructor(source: SnapshotSource, directory: string) {
    this.#source = source;
    this.#directory = directory;
  }

  /** Marks made so far; also the number of the generation that is open. */
  get count(): number {
    return this.#marks;
  }

  /** Time since the program began to load, without leakscan's pauses and what `beginTurn` leaves out. */
  get programMs(): number {
    return (this.#pausedAt ?? clocks()).ms - this.#origin.ms - this.#overheadMs;
  }

  get #programCpuUs(): number {
    return (this.#pausedAt ?? clocks()).cpuUs - this.#origin.cpuUs - this.#overheadCpuUs;
  }

  /**
   * What observation costs in CPU time, which unlike its duration does not depend on what else the machine does. The
   * next mark will take what the last one took; of a snapshot the number of objects gives an idea.
   */
  get cost(): { readonly marks: Cost; readonly snapshots: Cost } {
    return {
      marks: { spentMs: this.#marksCpuUs / 1000, nextMs: this.#markCpuUs / 1000 },
      snapshots: {
        spentMs: (this.#overheadCpuUs - this.#marksCpuUs) / 1000,
        nextMs: this.#objectsNow * SNAPSHOT_MS_PER_OBJECT,
      },
    };
  }

  /** Next to nothing was allocated since the last mark but what looking allocates itself, so another mark would say nothing. */
  get isIdle(): boolean {
    return this.#allocatedBytes < IDLE_BYTES + this.#looks * LOOK_BYTES;
  }

  /**
   * Begins a turn that was to come after `askedMs`. A machine that is busy with something else brings it late, and the program
   * stood still for as long: that is no time in which it could work. Where the program itself kept the turn waiting it has used
   * the processor.
   */
  beginTurn(askedMs: number): void {
    const now = clocks();
    const workedMs = (now.cpuUs - this.#turn.cpuUs) / 1000;
    this.#overheadMs += Math.max(0, now.ms - this.#turn.ms - Math.max(workedMs, askedMs + LATE_MS));
    this.#turn = now;
  }

  /** Looks at the heap, for the `allocatedBytes` of the next mark: growth since the last look was allocated, a drop was a collection. */
  look(): void {
    const used = usedHeap();
    this.#allocatedBytes += Math.max(0, used - this.#heapUsedBytes);
    this.#heapUsedBytes = used;
    this.#looks += 1;
  }

  /** The rounds of a generation begin: the time since the last mark, in which leakscan may have looked at a heap, was nobody's work. */
  beginRounds(): void {
    this.#startMs = this.programMs;
    this.#startCpuUs = this.#programCpuUs;
  }

  /**
   * Closes the generation when the program is at rest. Undefined, with the reason among the limits, when it could not be
   * marked; then it goes on.
   */
  settleAndMark(rounds: number): Promise<GenerationMark | undefined> {
    return this.#paused(async () => {
      const open = this.#openGeneration(rounds);
      await settle();
      return this.#markAfterCollection(open);
    });
  }

  /** Closes the generation of a program that goes on. */
  mark(): Promise<GenerationMark | undefined> {
    return this.#paused(async () => {
      const open = this.#openGeneration(0);
      collectGarbage();
      await emptyStack();
      return this.#markAfterCollection(open);
    });
  }

  /** Writes a snapshot; undefined, with the reason among the limits, when memory or disk do not suffice. */
  snapshot(): Promise<SnapshotFile | undefined> {
    return this.#paused(async () => {
      await emptyStack();
      return this.#snapshot('mid-run');
    });
  }

  /** Closes the generation by a snapshot, which is a mark as well. */
  markBySnapshot(): Promise<SnapshotFile | undefined> {
    return this.#paused(async () => {
      const open = this.#openGeneration(0);
      collectGarbage();
      await emptyStack();
      return this.#snapshot('mid-run', open);
    });
  }

  /**
   * A snapshot without giving up control, for a process that is about to end. It closes the generation of a script; the
   * rounds of other modes were cut short, so they make no generation.
   */
  snapshotSync(moment: 'mid-run' | 'end', mode: TargetMode): SnapshotFile | undefined {
    this.#pause();
    try {
      const open = this.#openGeneration(0);
      collectGarbage();
      return this.#snapshot(moment, mode === 'script' ? open : undefined);
    } finally {
      this.#resume();
    }
  }

  #markAfterCollection(open: OpenGeneration): GenerationMark | undefined {
    const state = processState();
    try {
      const { watermark, objects } = this.#source.mark(join(this.#directory, `leakscan-${process.pid}.mark`));
      this.#objects = objects;
      const { ms, cpuUs } = clocks();
      const begun = this.#pausedAt ?? { ms, cpuUs };
      this.#markCpuUs = cpuUs - begun.cpuUs;
      this.#marksCpuUs += this.#markCpuUs;
      return this.#close(open, { watermark, ...state, markMs: ms - begun.ms });
    } catch (error) {
      limit(`a generation could not be marked: ${(error as Error).message}`);
      return undefined;
    }
  }

  /** With `open`, the snapshot closes that generation. */
  #snapshot(moment: SnapshotFile['moment'], open?: OpenGeneration): SnapshotFile | undefined {
    if (!this.#isAffordable()) return undefined;
    const begun = performance.now();
    const state = processState();
    this.#snapshots += 1;
    const file = join(this.#directory, `leakscan-${process.pid}-${this.#snapshots}.heapsnapshot`);
    try {
      const { watermark, objects } = this.#source.snapshot(file);
      this.#objects = objects;
      if (open !== undefined) this.#close(open, { watermark, ...state, markMs: 0 });
    } catch (error) {
      limit(`a snapshot could not be written: ${(error as Error).message}`);
      return undefined;
    }
    const snapshotMs = performance.now() - begun;
    const snapshot = { file, afterMarks: this.#marks, moment, snapshotMs };
    tell({ event: 'snapshot', snapshot });
    if (moment === 'mid-run') this.#dropOldest(file);
    return snapshot;
  }

  /** One observation after the other, and the program's clocks stand still meanwhile. */
  #paused<T>(observe: () => Promise<T>): Promise<T> {
    const turn = this.#busy.then(async () => {
      this.#pause();
      try {
        return await observe();
      } finally {
        this.#resume();
      }
    });
    this.#busy = turn.catch(() => {});
    return turn;
  }

  #pause(): void {
    this.#pausedAt ??= clocks();
    tell({ event: 'observing', isBegin: true });
  }

  #resume(): void {
    const { ms, cpuUs } = clocks();
    this.#overheadMs += ms - (this.#pausedAt?.ms ?? ms);
    this.#overheadCpuUs += cpuUs - (this.#pausedAt?.cpuUs ?? cpuUs);
    this.#pausedAt = undefined;
    this.#turn = { ms, cpuUs };
    tell({ event: 'observing', isBegin: false });
    this.#heapUsedBytes = usedHeap();
  }

  #openGeneration(rounds: number): OpenGeneration {
    this.look();
    return {
      rounds,
      allocatedBytes: this.#allocatedBytes,
      programMs: this.programMs - this.#startMs,
      cpuMs: (this.#programCpuUs - this.#startCpuUs) / 1000,
    };
  }

  #close(open: OpenGeneration, state: StateAtMark): GenerationMark {
    const mark = { ...open, ...state };
    this.#marks += 1;
    this.#startMs += mark.programMs;
    this.#startCpuUs += mark.cpuMs * 1000;
    this.#allocatedBytes = 0;
    this.#looks = 0;
    tell({ event: 'mark', mark });
    return mark;
  }

  get #objectsNow(): number {
    return Math.max(this.#objects, usedHeap() / BYTES_PER_OBJECT);
  }

  #isAffordable(): boolean {
    const needed = this.#objectsNow * SNAPSHOT_BYTES_PER_OBJECT;
    const available = freeMemoryBytes();
    if (needed <= available) return true;
    limit(`a snapshot of this heap would take about ${mib(needed)} MiB, and ${mib(available)} MiB are free`);
    return false;
  }

  #dropOldest(added: string): void {
    this.#midRun.push(added);
    if (this.#midRun.length <= KEPT_MID_RUN) return;
    const file = this.#midRun.shift()!;
    rmSync(file, { force: true });
    tell({ event: 'snapshot-dropped', file });
  }
}

/** CPU time taken so far, and what the next time will take. */
interface Cost {
  readonly spentMs: number;
  readonly nextMs: number;
}

/** What the program did in a generation that is about to be closed. */
type OpenGeneration = Pick<GenerationMark, 'rounds' | 'allocatedBytes' | 'programMs' | 'cpuMs'>;

type StateAtMark = Omit<GenerationMark, keyof OpenGeneration>;

/** A moment, in time and in CPU time of this process. */
interface Clocks {
  readonly ms: number;
  readonly cpuUs: number;
}

function clocks(): Clocks {
  const { user, system } = process.cpuUsage();
  return { ms: performance.now(), cpuUs: user + system };
}

/** Continues in a turn of the event loop of its own. */
function emptyStack(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

function limit(text: string): void {
  tell({ event: 'limit', text });
}

function processState() {
  const { heapUsed, external, arrayBuffers, rss } = process.memoryUsage();
  const activeResources: Record<string, number> = {};
  for (const name of process.getActiveResourcesInfo())
    activeResources[name] = (activeResources[name] ?? 0) + 1;
  return {
    heapUsedBytes: heapUsed,
    externalBytes: external,
    arrayBuffersBytes: arrayBuffers,
    rssBytes: rss,
    activeResources,
  };
}

function usedHeap(): number {
  return getHeapStatistics().used_heap_size;
}

function mib(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}
