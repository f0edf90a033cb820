import { PENDING, UNHANDLED, WAITING } from '../deferred/heap-shape.ts';
import type { HeapGraph } from '../graph/heap-graph.ts';
import { stateOf } from '../objects/deferreds.ts';
import type { NodeClasses } from '../objects/node-class.ts';
import type { NodeOrdinal } from '../shared/ids.ts';
import type { LeakKind } from './finding.ts';

/** Classes of Node.js whose instances are something to be closed; a program may use the same names for its own. */
const CORE_KINDS: ReadonlyMap<string, LeakKind> = new Map([
  ...['Worker', 'ReadableWorkerStdio', 'WritableWorkerStdio'].map((name) => [name, 'worker'] as const),
  ...['Timeout', 'Immediate'].map((name) => [name, 'timer'] as const),
  ...[
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
    'ClientHttp2Session',
    'ServerHttp2Session',
  ].map((name) => [name, 'handle'] as const),
]);

const BUFFERS = new Set(['ArrayBuffer', 'SharedArrayBuffer']);
const NATIVE_CONTEXT = 'system / NativeContext';
const CONTEXT_OF_VM = 'Node / ContextifyContext';
const STREAM_STATES = ['_readableState', '_writableState'];

/** Kinds of things that are to be closed, or let go as a whole. */
const OPEN: ReadonlySet<LeakKind> = new Set(['handle', 'stream', 'worker', 'vm-context']);

/** What kind of thing to be closed an object is; undefined for all others. */
export function kindOfOpen(graph: HeapGraph, classes: NodeClasses, node: NodeOrdinal): LeakKind | undefined {
  const kind = kindOfObject(graph, classes, node);
  return kind !== undefined && OPEN.has(kind) ? kind : undefined;
}

/** What kind of leak an object is by itself: a worker, a stream, a slice, a promise; undefined for most. */
export function kindOfObject(
  graph: HeapGraph,
  classes: NodeClasses,
  node: NodeOrdinal,
): LeakKind | undefined {
  const type = graph.typeOf(node);
  const name = graph.nameOf(node);
  if (type === 'sliced string') return 'string-slice';
  if (name === NATIVE_CONTEXT || name.startsWith(CONTEXT_OF_VM)) return 'vm-context';
  if (type !== 'object' && type !== 'native') return undefined;
  const isCore = classes.rankOf(node) === 'core-class';
  const has = (property: string): boolean => graph.follow(node, property) !== undefined;
  switch (stateOf(graph, node)) {
    case UNHANDLED:
      return 'unhandled-failure';
    case PENDING:
    case WAITING:
      return 'pending-deferred';
    default:
      if (isCore && CORE_KINDS.has(name)) return CORE_KINDS.get(name);
      if (BUFFERS.has(name)) return 'arraybuffer';
      if (name === 'Promise' || has('parameters_and_registers')) return 'pending-promise';
      if (STREAM_STATES.some(has)) return 'stream';
      return isOpenHandle(graph, classes, node) ? 'handle' : undefined;
  }
}

/** Does the object still have its native handle? When it is closed it has null instead. */
function isOpenHandle(graph: HeapGraph, classes: NodeClasses, node: NodeOrdinal): boolean {
  const handle = graph.follow(node, '_handle');
  return handle !== undefined && classes.rankOf(handle) === 'core-class';
}
