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

/** Strongest first. */
export const CONFIDENCES: readonly Confidence[] = ['certain', 'likely', 'possible'];

/** An accused group of objects, before it is explained. Ordinals belong to the analysed heap. */
export interface Finding {
  readonly kind: LeakKind;
  readonly also: readonly LeakKind[];
  readonly confidence: Confidence;
  /** Why the confidence is what it is; one sentence. */
  readonly reason: string;
  /** Would a longer run settle it? */
  readonly isOpen: boolean;
  /** What people would call the accused objects: class, function, or node type in parentheses. */
  readonly className: string;
  /** The accused objects that are still alive, oldest first. */
  readonly objects: readonly NodeOrdinal[];
  /** Survivors by generation, the generation before the first mark (start and warm-up) left out. */
  readonly births: readonly number[];
  /** Objects per round, or 0 where rounds are unknown or the evidence is a state. */
  readonly perRound: number;
  readonly evidence: 'growth' | 'state' | 'observation';
  /** The accused object whose retention path is shown: an early one, so that chains are seen whole. */
  readonly representative: NodeOrdinal;
  /** Further classes that the leak keeps, with an object of each to show. */
  readonly alsoKept: readonly {
    readonly className: string;
    readonly representative: NodeOrdinal;
    readonly count: number;
  }[];
  /** Everything that belongs to the leak: paths to it turn from alive to leaking where they enter this set. */
  readonly leaking: ReadonlySet<NodeOrdinal>;
  /** Where many become one: the Map, listener array, timer list, closure context …; undefined for lone objects. */
  readonly accumulationPoint: NodeOrdinal | undefined;
  /** Where there are many such places, equals of each other: the collection that holds them. */
  readonly collection?: NodeOrdinal;
  /** Where one object is referred to again and again, and the references pile up: that object. */
  readonly repeated?: NodeOrdinal;
  /** Bytes freed if all accused objects went. */
  readonly retainedBytes: number;
  readonly bytesPerRound: number;
}
