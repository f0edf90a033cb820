import type { Workspace } from '../kernels/workspace.ts';
import { FastRows, isFastWidth } from './fast-rows.ts';
import { Locations, WORDS } from './locations.ts';
import type { SnapshotLayout } from './meta.ts';
import type { TakeRows } from './number-table.ts';

const MAX_UINT32 = 0xffff_ffff;

/** The locations of a snapshot: for some nodes, where in which script they stand. */
export class LocationColumns {
  readonly row: Float64Array;
  readonly #layout: SnapshotLayout;
  readonly #fields: NonNullable<SnapshotLayout['location']>;
  #words: Uint32Array;
  #count = 0;
  readonly #arena: Workspace['arena'] | undefined;
  #fast: FastRows | undefined;

  constructor(layout: SnapshotLayout, workspace?: Workspace) {
    this.#layout = layout;
    this.#fields = layout.location!;
    this.row = new Float64Array(this.#fields.width);
    // V8 writes one location a node at most; what is not needed is given back by `end`.
    const most = layout.nodeCount * WORDS;
    if (workspace === undefined || !isFastWidth(this.#fields.width) || !workspace.arena.hasRoom(most * 4)) {
      this.#words = new Uint32Array(1024 * WORDS);
      return;
    }
    const { width, node, scriptId, line, column } = this.#fields;
    const state = [0, layout.nodeCount, width, node, scriptId, line, column];
    this.#arena = workspace.arena;
    this.#fast = new FastRows(workspace.arena, workspace.kernels.locationRows, state);
    this.#words = workspace.arena.uint32(most);
    this.#fast.words.set([this.#words.byteOffset, layout.node.width, layout.nodeCount], state.length);
  }

  /** Takes well-formed rows faster than `add` can; undefined without kernels. */
  get takeRows(): TakeRows | undefined {
    if (this.#fast === undefined) return undefined;
    return (bytes, at, end) => {
      if (this.#fast === undefined) return { at, rows: 0 };
      this.#fast.words[0] = this.#count;
      const taken = this.#fast.take(bytes, at, end);
      this.#count += taken.rows;
      return taken;
    };
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
      this.#fast = undefined;
    }
    this.#words.set(values, at);
    this.#count++;
    return undefined;
  };

  /** All rows are in: gives back what they did not need. */
  end(): void {
    this.#words = this.#words.subarray(0, this.#count * WORDS);
    if (this.#fast !== undefined) this.#arena!.release(this.#words.byteOffset + this.#words.byteLength);
  }

  /** The locations, after `end`. */
  get table(): Locations {
    return new Locations(this.#words);
  }
}
