declare const brand: unique symbol;
type Branded<Name extends string> = number & { readonly [brand]: Name };

/** Row of a node in the snapshot's node table, counted from 0. Not the V8 heap object id. */
export type NodeOrdinal = Branded<'NodeOrdinal'>;
/** Row of an edge in the snapshot's edge table, counted from 0. */
export type EdgeOrdinal = Branded<'EdgeOrdinal'>;
/** Id V8 gives an object; it stays the same across the snapshots of one process. */
export type HeapObjectId = Branded<'HeapObjectId'>;

/** The snapshot's synthetic first node, from which every root category hangs. */
export const ROOT = 0 as NodeOrdinal;
