/** Sets of the numbers 0 … size - 1 that can be joined (Tarjan 1975, with path halving; the least number leads). */
export class DisjointSets {
  readonly #leader: Uint32Array;

  constructor(size: number) {
    this.#leader = Uint32Array.from({ length: size }, (_, index) => index);
  }

  find(index: number): number {
    let at = index;
    while (this.#leader[at] !== at) {
      this.#leader[at] = this.#leader[this.#leader[at]!]!;
      at = this.#leader[at]!;
    }
    return at;
  }

  join(a: number, b: number): void {
    const [low, high] = [this.find(a), this.find(b)].sort((x, y) => x - y);
    this.#leader[high!] = low!;
  }

  /** The sets in order of their least members, members ascending. */
  sets(): number[][] {
    const sets = new Map<number, number[]>();
    for (let index = 0; index < this.#leader.length; index += 1) {
      const leader = this.find(index);
      const set = sets.get(leader);
      if (set === undefined) sets.set(leader, [index]);
      else set.push(index);
    }
    return [...sets.values()];
  }
}
