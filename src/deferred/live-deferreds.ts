import type { Deferred } from './deferred.ts';
import { PENDING, WAITING } from './heap-shape.ts';
import { type DeferredObserver, observeDeferreds, type WaitingLine } from './observer.ts';
import { unhandledFailures } from './unhandled-failures.ts';

/** Counts of what is alive at a moment. */
export interface LiveCounts {
  /** Deferreds that were not collected yet. */
  readonly live: number;
  /** Of these, unfired ones. */
  readonly pending: number;
  /** Of these, fired ones that wait for another Deferred. */
  readonly waiting: number;
  /** Deferreds with a failure that nobody has taken; these are known without tracking too. */
  readonly failed: number;
  /** Deferreds in the lines of locks, semaphores and queues. */
  readonly inLine: number;
  /** Values in queues that nobody has taken. */
  readonly queued: number;
}

/**
 * Keeps track of the Deferreds, locks and queues made while it is installed, by weak references: it sees what
 * lives and keeps nothing alive. A weak reference costs several times what a Deferred costs, and V8 keeps its
 * target until the end of the turn of the event loop in which it was made; so this is for monitors and
 * debugging, not for every run.
 */
export class LiveDeferreds implements DeferredObserver {
  readonly #deferreds = new WeakList<Deferred<unknown>>();
  readonly #lines = new WeakList<WaitingLine>();

  created(deferred: Deferred<unknown>): void {
    this.#deferreds.add(deferred);
  }

  opened(line: WaitingLine): void {
    this.#lines.add(line);
  }

  /** The Deferreds that are alive, oldest first. */
  list(): Deferred<unknown>[] {
    return this.#deferreds.list();
  }

  counts(): LiveCounts {
    const deferreds = this.list();
    const lines = this.#lines.list();
    const inState = (state: string) =>
      deferreds.filter(({ leakscanState }) => leakscanState === state).length;
    return {
      live: deferreds.length,
      pending: inState(PENDING),
      waiting: inState(WAITING),
      failed: unhandledFailures().length,
      inLine: lines.reduce((sum, { waiting }) => sum + waiting.length, 0),
      queued: lines.reduce((sum, { pending }) => sum + (pending?.length ?? 0), 0),
    };
  }
}

/** Fewest references that are worth a sweep. */
const SMALLEST_SWEEP = 1024;

/** A list of what is alive; swept whenever it has doubled. */
class WeakList<T extends object> {
  #references: WeakRef<T>[] = [];
  #sweepAt = SMALLEST_SWEEP;

  add(object: T): void {
    this.#references.push(new WeakRef(object));
    if (this.#references.length < this.#sweepAt) return;
    this.#references = this.#references.filter((reference) => reference.deref() !== undefined);
    this.#sweepAt = Math.max(SMALLEST_SWEEP, 2 * this.#references.length);
  }

  list(): T[] {
    return this.#references.map((reference) => reference.deref()).filter((object) => object !== undefined);
  }
}

let tracker: LiveDeferreds | null = null;
let stopTracking: (() => void) | null = null;

/** The runtime looking at itself. */
export const runtime = {
  /** Begins to keep track of live Deferreds, or ends it, dropping what is known. */
  track(on = true): void {
    if (on === (tracker !== null)) return;
    stopTracking?.();
    tracker = on ? new LiveDeferreds() : null;
    stopTracking = tracker && observeDeferreds(tracker);
  },

  /** What is alive of all that was made since `track()`; without it only `failed` is known, the rest is 0. */
  stats(): LiveCounts {
    const none = { live: 0, pending: 0, waiting: 0, inLine: 0, queued: 0 };
    return tracker?.counts() ?? { ...none, failed: unhandledFailures().length };
  },
};
