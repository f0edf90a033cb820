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
    context: 1,
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

/**
 * How far an edge is from what a developer would call an explanation: the cheapest retention path is the one to
 * show. A variable, property, entry or element costs 1; steps inside V8 cost more; stack slots and maps cost
 * most. Returns a whole number of 1 or more.
 */
export function pathCosts(graph: HeapGraph): (edge: EdgeOrdinal) => number {
  return (edge) => {
    const from = graph.edgeSource(edge);
    const to = graph.edgeTarget(edge);
    if (from === ROOT || graph.nameOf(from) === '(GC roots)') return rootCost(graph, to);
    const type = graph.edgeTypeOf(edge);
    if (type === 'hidden') return isEngineNode(graph, to) ? ENGINE : 4;
    const name = graph.edgeNameOf(edge);
    // Every built-in function leads to its realm, and the realm to everything.
    if (name === 'context' && graph.nameOf(to) === 'system / NativeContext') return ENGINE;
    if (typeof name === 'number') return 1;
    const known = EDGE_COSTS.get(name);
    if (known !== undefined && (type === 'internal' || PROPERTY_COSTS.has(name))) return known;
    if (isEngineNode(graph, from) && isEngineNode(graph, to)) return ENGINE / 2;
    return type === 'internal' ? 2 : 1;
  };
}

function rootCost(graph: HeapGraph, to: NodeOrdinal): number {
  const name = graph.nameOf(to);
  if (name === '(GC roots)') return 1;
  return ROOT_COSTS.get(name) ?? (graph.typeOf(to) === 'synthetic' ? 60 : 1);
}

/** Machinery of V8 that no program variable refers to: code, maps, feedback. */
function isEngineNode(graph: HeapGraph, node: NodeOrdinal): boolean {
  const type = graph.typeOf(node);
  return type === 'code' || type === 'object shape';
}
