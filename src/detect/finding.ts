import type { NodeOrdinal } from '../shared/ids.ts';

/** Kinds of leak; the table with their descriptions is `detect/kinds.ts`. */
export type LeakKind =
  | 'unhandled-failure'
  | 'pending-deferred'
  | 'retained-closure'
  | 'cycle-leak'
  | 'finalization-cycle'
  | 'unhandled-rejection'
  | 'pending-promise'
  | 'listener'
  | 'timer'
  | 'abort-signal'
  | 'async-context'
  | 'collection-growth'
  | 'stream'
  | 'handle'
  | 'worker'
  | 'vm-context'
  | 'string-slice'
  | 'arraybuffer';

/** `certain` and `likely` fail the gate by default; `possible` is shown only. */
export type Confidence = 'certain' | 'likely' | 'possible';

/** An accused group of objects, before it is explained. Ordinals belong to the analysed heap. */
export interface Finding {
  readonly kind: LeakKind;
  readonly also: readonly LeakKind[];
  readonly confidence: Confidence;
  /** Why the confidence is what it is; one sentence. */
  readonly reason: string;
  /** What people would call the accused objects: class, function, or node type in parentheses. */
  readonly className: string;
  /** The accused objects that are still alive, oldest first. */
  readonly objects: readonly NodeOrdinal[];
  /** Survivors by generation, the generation before the first mark (start and warm-up) left out. */
  readonly births: readonly number[];
  /** Objects per round, or 0 where rounds are unknown or the evidence is a state. */
  readonly perRound: number;
  readonly evidence: 'growth' | 'state' | 'observation';
  /** Where many become one: the Map, listener array, timer list, closure context …; undefined for lone objects. */
  readonly accumulationPoint: NodeOrdinal | undefined;
  /** Bytes freed if all accused objects went. */
  readonly retainedBytes: number;
  readonly bytesPerRound: number;
}
