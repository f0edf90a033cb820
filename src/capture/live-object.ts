import type { HeapObjectId } from '../shared/ids.ts';

/** A place in a script as V8 counts: from 0. */
export interface ScriptPosition {
  /** Same number as in the snapshot's `locations`. */
  readonly scriptId: number;
  readonly line: number;
  readonly column: number;
}

/** A variable that a function can see. */
export interface LiveVariable {
  readonly name: string;
  /** `typeof`, or the class of an object. */
  readonly type: string;
  /** Heap id of the value; null for primitives and for what no snapshot has seen. */
  readonly id: HeapObjectId | null;
}

/** One scope of a function, from the innermost outwards; the global one is left out. */
export interface LiveScope {
  /** V8's description, such as `Block` or `Closure (handler)`. */
  readonly name: string;
  readonly variables: readonly LiveVariable[];
  /** There were more variables than are listed. */
  readonly isCut: boolean;
}

/** What only the living process knows about an object; fields that do not apply are missing. */
export interface LiveObject {
  readonly id: HeapObjectId;
  readonly className: string;
  readonly promiseState?: 'pending' | 'fulfilled' | 'rejected';
  readonly generatorState?: 'suspended' | 'running' | 'closed';
  /** Where a generator or async function is suspended: the pending `yield` or `await`. */
  readonly suspendedAt?: ScriptPosition;
  readonly functionAt?: ScriptPosition;
  readonly scopes?: readonly LiveScope[];
}

/** How to cut edges of the heap from JavaScript. `owner` is the object that the edges leave. */
export type Cut = { readonly owner: HeapObjectId } & WayToCut;

type WayToCut =
  /** Properties by name, or by the description of a symbol. */
  | { readonly kind: 'properties'; readonly names: readonly string[] }
  /** All that a Map, Set or array holds; of other objects what has an index. */
  | { readonly kind: 'entries' }
  /** What a WeakMap holds for a key. */
  | { readonly kind: 'weak-value'; readonly key: HeapObjectId }
  /** Listeners of an EventEmitter or EventTarget, counted within their event; all of that event without `indices`. */
  | { readonly kind: 'listeners'; readonly event: string; readonly indices?: readonly number[] }
  /** The subscribers of a diagnostics channel. */
  | { readonly kind: 'subscribers' }
  /** The owner is a timer. */
  | { readonly kind: 'timer' }
  /** The owner is the open handle of a socket, server, watcher, worker or other thing that is closed. */
  | { readonly kind: 'handle' };

/** What became of it. */
export interface CutResult {
  /** For each cut in turn: why it could not be made, or null. */
  readonly refusals: readonly (string | null)[];
  /** Bytes that the heap, buffers included, has less of than before, by the sizes of all objects in two snapshots; code left out. */
  readonly freedBytes: number;
  /** Those of the objects asked about that are no longer there. */
  readonly gone: readonly HeapObjectId[];
  /** Snapshot of the heap after the cut; the next cut writes to the same file. */
  readonly file: string;
}
