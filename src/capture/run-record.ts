import type { HeapObjectId } from '../shared/ids.ts';

/** How the target is driven; see the design, section 4. */
export type RunMode = 'scenario' | 'script' | 'driven' | 'timed' | 'attach';

/** What served the marks and the snapshots. */
export type CaptureSource = 'v8-profiler-next' | 'node:v8' | 'inspector';

/** One generation: the work done between two marks, and the state of the process at the closing mark. */
export interface GenerationMark {
  /** Rounds of work in this generation; in script and timed mode 0, because rounds are not seen there. */
  readonly rounds: number;
  /** Highest heap id V8 had given out when the mark was made: objects with greater ids are younger. */
  readonly watermark: HeapObjectId;
  /** JavaScript heap in use after the collection of the mark. */
  readonly heapUsedBytes: number;
  /** `process.memoryUsage().external`, after collection. */
  readonly externalBytes: number;
  /** `process.memoryUsage().arrayBuffers`, after collection. */
  readonly arrayBuffersBytes: number;
  readonly rssBytes: number;
  /** Bytes allocated on the JavaScript heap during this generation, as far as they were seen. */
  readonly allocatedBytes: number;
  /** Program time in this generation, without leakscan's own pauses. */
  readonly programMs: number;
  /** CPU time of the program in this generation, without leakscan's own work. */
  readonly cpuMs: number;
  /** Time taken by settling and marking. */
  readonly markMs: number;
  /** `process.getActiveResourcesInfo()` counted by name. */
  readonly activeResources: Readonly<Record<string, number>>;
}

/** A snapshot on disk and how much of the run it has seen. */
export interface SnapshotFile {
  readonly file: string;
  /** Number of generation marks that were made before the snapshot. */
  readonly afterMarks: number;
  /** `mid-run`: the program went on or could have; `end`: nothing more would have run; `near-heap-limit`: V8 wrote it before dying. */
  readonly moment: 'mid-run' | 'end' | 'near-heap-limit';
  readonly snapshotMs: number;
}

/** How the target ended; `running` in a record that was asked for before. An observation, never an exception of leakscan. */
export interface TargetOutcome {
  readonly kind:
    | 'running'
    | 'completed'
    /** Driven: leakscan ended it when it had seen enough. */
    | 'ended'
    | 'exited'
    | 'threw'
    | 'killed'
    | 'timed-out'
    | 'out-of-memory'
    | 'interrupted'
    /** Attached: leakscan has seen enough and taken leave, or was told to; the process goes on. */
    | 'left'
    | 'left-early'
    /** Attached: the process has ended, or the connection to it has broken. */
    | 'lost';
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** For `threw`: message and stack as the target would have printed them. */
  readonly message?: string;
}

/** What happened while no snapshot can show it any more. */
export interface Observation {
  /** `unhandled-failure`: a failed Deferred was collected unhandled; `unhandled-rejection`: as Node reports it. */
  readonly kind: 'unhandled-failure' | 'unhandled-rejection';
  /** Class of the error. */
  readonly errorName: string;
  readonly message: string;
  /** Stack of the error, or of the creation of the Deferred, as text lines. */
  readonly stack: readonly string[];
  /** Generation in which it was seen. */
  readonly generation: number;
}

/** How the rounds of a driven run went. */
export interface DrivenRounds {
  readonly rounds: number;
  /** Those in which the command failed, or a request was not answered or answered with an error. */
  readonly failures: number;
  /** What went wrong in the first of them. */
  readonly firstFailure?: string;
}

/** Name of the record in the directory of the snapshots. */
export const RUN_RECORD_FILE = 'leakscan-run.json';

/** Everything `capture` leaves behind beside the snapshot files. Written as JSON next to them. */
export interface RunRecord {
  readonly recordVersion: 1;
  readonly script: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** `process.version` of the target. */
  readonly node: string;
  readonly pid: number;
  readonly mode: RunMode;
  readonly source: CaptureSource;
  readonly sourceReason: string;
  /** The first one is the warm-up: what is not younger than its watermark was there before leakscan looked. */
  readonly generations: readonly GenerationMark[];
  readonly snapshots: readonly SnapshotFile[];
  readonly observations: readonly Observation[];
  /** Driven mode only. */
  readonly driven?: DrivenRounds;
  readonly outcome: TargetOutcome;
  /** Things that limit the judgement: `--inspect` in use, marks that failed, snapshots that could not be written. */
  readonly limits: readonly string[];
  /** Milliseconds by phase: start, rounds, marks, snapshots. */
  readonly timings: Readonly<Record<string, number>>;
}
