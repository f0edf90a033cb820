import { unlinkSync } from 'node:fs';
import { freemem } from 'node:os';
import { join } from 'node:path';
import { getHeapStatistics } from 'node:v8';
import type { GenerationMark, SnapshotFile } from '../run-record.ts';
import { collectGarbage, settle } from '../settle.ts';
import type { SnapshotSource } from '../snapshot-source.ts';
import { tell } from './channel.ts';

/** Older snapshots are removed when newer ones arrive. */
const KEPT_MID_RUN = 3;
/** What V8 needs beside the heap while it builds a snapshot; see "Cost" in docs/capture.md. */
const SNAPSHOT_BYTES_PER_OBJECT = 450;
const SNAPSHOT_MS_PER_OBJECT = 0.004;

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
  #markMs = 0;
  readonly #originMs = performance.now();
  #overheadMs = 0;
  #overheadCpuUs = 0;
  #startMs = 0;
  #startCpuUs = cpuUs();
  #allocatedBytes = 0;
  #heapUsedBytes = usedHeap();
  #busy: Promise<unknown> = Promise.resolve();

  constructor(source: SnapshotSource, directory: string) {
    this.#source = source;
    this.#directory = directory;
  }

  /** Marks made so far; also the number of the generation that is open. */
  get count(): number {
    return this.#marks;
  }

  /** Time since the program began to load, without leakscan's pauses. */
  get programMs(): number {
    return performance.now() - this.#originMs - this.#overheadMs;
  }

  get overheadMs(): number {
    return this.#overheadMs;
  }

  /** What the next mark will take, going by the last one. */
  get markCostMs(): number {
    return this.#markMs;
  }

  /** What a snapshot of the heap as it is now would take; a guess from the number of objects. */
  get snapshotCostMs(): number {
    return this.#objectsNow * SNAPSHOT_MS_PER_OBJECT;
  }

  /** Bytes allocated since the last mark, as far as looking now and then can tell. */
  get allocatedBytes(): number {
    return this.#allocatedBytes;
  }

  /** Looks at the heap, for `allocatedBytes`: growth since the last look was allocated, a drop was a collection. */
  look(): void {
    const used = usedHeap();
    this.#allocatedBytes += Math.max(0, used - this.#heapUsedBytes);
    this.#heapUsedBytes = used;
  }

  /** Closes the generation. `patience` says whether the program is at rest and can be waited for. */
  mark(rounds: number, patience: 'settle' | 'collect'): Promise<GenerationMark> {
    return this.#paused(async () => {
      const open = this.#openGeneration(rounds);
      const begun = performance.now();
      if (patience === 'settle') await settle();
      else collectGarbage();
      const state = processState();
      const { watermark, objects } = await this.#source.mark(
        join(this.#directory, `leakscan-${process.pid}.mark`),
      );
      this.#objects = objects;
      this.#markMs = performance.now() - begun;
      const mark = { ...open, watermark, ...state, markMs: this.#markMs };
      this.#closeGeneration(mark);
      return mark;
    });
  }

  /** Writes a snapshot; undefined, with the reason among the limits, when memory or disk do not suffice. */
  snapshot(moment: SnapshotFile['moment']): Promise<SnapshotFile | undefined> {
    return this.#paused(async () => {
      if (!this.#isAffordable()) return undefined;
      const begun = performance.now();
      const file = this.#nextFile();
      try {
        this.#objects = (await this.#source.snapshot(file)).objects;
      } catch (error) {
        return this.#couldNotWrite(error);
      }
      return this.#keep({ file, afterMarks: this.#marks, moment, snapshotMs: performance.now() - begun });
    });
  }

  /** A last snapshot, and the mark that it is, without giving up control: the process is ending. */
  endSync(): SnapshotFile | undefined {
    if (!this.#isAffordable()) return undefined;
    const open = this.#openGeneration(0);
    const begun = performance.now();
    collectGarbage();
    const state = processState();
    const file = this.#nextFile();
    try {
      const { watermark } = this.#source.snapshotSync(file);
      const snapshotMs = performance.now() - begun;
      this.#closeGeneration({ ...open, watermark, ...state, markMs: 0 });
      return this.#keep({ file, afterMarks: this.#marks, moment: 'end', snapshotMs });
    } catch (error) {
      return this.#couldNotWrite(error);
    } finally {
      this.#overheadMs += performance.now() - begun;
    }
  }

  /** One observation after the other, and the program's clocks stand still meanwhile. */
  #paused<T>(observe: () => Promise<T>): Promise<T> {
    const turn = this.#busy.then(async () => {
      const begun = performance.now();
      const cpuBegun = cpuUs();
      try {
        return await observe();
      } finally {
        this.#overheadMs += performance.now() - begun;
        this.#overheadCpuUs += cpuUs() - cpuBegun;
        this.#heapUsedBytes = usedHeap();
      }
    });
    this.#busy = turn.catch(() => {});
    return turn;
  }

  #openGeneration(rounds: number) {
    this.look();
    return {
      rounds,
      allocatedBytes: this.#allocatedBytes,
      programMs: this.programMs - this.#startMs,
      cpuMs: (cpuUs() - this.#overheadCpuUs - this.#startCpuUs) / 1000,
    };
  }

  #closeGeneration(mark: GenerationMark): void {
    this.#marks += 1;
    this.#startMs += mark.programMs;
    this.#startCpuUs += mark.cpuMs * 1000;
    this.#allocatedBytes = 0;
    tell({ event: 'mark', mark });
  }

  get #objectsNow(): number {
    return Math.max(this.#objects, usedHeap() / 200);
  }

  #isAffordable(): boolean {
    const needed = this.#objectsNow * SNAPSHOT_BYTES_PER_OBJECT;
    const available = availableMemory();
    if (needed <= available) return true;
    const text = `a snapshot of this heap would take about ${mib(needed)} MiB, and ${mib(available)} MiB are free`;
    tell({ event: 'limit', text });
    return false;
  }

  #nextFile(): string {
    this.#snapshots += 1;
    return join(this.#directory, `leakscan-${process.pid}-${this.#snapshots}.heapsnapshot`);
  }

  #keep(snapshot: SnapshotFile): SnapshotFile {
    if (snapshot.moment === 'mid-run') {
      this.#midRun.push(snapshot.file);
      if (this.#midRun.length > KEPT_MID_RUN) this.#drop(this.#midRun.shift()!);
    }
    tell({ event: 'snapshot', snapshot });
    return snapshot;
  }

  #drop(file: string): void {
    unlinkSync(file);
    tell({ event: 'snapshot-dropped', file });
  }

  #couldNotWrite(error: unknown): undefined {
    tell({ event: 'limit', text: `a snapshot could not be written: ${(error as Error).message}` });
    return undefined;
  }
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

function cpuUs(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** Free memory of the container or machine; `process.availableMemory` is missing from the oldest lines. */
function availableMemory(): number {
  return (process as { availableMemory?: () => number }).availableMemory?.() ?? freemem();
}

function mib(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}
