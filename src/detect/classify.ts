import { PENDING, UNHANDLED, WAITING } from '../deferred/heap-shape.ts';
import type { HeapGraph } from '../graph/heap-graph.ts';
import { stateOf } from '../objects/deferreds.ts';
import type { LogicalHop } from '../objects/hop.ts';
import type { NodeClasses } from '../objects/node-class.ts';
import type { NodeOrdinal } from '../shared/ids.ts';
import type { LeakKind } from './finding.ts';

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
  /** Bytes of the leak that are raw buffers, as a share of all, 0 to 1. */
  readonly bufferShare: number;
}

/**
 * Names a leak after the place where it accumulates, and after what accumulates where that says more. The first kind in
 * the order below is the finding's own; the others that hold as well become its `also`.
 */
export function classify(graph: HeapGraph, classes: NodeClasses, leak: Classified): Classification {
  const kinds: LeakKind[] = [];
  const add = (kind: LeakKind | undefined) => {
    if (kind !== undefined && !kinds.includes(kind)) kinds.push(kind);
  };
  const entry = leak.hops[leak.entry]!;
  const inside = leak.hops.slice(leak.entry);

  add(kindOfStructure(graph, entry, leak.hops.slice(0, leak.entry)));
  for (const node of [leak.unit, leak.principal]) add(kindOfObject(graph, node));
  if (leak.bufferShare > 0.5) add('arraybuffer');
  for (const hop of inside) add(kindOfStructure(graph, hop, []));
  for (const hop of inside) {
    add(kindOfObject(graph, hop.to));
    if (
      hop.role === 'variable' ||
      hop.role === 'module-variable' ||
      classes.rankOf(hop.to) === 'own-function'
    )
      add('retained-closure');
  }
  if (isInCycle(graph, leak.unit) || isInCycle(graph, leak.principal)) add('cycle-leak');
  if (kinds.length === 0) add('collection-growth');
  const [kind, ...also] = order(kinds);
  return { kind: kind!, also };
}

/**
 * Kinds that name a cause outrank kinds that name a shape: a pending timer in a Set is a timer, a closure in an array is
 * a growing collection of closures.
 */
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

function order(kinds: readonly LeakKind[]): LeakKind[] {
  const [first, ...rest] = kinds;
  const rest2 = [...rest].sort((a, b) => RANK.indexOf(a) - RANK.indexOf(b));
  return first === undefined ? [] : [first, ...rest2];
}

function kindOfStructure(
  graph: HeapGraph,
  hop: LogicalHop,
  before: readonly LogicalHop[],
): LeakKind | undefined {
  switch (hop.role) {
    case 'listener':
      return isAbortSignal(graph, hop) ? 'abort-signal' : 'listener';
    case 'timer':
    case 'immediate':
      return 'timer';
    case 'reaction':
    case 'await':
    case 'local':
      return 'pending-promise';
    case 'entry':
    case 'element':
      return before.at(-1)?.role === 'async-context' ? 'async-context' : 'collection-growth';
    case 'async-context':
      return 'async-context';
    case 'registry':
      return 'finalization-cycle';
    case 'handle':
      return kindOfObject(graph, hop.to) ?? 'handle';
    case 'string-part':
      return 'string-slice';
    case 'buffer':
      return 'arraybuffer';
    case 'variable':
    case 'module-variable':
      return 'retained-closure';
    default:
      return undefined;
  }
}

function isAbortSignal(graph: HeapGraph, hop: LogicalHop): boolean {
  const owner = graph.nameOf(hop.from);
  return owner === 'AbortSignal' || (owner === 'EventTarget' && hop.name.endsWith("'abort'"));
}

const WORKERS = new Set(['Worker', 'ReadableWorkerStdio', 'WritableWorkerStdio']);
const NATIVE_CONTEXT = 'system / NativeContext';
const HANDLES = new Set([
  'TCP',
  'Pipe',
  'TTY',
  'UDP',
  'FSEvent',
  'StatWatcher',
  'Process',
  'MessagePort',
  'FileHandle',
  'ChannelWrap',
  'HTTPParser',
  'TLSWrap',
]);

/** What kind of leak an object is by itself: a worker, a stream, a slice, a promise. */
function kindOfObject(graph: HeapGraph, node: NodeOrdinal): LeakKind | undefined {
  const type = graph.typeOf(node);
  if (type === 'sliced string') return 'string-slice';
  const name = graph.nameOf(node);
  if (WORKERS.has(name)) return 'worker';
  if (name === NATIVE_CONTEXT || name.startsWith('Node / ContextifyContext')) return 'vm-context';
  if (type !== 'object' && type !== 'native') return undefined;
  const deferred = stateOf(graph, node);
  if (deferred === UNHANDLED) return 'unhandled-failure';
  if (deferred === PENDING || deferred === WAITING) return 'pending-deferred';
  if (name === 'ArrayBuffer' || name === 'SharedArrayBuffer') return 'arraybuffer';
  if (name === 'Timeout' || name === 'Immediate') return 'timer';
  if (name === 'Promise' || graph.follow(node, 'parameters_and_registers') !== undefined)
    return 'pending-promise';
  if (
    graph.follow(node, '_readableState') !== undefined ||
    graph.follow(node, '_writableState') !== undefined
  )
    return 'stream';
  if (HANDLES.has(name) || graph.follow(node, '_handle') !== undefined) return 'handle';
  return undefined;
}

/** Is the object in a loop of several objects that a program made, not merely of a class and its prototype? */
function isInCycle(graph: HeapGraph, node: NodeOrdinal): boolean {
  const members = graph.componentMembers(graph.componentOf(node));
  if (members.length < 2 || members.length > CYCLE_LIMIT) return false;
  let objects = 0;
  for (const member of members) {
    const type = graph.typeOf(member as NodeOrdinal);
    if (type === 'object' || type === 'closure') objects += 1;
  }
  return objects >= 2;
}

/** A component larger than this is the program itself (everything reaches `globalThis`), not a loop to point at. */
const CYCLE_LIMIT = 10_000;
