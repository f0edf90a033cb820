import { DelayedCall, type DelayedCallOwner } from '../deferred/delayed-call.ts';

/** A delayed call that knows its place in the heap, so that it can be moved and removed without a search. */
export class PlacedCall extends DelayedCall {
  /** Index in the heap. */
  declare place: number;
  /** Number of calls that were added before: what was added first runs first at equal times. */
  declare readonly order: number;

  constructor(
    time: number,
    f: (...args: never[]) => unknown,
    args: readonly unknown[],
    owner: DelayedCallOwner,
    order: number,
  ) {
    super(time, f, args, owner);
    this.place = -1;
    this.order = order;
  }
}

/**
 * Delayed calls, the earliest at the top. Adding, moving and removing one is O(log calls).
 *
 * Binary heap after Williams, "Algorithm 232: Heapsort" (1964): each call is before its two children at
 * 2i + 1 and 2i + 2.
 */
export class DelayedCallHeap {
  readonly #heap: PlacedCall[] = [];

  get size(): number {
    return this.#heap.length;
  }

  /** The earliest call; undefined when there is none. */
  get first(): PlacedCall | undefined {
    return this.#heap[0];
  }

  /** All calls, in no order. */
  list(): PlacedCall[] {
    return [...this.#heap];
  }

  add(call: PlacedCall): void {
    this.#heap.push(call);
    this.#siftUp(call, this.#heap.length - 1);
  }

  remove(call: PlacedCall): void {
    const { place } = call;
    const last = this.#heap.pop()!;
    call.place = -1;
    if (last === call) return;
    this.#siftDown(last, place);
    this.#siftUp(last, last.place);
  }

  /** Puts a call whose time was changed where it belongs. */
  update(call: PlacedCall): void {
    this.#siftDown(call, call.place);
    this.#siftUp(call, call.place);
  }

  #siftUp(call: PlacedCall, from: number): void {
    const heap = this.#heap;
    let place = from;
    while (place > 0) {
      const parentPlace = (place - 1) >> 1;
      const parent = heap[parentPlace]!;
      if (!isBefore(call, parent)) break;
      heap[place] = parent;
      parent.place = place;
      place = parentPlace;
    }
    heap[place] = call;
    call.place = place;
  }

  #siftDown(call: PlacedCall, from: number): void {
    const heap = this.#heap;
    let place = from;
    for (;;) {
      let childPlace = 2 * place + 1;
      if (childPlace >= heap.length) break;
      if (childPlace + 1 < heap.length && isBefore(heap[childPlace + 1]!, heap[childPlace]!)) childPlace += 1;
      const child = heap[childPlace]!;
      if (!isBefore(child, call)) break;
      heap[place] = child;
      child.place = place;
      place = childPlace;
    }
    heap[place] = call;
    call.place = place;
  }
}

function isBefore(a: PlacedCall, b: PlacedCall): boolean {
  const difference = a.getTime() - b.getTime();
  return difference < 0 || (difference === 0 && a.order < b.order);
}
