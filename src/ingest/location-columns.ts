import { Locations, WORDS } from './locations.ts';
import type { SnapshotLayout } from './meta.ts';

const MAX_UINT32 = 0xffff_ffff;

/** The locations of a snapshot: for some nodes, where in which script they stand. */
export class LocationColumns {
  readonly row: Float64Array;
  readonly #layout: SnapshotLayout;
  readonly #fields: NonNullable<SnapshotLayout['location']>;
  #words = new Uint32Array(1024 * WORDS);
  #count = 0;

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
    this.#words.set(values, at);
    this.#count++;
    return undefined;
  };

  /** The locations, once all are in. */
  finish(): Locations {
    return new Locations(this.#words.slice(0, this.#count * WORDS));
  }
}
