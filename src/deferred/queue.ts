import { Deferred, succeed } from './deferred.ts';
import { QueueOverflow, QueueUnderflow } from './errors.ts';
import { Line } from './line.ts';
import { noteLine, watching } from './observer.ts';
import { leaveLine } from './waiting-line.ts';

/** How much a DeferredQueue takes; without a number there is no limit. */
export interface DeferredQueueOptions {
  /** Most values that may wait for a `get`. With 0 a value is taken only when a `get` waits. */
  readonly size?: number | null | undefined;
  /** Most `get`s that may wait for a value. */
  readonly backlog?: number | null | undefined;
}

/**
 * Values that are put now and taken later, or asked for now and put later.
 *
 * Holds the values that nobody has taken, and the callbacks of those who wait for one: a queue without a size
 * is the plainest leak there is.
 */
export class DeferredQueue<T = unknown> {
  /** The `get`s that wait. A cancelled one leaves the line. */
  declare readonly waiting: Line<Deferred<T>>;
  /** The values that were put and not taken. */
  declare readonly pending: Line<T>;
  declare readonly size: number | null;
  declare readonly backlog: number | null;

  constructor(options: DeferredQueueOptions = {}) {
    this.waiting = new Line();
    this.pending = new Line();
    this.size = options.size ?? null;
    this.backlog = options.backlog ?? null;
    if (watching) noteLine(this);
  }

  /** Hands a value to the first who waits, or keeps it. @throws QueueOverflow when there is no room. */
  put(value: T): void {
    const taker = this.waiting.shift();
    if (taker !== undefined) {
      taker.callback(value);
    } else if (this.size === null || this.pending.length < this.size) {
      this.pending.push(value);
    } else {
      throw new QueueOverflow(
        `The queue holds its ${this.size} values. Take some with get() first, or allow more by the option size.`,
      );
    }
  }

  /** A Deferred for the next value. @throws QueueUnderflow when too many wait already. */
  get(): Deferred<T> {
    if (this.pending.length > 0) return succeed(this.pending.shift() as T);
    if (this.backlog !== null && this.waiting.length >= this.backlog) {
      throw new QueueUnderflow(
        `${this.backlog} callers wait for this queue. Put values first, or allow more by the option backlog.`,
      );
    }
    const deferred = new Deferred<T>(leaveLine(this.waiting));
    this.waiting.push(deferred);
    return deferred;
  }
}
