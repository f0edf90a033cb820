/** What a heap can hold: something that remembers where it stands. */
export interface Placed {
  /** Index in the heap; less than 0 outside. */
  place: number;
}

/**
 * A list whose first element is before all others. Adding, moving and removing one is O(log size).
 *
 * Binary heap after Williams, "Algorithm 232: Heapsort" (1964): each element is before its two children at
 * 2i + 1 and 2i + 2.
 */
export class BinaryHeap<T extends Placed> {
  declare readonly elements: T[];
  declare readonly isBefore: (a: T, b: T) => boolean;

  constructor(isBefore: (a: T, b: T) => boolean) {
    this.elements = [];
    this.isBefore = isBefore;
  }

  get size(): number {
    return this.elements.length;
  }

  /** The one before all others; undefined in an empty heap. */
  get first(): T | undefined {
    return this.elements[0];
  }

  add(element: T): void {
    this.elements.push(element);
    this.#rise(element, this.elements.length - 1);
  }

  /** Takes an element out that stands in the heap. */
  remove(element: T): void {
    const { place } = element;
    const last = this.elements.pop()!;
    element.place = -1;
    if (last === element) return;
    this.#sink(last, place);
    this.#rise(last, last.place);
  }

  /** Puts an element whose order has changed where it belongs now. */
  update(element: T): void {
    this.#sink(element, element.place);
    this.#rise(element, element.place);
  }

  #rise(element: T, from: number): void {
    let place = from;
    while (place > 0) {
      const parentPlace = (place - 1) >> 1;
      const parent = this.elements[parentPlace]!;
      if (!this.isBefore(element, parent)) break;
      this.#put(parent, place);
      place = parentPlace;
    }
    this.#put(element, place);
  }

  #sink(element: T, from: number): void {
    const { elements } = this;
    let place = from;
    for (;;) {
      let childPlace = 2 * place + 1;
      if (childPlace >= elements.length) break;
      const next = elements[childPlace + 1];
      if (next !== undefined && this.isBefore(next, elements[childPlace]!)) childPlace += 1;
      const child = elements[childPlace]!;
      if (!this.isBefore(child, element)) break;
      this.#put(child, place);
      place = childPlace;
    }
    this.#put(element, place);
  }

  #put(element: T, place: number): void {
    this.elements[place] = element;
    element.place = place;
  }
}
