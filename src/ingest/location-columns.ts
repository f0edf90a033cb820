import type { SnapshotLayout } from './meta.ts';
import type { ScriptPosition } from './snapshot.ts';

const MAX_UINT32 = 0xffff_ffff;
const WORDS = 4;

/** The locations of a snapshot: for some nodes, where in which script they stand. */
export class LocationColumns {
  readonly row: Float64Array;
  readonly #layout: SnapshotLayout;
  readonly #fields: NonNullable<SnapshotLayout['location']>;
  /** Node, script, line, column; row by row. */
  #words = new Uint32Array(1024 * WORDS);
  #count = 0;
  #sorted = true;

  constructor(layout: SnapshotLayout) {
    this.#layout = layout;
    this.#fields = layout.location!;
    this.row = new Float64Array(this.#fields.width);
  }

  /** Takes `row`; returns what is wrong with it. */
  readonly add = (): string | undefined => {
    const fields = this.#fields;
    const offset = this.row[fields.node]!;
    const node = offset / this.#layout.node.width;
    if (node >= this.#layout.nodeCount || !Number.isInteger(node))
      return `it is of ${offset}, where no node begins`;
    const values = [node, this.row[fields.scriptId]!, this.row[fields.line]!, this.row[fields.column]!];
    if (values.some((value) => value > MAX_UINT32)) return 'a number is out of range';
    const at = this.#count * WORDS;
    if (at === this.#words.length) {
      const larger = new Uint32Array(2 * at);
      larger.set(this.#words);
      this.#words = larger;
    }
    if (at > 0 && node <= this.#words[at - WORDS]!) this.#sorted = false;
    this.#words.set(values, at);
    this.#count++;
    return undefined;
  };

  /** Looks up the position of a node; of several, the first. */
  lookup(): (node: number) => ScriptPosition | undefined {
    const words = this.#words.slice(0, this.#count * WORDS);
    let order: Uint32Array | undefined;
    return (node) => {
      if (!this.#sorted) order ??= orderByNode(words);
      const row = firstRowOf(words, order, node);
      if (row === undefined) return undefined;
      const at = row * WORDS;
      return { scriptId: words[at + 1]!, line: words[at + 2]!, column: words[at + 3]! };
    };
  }
}

function orderByNode(words: Uint32Array): Uint32Array {
  const order = Uint32Array.from({ length: words.length / WORDS }, (_, row) => row);
  return order.sort((a, b) => words[a * WORDS]! - words[b * WORDS]! || a - b);
}

function firstRowOf(words: Uint32Array, order: Uint32Array | undefined, node: number): number | undefined {
  const rows = words.length / WORDS;
  let low = 0;
  let high = rows;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const row = order === undefined ? middle : order[middle]!;
    if (words[row * WORDS]! < node) low = middle + 1;
    else high = middle;
  }
  if (low === rows) return undefined;
  const row = order === undefined ? low : order[low]!;
  return words[row * WORDS] === node ? row : undefined;
}
