import type { EdgeOrdinal, NodeOrdinal } from '../shared/ids.ts';

/** What a step of a retention path is to a developer. */
export type HopRole =
  | 'variable'
  | 'module-variable'
  | 'global-variable'
  | 'property'
  | 'private-field'
  | 'entry'
  | 'element'
  | 'listener'
  | 'timer'
  | 'immediate'
  | 'reaction'
  | 'await'
  | 'local'
  | 'bound'
  | 'weak-value'
  | 'registry'
  | 'async-context'
  | 'handle'
  | 'prototype'
  | 'buffer'
  | 'string-part'
  | 'internal';

/** One step in a developer's words; it may stand for several edges of the heap. */
export interface LogicalHop {
  readonly role: HopRole;
  /** What to call the step: `sessions`, `listener of 'data'`, `entry`, `timeout of 500 ms`. */
  readonly name: string;
  readonly from: NodeOrdinal;
  readonly to: NodeOrdinal;
  /** The edges of the heap that the step stands for, in order. */
  readonly edges: readonly EdgeOrdinal[];
  /** How many equal steps in a row this one stands for: 1, or the length of a chain. */
  readonly repeats: number;
}

/** A path through the heap: `edges[i]` leads from `nodes[i]` to `nodes[i + 1]`. */
export interface HeapPath {
  readonly nodes: readonly NodeOrdinal[];
  readonly edges: readonly EdgeOrdinal[];
}
