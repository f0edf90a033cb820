import type { HeapGraph } from '../graph/heap-graph.ts';
import type { LogicalHop } from '../objects/hop.ts';
import { loopThrough } from '../objects/loop.ts';
import type { NodeClasses } from '../objects/node-class.ts';
import type { NodeOrdinal } from '../shared/ids.ts';
import type { LeakKind } from './finding.ts';
import { kindOfObject } from './kind-of-object.ts';
import { kindOfStep } from './kind-of-step.ts';

/** What a growing group is, from the path that leads to it. */
export interface Classification {
  readonly kind: LeakKind;
  readonly also: readonly LeakKind[];
}

/** A leak to be named. */
export interface Classified {
  /** Hops from the root to the accused object. */
  readonly hops: readonly LogicalHop[];
  /** The hop that enters the leak: from what is meant to live into what should be gone. */
  readonly entry: number;
  /** The object that accumulates and the one that matters most. */
  readonly unit: NodeOrdinal;
  readonly principal: NodeOrdinal;
  /** Nodes on the way to the leak: what leads back through them is no loop of the leak's own. */
  readonly holders: ReadonlySet<NodeOrdinal>;
  /** Bytes of the leak that are raw buffers, as a share of all, 0 to 1. */
  readonly bufferShare: number;
}

/**
 * Names a leak after the place where it accumulates, else after what accumulates, else after the first step inside that
 * says something. Whatever holds besides becomes its `also`.
 */
export function classify(graph: HeapGraph, classes: NodeClasses, leak: Classified): Classification {
  const kinds: LeakKind[] = [];
  const add = (kind: LeakKind | undefined) => {
    if (kind !== undefined && !kinds.includes(kind)) kinds.push(kind);
  };
  const entry = leak.hops[leak.entry]!;
  const inside = leak.hops.slice(leak.entry);

  add(kindOfStep(graph, classes, entry, leak.hops[leak.entry - 1]));
  for (const node of [leak.unit, leak.principal]) add(kindOfObject(graph, classes, node));
  if (leak.bufferShare > 0.5) add('arraybuffer');
  for (const hop of inside) {
    add(kindOfStep(graph, classes, hop));
    add(kindOfObject(graph, classes, hop.to));
    if (classes.rankOf(hop.to) === 'own-function') add('retained-closure');
  }
  const isOnLoop = (node: NodeOrdinal): boolean =>
    loopThrough(graph, classes, node, leak.holders) !== undefined;
  if (isOnLoop(leak.unit) || isOnLoop(leak.principal)) add('cycle-leak');
  const [kind = 'collection-growth', ...also] = kinds;
  return { kind, also: also.sort((a, b) => RANK.indexOf(a) - RANK.indexOf(b)) };
}

/** Order of further kinds: those that name a cause before those that name a shape. */
const RANK: readonly LeakKind[] = [
  'finalization-cycle',
  'unhandled-failure',
  'pending-deferred',
  'worker',
  'vm-context',
  'abort-signal',
  'timer',
  'listener',
  'stream',
  'handle',
  'string-slice',
  'async-context',
  'pending-promise',
  'unhandled-rejection',
  'arraybuffer',
  'collection-growth',
  'retained-closure',
  'cycle-leak',
];
