import type { HeapGraph } from '../graph/heap-graph.ts';
import type { EdgeOrdinal, NodeOrdinal } from '../shared/ids.ts';
import { ROOT } from '../shared/ids.ts';

/** Cost of an edge that no explanation should use unless nothing else holds the object. */
const ENGINE = 400;

const ROOT_COSTS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    '(Global handles)': 12,
    '(Micro tasks)': 20,
    '(Strong roots)': 24,
    '(Strong root list)': 24,
    '(Stack roots)': 200,
    '(Handle scope)': 200,
  }),
);

const EDGE_COSTS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    ['__proto__']: 200,
    constructor: 100,
    prototype: 40,
    previous: 2,
    _idlePrev: 6,
    _idleNext: 6,
    map: ENGINE,
    shared: ENGINE,
    code: ENGINE,
    feedback_cell: ENGINE,
    initial_map: ENGINE,
    script: ENGINE,
    script_or_debug_info: ENGINE,
    native_context: ENGINE,
    scope_info: ENGINE,
    weak_refs_keep_during_job: ENGINE,
    global_proxy_object: ENGINE,
  }),
);

/** Names above that cost as much when they are properties. */
const PROPERTY_COSTS = new Set(['__proto__', 'constructor', 'prototype', '_idlePrev', '_idleNext']);

/** What the label of an edge says of its cost; a number above 0 is the cost itself. */
const UNREAD = 0;
const HIDDEN = -1;
const INTERNAL = -2;
const NAMED = -3;
const CONTEXT = -4;

const costsOf = new WeakMap<HeapGraph, (edge: EdgeOrdinal) => number>();

/**
 * How far an edge is from what a developer would call an explanation: the cheapest retention path is the one to
 * show. A variable, property, entry or element costs 1; steps inside V8 cost more; stack slots and maps cost
 * most. Returns a whole number of 1 or more.
 */
export function pathCosts(graph: HeapGraph): (edge: EdgeOrdinal) => number {
  const known = costsOf.get(graph) ?? readCosts(graph);
  costsOf.set(graph, known);
  return known;
}

/** The search for a path asks for the costs of thousands of edges: each label is read once, and names are compared as numbers. */
function readCosts(graph: HeapGraph): (edge: EdgeOrdinal) => number {
  const { snapshot } = graph;
  const { nodeType, labelType } = snapshot;
  const isEngineType = snapshot.nodeTypes.map((type) => type === 'code' || type === 'object shape');
  const gcRoots = snapshot.findString('(GC roots)');
  const realm = snapshot.findString('system / NativeContext');
  const labelCosts = new Int16Array(labelType.length);
  const isEngine = (node: number): boolean => isEngineType[nodeType[node]!]!;
  return (edge) => {
    const from = graph.edgeSource(edge);
    const to = graph.edgeTarget(edge);
    if (from === ROOT || graph.nameIndexOf(from) === gcRoots) return rootCost(graph, to);
    const label = graph.labelOf(edge);
    let cost = labelCosts[label]!;
    if (cost === UNREAD) {
      cost = labelCost(graph.edgeTypeOf(edge), graph.edgeNameOf(edge));
      labelCosts[label] = cost;
    }
    if (cost > 0) return cost;
    if (cost === HIDDEN) return isEngine(to) ? ENGINE : 4;
    // Every built-in function leads to its realm, and the realm to everything.
    if (cost === CONTEXT) return graph.nameIndexOf(to) === realm ? ENGINE : 1;
    if (isEngine(from) && isEngine(to)) return ENGINE / 2;
    return cost === INTERNAL ? 2 : 1;
  };
}

function labelCost(type: string, name: string | number): number {
  if (type === 'hidden') return HIDDEN;
  if (typeof name === 'number') return 1;
  if (type === 'internal' && name === 'context') return CONTEXT;
  const known = EDGE_COSTS.get(name);
  if (known !== undefined && (type === 'internal' || PROPERTY_COSTS.has(name))) return known;
  return type === 'internal' ? INTERNAL : NAMED;
}

function rootCost(graph: HeapGraph, to: NodeOrdinal): number {
  const name = graph.nameOf(to);
  if (name === '(GC roots)') return 1;
  return ROOT_COSTS.get(name) ?? (graph.typeOf(to) === 'synthetic' ? 60 : 1);
}
