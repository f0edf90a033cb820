import type { Workspace } from '../kernels/workspace.ts';
import { FastRows } from './fast-rows.ts';
import { LabelRows } from './label-rows.ts';
import type { SnapshotLayout } from './meta.ts';
import type { TakeRows } from './number-table.ts';

const MAX_UINT32 = 0xffff_ffff;

/**
 * The columns of the edges, which fill up row by row while a snapshot is read. Every row is checked when it arrives; with
 * a workspace the columns lie in its arena, and a kernel fills them.
 */
export class EdgeColumns {
  readonly row: Float64Array;
  readonly edgeTo: Uint32Array;
  readonly firstLabel: Uint32Array;
  readonly labels: LabelRows;
  readonly #layout: SnapshotLayout;
  readonly #firstEdge: Uint32Array;
  readonly #fast: FastRows | undefined;
  #edges = 0;
  /** The node to which the next edge belongs, or one before it that has no more edges. */
  #node = 0;

  /** `firstEdge` is to be complete before the first row comes. Throws a RangeError when the columns do not fit. */
  constructor(layout: SnapshotLayout, firstEdge: Uint32Array, workspace?: Workspace) {
    const { nodeCount, edgeCount, edgeTypes } = layout;
    const words = (length: number) => workspace?.arena.uint32(length) ?? new Uint32Array(length);
    this.#layout = layout;
    this.#firstEdge = firstEdge;
    this.row = new Float64Array(layout.edge.width);
    this.firstLabel = words(nodeCount);
    this.edgeTo = words(edgeCount);
    const { width, type, nameOrIndex, toNode } = layout.edge;
    const isUsual = width === 3 && type === 0 && nameOrIndex === 1 && toNode === 2;
    const isSmall = edgeTypes.length <= 10 && nodeCount * layout.node.width <= 2 ** 32;
    if (workspace !== undefined && isUsual && isSmall) {
      this.#fast = new FastRows(workspace.arena, workspace.kernels.edgeRows, [
        ...[0, edgeCount, edgeTypes.length, ...exactDivision(layout.node.width), nodeCount, 0],
        ...[this.edgeTo, firstEdge, this.firstLabel].map((column) => column.byteOffset),
      ]);
    }
    this.labels = new LabelRows(edgeCount, workspace);
    this.#fast?.words.set(this.labels.addresses, FIRST_LABEL_WORD);
  }

  /** Takes well-formed rows faster than `add` can; undefined without a kernel. */
  get takeRows(): TakeRows | undefined {
    if (this.#fast === undefined) return undefined;
    const fast = this.#fast;
    return (bytes, at, end) => {
      fast.words[0] = this.#edges;
      fast.words[NODE_WORD] = this.#node;
      const taken = fast.take(bytes, at, end);
      this.#edges = fast.words[0]!;
      this.#node = fast.words[NODE_WORD]!;
      return taken;
    };
  }

  /** Takes `row`; returns what is wrong with it. */
  readonly add = (): string | undefined => {
    const { edge, node, nodeCount, edgeCount, edgeTypes } = this.#layout;
    const { row } = this;
    if (this.#edges === edgeCount) return `more rows than the ${edgeCount} announced`;
    const type = row[edge.type]!;
    if (type >= edgeTypes.length) return `type ${type} is not one of ${edgeTypes.length}`;
    const name = row[edge.nameOrIndex]!;
    if (name > MAX_UINT32) return `name ${name} is out of range`;
    const offset = row[edge.toNode]!;
    const to = offset / node.width;
    if (to >= nodeCount || !Number.isInteger(to)) return `it leads to ${offset}, where no node begins`;
    this.#closeRows();
    this.labels.add(this.#edges - this.#firstEdge[this.#node]!, type, name);
    this.edgeTo[this.#edges++] = to;
    return undefined;
  };

  /** The section is over: says so when that is too early, and gives back what was not needed. */
  end(): string | undefined {
    const { edgeCount } = this.#layout;
    if (this.#edges < edgeCount) return `${this.#edges} rows, but ${edgeCount} are announced`;
    this.#closeRows();
    this.labels.end();
    return undefined;
  }

  /** Says so when an edge is named by a string that there is not. */
  unnamed(stringCount: number): string | undefined {
    const isIndexed = this.#layout.edgeTypes.map((type) => type === 'element' || type === 'hidden');
    const { type, name } = this.labels;
    let label = 0;
    while (label < name.length && (name[label]! < stringCount || isIndexed[type[label]!])) label++;
    if (label === name.length) return undefined;
    const firstEdge = this.#firstEdge;
    const node = this.firstLabel.findIndex(
      (first, at) => first <= label && label < first + firstEdge[at + 1]! - firstEdge[at]!,
    );
    const edge = firstEdge[node]! + label - this.firstLabel[node]!;
    return `edge ${edge} is named by string ${name[label]}, but there are ${stringCount} strings`;
  }

  /** Gives the nodes their labels of which all edges are there. */
  #closeRows(): void {
    const { nodeCount } = this.#layout;
    const firstEdge = this.#firstEdge;
    for (; this.#node < nodeCount && firstEdge[this.#node + 1] === this.#edges; this.#node++) {
      this.firstLabel[this.#node] = this.labels.place(this.#edges - firstEdge[this.#node]!);
    }
  }
}

/** Words of the kernel's state. */
const NODE_WORD = 6;
const FIRST_LABEL_WORD = 10;

/**
 * How a kernel divides by `width` where nothing remains: multiplies by the inverse modulo 2^32 of its odd part, then rotates
 * by the power of two. Anything that does not divide becomes 2^32 / `width` or more. After Granlund and Montgomery,
 * "Division by Invariant Integers using Multiplication" (1994).
 */
function exactDivision(width: number): readonly [inverse: number, rotation: number] {
  const rotation = 31 - Math.clz32(width & -width);
  const odd = width >>> rotation;
  // Right for three bits; each turn doubles them.
  let inverse = odd;
  for (let bits = 3; bits < 32; bits *= 2) inverse = Math.imul(inverse, 2 - Math.imul(odd, inverse));
  return [inverse >>> 0, rotation];
}
