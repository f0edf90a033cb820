import type { NodeOrdinal } from '../shared/ids.ts';
import type { ScriptPosition } from './snapshot.ts';

/** Words of a row: node, script, line, column. */
export const WORDS = 4;

/** Greater ones are negative: positions in a script that was compiled with a negative offset. */
const LARGEST_INT32 = 2 ** 31 - 1;

/** For some nodes, where in which script they stand. Searched by halves. */
export class Locations {
  /** Row by row, in the order of the file. */
  readonly words: Uint32Array;
  /** Rows in the order of their nodes; made when it is needed, undefined where that is the order of the file. */
  #order: Uint32Array | undefined;
  #isOrdered = false;
  #nodesByScript: ReadonlyMap<number, readonly NodeOrdinal[]> | undefined;

  constructor(words: Uint32Array) {
    this.words = words;
  }

  /** Nodes that stand in a script, in the order of the file. */
  nodesIn(scriptId: number): readonly NodeOrdinal[] {
    this.#nodesByScript ??= nodesByScript(this.words);
    return this.#nodesByScript.get(scriptId) ?? [];
  }

  /** Position of a node; of several, the first in the file. None where it lies before the beginning of the script. */
  positionOf(node: number): ScriptPosition | undefined {
    const { words } = this;
    if (!this.#isOrdered) {
      this.#order = orderByNode(words);
      this.#isOrdered = true;
    }
    const order = this.#order;
    let low = 0;
    let high = words.length / WORDS;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const row = order === undefined ? middle : order[middle]!;
      if (words[row * WORDS]! < node) low = middle + 1;
      else high = middle;
    }
    if (low === words.length / WORDS) return undefined;
    const at = (order === undefined ? low : order[low]!) * WORDS;
    if (words[at] !== node) return undefined;
    if (words[at + 2]! > LARGEST_INT32 || words[at + 3]! > LARGEST_INT32) return undefined;
    return { scriptId: words[at + 1]!, line: words[at + 2]!, column: words[at + 3]! };
  }
}

/** Undefined where the rows are in the order of their nodes. */
function orderByNode(words: Uint32Array): Uint32Array | undefined {
  let at = WORDS;
  while (at < words.length && words[at - WORDS]! < words[at]!) at += WORDS;
  if (at >= words.length) return undefined;
  const order = Uint32Array.from({ length: words.length / WORDS }, (_, row) => row);
  return order.sort((a, b) => words[a * WORDS]! - words[b * WORDS]! || a - b);
}

function nodesByScript(words: Uint32Array): Map<number, NodeOrdinal[]> {
  const byScript = new Map<number, NodeOrdinal[]>();
  for (let at = 0; at < words.length; at += WORDS) {
    const nodes = byScript.get(words[at + 1]!);
    if (nodes === undefined) byScript.set(words[at + 1]!, [words[at] as NodeOrdinal]);
    else nodes.push(words[at] as NodeOrdinal);
  }
  return byScript;
}
