import type { ScriptPosition } from './snapshot.ts';

/** Words of a row: node, script, line, column. */
export const WORDS = 4;

/** Greater ones are negative: positions in a script that was compiled with a negative offset. */
const LARGEST_INT32 = 2 ** 31 - 1;

/** For some nodes, where in which script they stand. Searched by halves. */
export class Locations {
  /** Row by row, in the order of the file. */
  readonly words: Uint32Array;
  /** Rows in the order of their nodes; made when it is needed. */
  #order: Uint32Array | undefined;

  constructor(words: Uint32Array) {
    this.words = words;
  }

  /** Position of a node; of several, the first in the file. None where it lies before the beginning of the script. */
  positionOf(node: number): ScriptPosition | undefined {
    const { words } = this;
    this.#order ??= orderByNode(words);
    const order = this.#order;
    let low = 0;
    let high = order.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (words[order[middle]! * WORDS]! < node) low = middle + 1;
      else high = middle;
    }
    const row = order[low];
    if (row === undefined || words[row * WORDS] !== node) return undefined;
    const at = row * WORDS;
    if (words[at + 2]! > LARGEST_INT32 || words[at + 3]! > LARGEST_INT32) return undefined;
    return { scriptId: words[at + 1]!, line: words[at + 2]!, column: words[at + 3]! };
  }
}

function orderByNode(words: Uint32Array): Uint32Array {
  const order = Uint32Array.from({ length: words.length / WORDS }, (_, row) => row);
  if (order.every((row) => row === 0 || words[(row - 1) * WORDS]! < words[row * WORDS]!)) return order;
  return order.sort((a, b) => words[a * WORDS]! - words[b * WORDS]! || a - b);
}
