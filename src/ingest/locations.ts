import type { NodeOrdinal } from '../shared/ids.ts';
import { rowsInOrder } from './row-order.ts';
import type { ScriptPosition } from './snapshot.ts';

/** Words of a row: node, script, line, column. */
export const WORDS = 4;
const NODE = 0;
const SCRIPT = 1;

/** Greater ones are negative: positions in a script that was compiled with a negative offset. */
const LARGEST_INT32 = 2 ** 31 - 1;

/** For some nodes, where in which script they stand. Searched by halves. */
export class Locations {
  /** Row by row, in the order of the file or of the nodes. */
  readonly words: Uint32Array;
  /** By node and by script; sorted when it is asked for. */
  readonly #sorted: (SortedRows | undefined)[] = [];

  constructor(words: Uint32Array) {
    this.words = words;
  }

  /** The rows in the order of their nodes: what is quickest to search. */
  get inNodeOrder(): Uint32Array {
    const { words } = this;
    const byNode = this.#sortedBy(NODE);
    if (byNode.isAsInFile) return words;
    const ordered = new Uint32Array(words.length);
    for (let to = 0; to < words.length; to += WORDS) {
      const from = byNode.rowAt(to / WORDS) * WORDS;
      for (let word = 0; word < WORDS; word++) ordered[to + word] = words[from + word]!;
    }
    return ordered;
  }

  /** Nodes that stand in a script, in the order of the rows. */
  *nodesIn(scriptId: number): Generator<NodeOrdinal> {
    const { words } = this;
    const byScript = this.#sortedBy(SCRIPT);
    const end = words.length / WORDS;
    for (let place = byScript.placeOf(scriptId); place < end; place++) {
      const at = byScript.rowAt(place) * WORDS;
      if (words[at + SCRIPT] !== scriptId) return;
      yield words[at + NODE] as NodeOrdinal;
    }
  }

  /** Position of a node; of several, the first in the file. None where it lies before the beginning of the script. */
  positionOf(node: number): ScriptPosition | undefined {
    const { words } = this;
    const byNode = this.#sortedBy(NODE);
    const place = byNode.placeOf(node);
    if (place === words.length / WORDS) return undefined;
    const at = byNode.rowAt(place) * WORDS;
    if (words[at + NODE] !== node) return undefined;
    if (words[at + 2]! > LARGEST_INT32 || words[at + 3]! > LARGEST_INT32) return undefined;
    return { scriptId: words[at + SCRIPT]!, line: words[at + 2]!, column: words[at + 3]! };
  }

  #sortedBy(word: number): SortedRows {
    this.#sorted[word] ??= new SortedRows(this.words, word);
    return this.#sorted[word];
  }
}

/** The rows in the order of one of their words. */
class SortedRows {
  readonly #words: Uint32Array;
  readonly #word: number;
  /** Undefined where the file has that order. */
  readonly #order: Uint32Array | undefined;

  constructor(words: Uint32Array, word: number) {
    this.#words = words;
    this.#word = word;
    this.#order = rowsInOrder(words, WORDS, word);
  }

  get isAsInFile(): boolean {
    return this.#order === undefined;
  }

  rowAt(place: number): number {
    return this.#order === undefined ? place : this.#order[place]!;
  }

  /** Place of the first row with this key or a greater one; behind all rows if there is none. */
  placeOf(key: number): number {
    let low = 0;
    let high = this.#words.length / WORDS;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#words[this.rowAt(middle) * WORDS + this.#word]! < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
