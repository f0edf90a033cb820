import type { HeapObjectId } from '../shared/ids.ts';
import type { Cut } from './live-object.ts';
import type { CaptureSource, GenerationMark, Observation, SnapshotFile } from './run-record.ts';

/** File descriptor of the private channel inside the target: JSON lines in both directions. */
export const CHANNEL_FD = 3;

/** What the part of leakscan inside the target does: it calls the rounds, makes the marks by itself, or is told to make them. */
export type TargetMode = 'scenario' | 'script' | 'driven';

/** First line that leakscan writes: what the target is to do. */
export interface TargetSetup {
  /** Process that wrote this; a target with another parent is a stranger that inherited our flags. */
  readonly leakscanPid: number;
  readonly mode: TargetMode;
  /** Absolute path of the script; the scenario driver imports it. */
  readonly script: string;
  /** Directory that the snapshots are written to. */
  readonly directory: string;
  /** The directory is leakscan's own, to be removed by whoever is left. */
  readonly isPrivate: boolean;
  /** Where v8-profiler-next is installed, or null with the reason in `profilerReason`. */
  readonly profilerRoot: string | null;
  readonly profilerReason: string;
  /** Record where Deferreds are created and fired. */
  readonly creationStacks: boolean;
}

/** What leakscan asks of the target. */
export type Command =
  | { readonly name: 'begin'; readonly warmupRounds: number }
  | { readonly name: 'generation'; readonly rounds: number }
  /** Driven: answered when the program seems to have started. */
  | { readonly name: 'await-serving' }
  /** Driven: the rounds of a generation begin. */
  | { readonly name: 'begin-rounds' }
  /** Driven: closes a generation in which so many rounds were driven. */
  | { readonly name: 'mark'; readonly rounds: number }
  | { readonly name: 'snapshot' }
  | { readonly name: 'look'; readonly ids: readonly HeapObjectId[] }
  | { readonly name: 'source'; readonly scriptId: number }
  | { readonly name: 'cut'; readonly cuts: readonly Cut[]; readonly watched: readonly HeapObjectId[] }
  | { readonly name: 'stop' }
  | { readonly name: 'finish' };

/** Why the program can run no further. */
export interface Ending {
  readonly kind: 'completed' | 'exited' | 'threw' | 'signalled';
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** What the target tells without being asked. */
export type TargetEvent =
  | {
      readonly event: 'started';
      readonly node: string;
      readonly source: CaptureSource;
      readonly sourceReason: string;
    }
  /** The scenario has been imported and waits for `begin`. */
  | { readonly event: 'ready' }
  | { readonly event: 'mark'; readonly mark: GenerationMark }
  | { readonly event: 'snapshot'; readonly snapshot: SnapshotFile }
  | { readonly event: 'snapshot-dropped'; readonly file: string }
  | { readonly event: 'observation'; readonly observation: Observation }
  | { readonly event: 'limit'; readonly text: string }
  | { readonly event: 'threw'; readonly message: string }
  /** The program stands still for a mark or snapshot, which may take a while. */
  | { readonly event: 'observing'; readonly isBegin: boolean }
  /** A request to stop was heard; a snapshot is under way. */
  | { readonly event: 'stopping' }
  /** The program is over. */
  | { readonly event: 'ending'; readonly ending: Ending }
  /** The last snapshot is written, and the process waits for `finish` while its objects can still be looked at. */
  | { readonly event: 'held' };

/** An error as it travels from the target to leakscan. */
export interface ThrownInTarget {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
}

/** The answer to a command, or an event. */
export type TargetMessage =
  | TargetEvent
  | { readonly reply: number; readonly value: unknown }
  | { readonly reply: number; readonly thrown: ThrownInTarget };

/** A command with the number that its answer repeats. */
export type NumberedCommand = Command & { readonly id: number };

/** Highest id that V8 had given out, and how many objects it walked to say so. */
export interface HeapCount {
  readonly watermark: HeapObjectId;
  readonly objects: number;
}
