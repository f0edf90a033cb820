import type { HeapGraph } from '../graph/heap-graph.ts';
import { TEXT_TYPES } from '../objects/text.ts';
import type { NodeOrdinal } from '../shared/ids.ts';

/** The reachable members of one class in one heap. */
export interface ClassCount {
  count: number;
  /** Self sizes of the members together. */
  bytes: number;
  /** The member with the highest id: in most heaps the youngest. */
  newest: NodeOrdinal;
}

/** Every class of a heap by name; plain objects are told apart by their shape. */
export type ClassCensus = ReadonlyMap<string, ClassCount>;

/** What the program made. The rest (code, maps, hidden tables, numbers) is V8's own and changes by itself. */
const COUNTED_TYPES = new Set([
  ...['object', 'closure', 'regexp', 'array', 'symbol', 'bigint', 'native'],
  ...TEXT_TYPES,
]);

const NAMED_PROPERTIES = 8;

/** Counts the reachable objects of a heap by class. */
export function censusOf(graph: HeapGraph): ClassCensus {
  const { snapshot } = graph;
  const counted = snapshot.nodeTypes.map((type) => COUNTED_TYPES.has(type));
  const census = new Map<string, ClassCount>();
  for (let row = 0; row < graph.nodeCount; row += 1) {
    const node = row as NodeOrdinal;
    if (!counted[snapshot.nodeType[node]!] || !graph.isReachable(node)) continue;
    const className = classNameOf(graph, node);
    const known = census.get(className);
    if (known === undefined) {
      census.set(className, { count: 1, bytes: graph.selfSizeOf(node), newest: node });
    } else {
      known.count += 1;
      known.bytes += graph.selfSizeOf(node);
      if (graph.idOf(node) > graph.idOf(known.newest)) known.newest = node;
    }
  }
  return census;
}

/** `Session`, `Object {id, user}`, `onData()`, `(string)`, `(array)`. */
function classNameOf(graph: HeapGraph, node: NodeOrdinal): string {
  const name = graph.nameOf(node);
  const type = graph.typeOf(node);
  switch (type) {
    case 'object':
      return name === 'Object' || name === '' ? `Object {${shapeOf(graph, node)}}` : name;
    case 'native':
      return name;
    case 'closure':
      return `${name || '(anonymous)'}()`;
    default:
      // Three ways to write the same text: V8 changes one into the other.
      return type.endsWith('string') ? '(string)' : `(${type})`;
  }
}

/** Property names, sorted: objects in dictionary mode have them in an order of their own in each process. */
function shapeOf(graph: HeapGraph, node: NodeOrdinal): string {
  const names: string[] = [];
  const end = graph.firstEdge(node + 1);
  for (let edge = graph.firstEdge(node); edge < end; edge = (edge + 1) as typeof edge) {
    if (graph.edgeTypeOf(edge) !== 'property') continue;
    const name = String(graph.edgeNameOf(edge));
    // An accessor is there under its name, too.
    if (name !== '__proto__' && !/^[gs]et /.test(name)) names.push(name);
  }
  names.sort();
  return names.length > NAMED_PROPERTIES
    ? `${names.slice(0, NAMED_PROPERTIES).join(', ')}, …`
    : names.join(', ');
}
