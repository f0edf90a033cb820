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

/** How to cut one edge of the heap from JavaScript. `owner` is the object that the edge leaves. */
export type Cut = { readonly owner: HeapObjectId } & (
  | { readonly kind: 'property' /** Or the description of a symbol. */; readonly name: string }
  | { readonly kind: 'element'; readonly index: number }
  /** An entry of a Map or Set, counted in insertion order. */
  | { readonly kind: 'entry'; readonly index: number }
  /** All that a Map, Set, array or dictionary holds. */
  | { readonly kind: 'entries' }
  /** A listener of an EventEmitter or EventTarget, counted within its event; all of that event without `index`. */
  | { readonly kind: 'listener'; readonly event: string; readonly index?: number }
  /** The owner is a timer. */
  | { readonly kind: 'timer' }
);

/** What became of it. */
export interface CutResult {
  /** For each cut in turn: why it could not be made, or null. */
  readonly refusals: readonly (string | null)[];
  /** JavaScript heap and external memory that a collection gave back afterwards. */
  readonly freedBytes: number;
  /** Those of the objects asked about that are no longer there. */
  readonly gone: readonly HeapObjectId[];
}
