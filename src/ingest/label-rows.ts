import type { Workspace } from '../kernels/workspace.ts';

/** Words of the state, shared with `kernels/labels.ts`: labels taken, and the hash of the row that has begun. */
const LABELS = 0;
const HASH = 1;
/** State, then the places. */
const STATE_WORDS = 2;

/** So many labels the kernel looks ahead. */
const LABELS_AHEAD = 3;
/** Two places for each of 2^15 hashes. */
const SETS = 1 << 15;
const FACTOR = 0x9e37_79b1;

/**
 * The labels of edges, type and name, by node: each node has a row of them, and nodes whose edges are labelled alike,
 * such as all instances of a class, share one. A heap of millions of edges has some hundred thousand labels.
 *
 * A row is found again by a hash table of two places a hash, in which the newest row displaces the eldest: it may miss a
 * row that was there before, which then stands there twice, and never grows.
 */
export class LabelRows {
  type: Uint8Array;
  name: Uint32Array;
  /** Shared with the kernel. */
  readonly state: Uint32Array;
  /** One more than where a row begins, or 0. */
  readonly #places: Uint32Array;
  readonly #workspace: Workspace | undefined;
  readonly #mark: number;

  /** With a workspace there is room for `most` labels from the start, in its arena. Throws a RangeError when there is not. */
  constructor(most: number, workspace?: Workspace) {
    const arena = workspace?.arena;
    this.#workspace = workspace;
    const words = arena?.uint32(STATE_WORDS + 2 * SETS) ?? new Uint32Array(STATE_WORDS + 2 * SETS);
    this.state = words.subarray(0, STATE_WORDS);
    this.#places = words.subarray(STATE_WORDS);
    this.#mark = arena?.mark ?? 0;
    this.type = arena?.bytes(most) ?? new Uint8Array(Math.min(most, 1 << 12));
    this.name = arena?.uint32(most + LABELS_AHEAD) ?? new Uint32Array(this.type.length);
  }

  /** Adds label `at` of the row that is being made. */
  add(at: number, type: number, name: number): void {
    const { state } = this;
    const label = state[LABELS]! + at;
    if (label === this.type.length) this.#grow();
    this.type[label] = type;
    this.name[label] = name;
    state[HASH] = Math.imul(state[HASH]! ^ name ^ (type << 27), FACTOR) >>> 0;
  }

  /** The row of so many labels is complete: returns where it stands. */
  place(length: number): number {
    const { state } = this;
    const places = this.#places;
    const hash = state[HASH]!;
    const set = ((hash ^ (hash >>> 15)) & (SETS - 1)) * 2;
    const made = state[LABELS]!;
    state[HASH] = 0;
    const [first, second] = [places[set]!, places[set + 1]!];
    if (first !== 0 && this.#isSame(first - 1, made, length)) return first - 1;
    places[set + 1] = first;
    if (second !== 0 && this.#isSame(second - 1, made, length)) {
      places[set] = second;
      return second - 1;
    }
    places[set] = made + 1;
    state[LABELS] = made + length;
    return made;
  }

  /** All rows are in: gives back what they did not need. */
  end(): void {
    const count = this.state[LABELS]!;
    const [type, name] = [this.type.subarray(0, count), this.name.subarray(0, count)];
    if (this.#workspace === undefined) {
      this.type = type.slice();
      this.name = name.slice();
      return;
    }
    const { arena } = this.#workspace;
    arena.release(this.#mark);
    this.type = arena.bytes(count);
    this.name = arena.uint32(count);
    this.name.set(name);
  }

  /** Where the kernel finds what `place` uses. */
  get addresses(): readonly [state: number, places: number, type: number, name: number] {
    return [this.state, this.#places, this.type, this.name].map((array) => array.byteOffset) as never;
  }

  #isSame(known: number, made: number, length: number): boolean {
    if (known + length > made) return false;
    const { type, name } = this;
    for (let at = 0; at < length; at++) {
      if (name[known + at] !== name[made + at] || type[known + at] !== type[made + at]) return false;
    }
    return true;
  }

  #grow(): void {
    const { type, name } = this;
    this.type = new Uint8Array(2 * type.length);
    this.name = new Uint32Array(2 * type.length);
    this.type.set(type);
    this.name.set(name);
  }
}
