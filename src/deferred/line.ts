/**
 * First come, first served. Adding one and taking the first are O(1) however long the line is, which they are not in an
 * array of many; taking one out before its turn is O(length).
 *
 * A queue of two stacks, after Burton, "An efficient functional implementation of FIFO queues" (1982).
 */
export class Line<T> implements Iterable<T> {
  /** Those to be taken next, the first of them last. */
  declare next: T[];
  /** Those that came since `next` was filled, in their order. */
  declare waiting: T[];

  constructor() {
    this.next = [];
    this.waiting = [];
  }

  get length(): number {
    return this.next.length + this.waiting.length;
  }

  push(one: T): void {
    this.waiting.push(one);
  }

  /** Takes the first; undefined when there is none. */
  shift(): T | undefined {
    if (this.next.length === 0) {
      this.next = this.waiting.reverse();
      this.waiting = [];
    }
    return this.next.pop();
  }

  /** Takes one out before its turn; false when it does not stand here. */
  remove(one: T): boolean {
    for (const part of [this.next, this.waiting]) {
      const place = part.indexOf(one);
      if (place < 0) continue;
      part.splice(place, 1);
      return true;
    }
    return false;
  }

  *[Symbol.iterator](): Iterator<T> {
    for (let i = this.next.length - 1; i >= 0; i -= 1) yield this.next[i] as T;
    yield* this.waiting;
  }
}
