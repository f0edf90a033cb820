import {
  BRAND_TEXT,
  DELAYED_CALL_TEXT,
  type DeferredState,
  FAILURE_TEXT,
  FIRED,
  OBSERVED,
  PENDING,
  SUCCESS,
  UNHANDLED,
  WAITING,
} from '../deferred/heap-shape.ts';
import type { HeapGraph } from '../graph/heap-graph.ts';
import type { EdgeOrdinal, NodeOrdinal } from '../shared/ids.ts';
import { nodesNamed } from './named-nodes.ts';
import { textOf } from './text.ts';

const STATES: readonly string[] = [PENDING, FIRED, WAITING, SUCCESS, UNHANDLED, OBSERVED];

/** A Failure as it stands in a heap. */
export interface HeapFailure {
  readonly node: NodeOrdinal;
  /** Class of the error, and its message where the heap has it as text. */
  readonly errorName: string;
  readonly message: string;
  readonly stack: readonly string[];
}

/** Every Deferred that can be reached, of any copy of the runtime, in ordinal order. */
export function deferredsOf(graph: HeapGraph): NodeOrdinal[] {
  const found: NodeOrdinal[] = [];
  for (const brand of brandsOf(graph)) {
    for (const row of graph.retainerEdges(brand)) {
      const edge = row as EdgeOrdinal;
      const source = graph.edgeSource(edge);
      if (
        graph.edgeNameOf(edge) === 'leakscanBrand' &&
        stateOf(graph, source) !== undefined &&
        graph.isReachable(source)
      ) {
        found.push(source);
      }
    }
  }
  return found.sort((a, b) => a - b);
}

/** The brand object of each loaded copy: what holds the brand's text under the name of the brand. */
function brandsOf(graph: HeapGraph): NodeOrdinal[] {
  const brands = new Set<NodeOrdinal>();
  for (const node of nodesNamed(graph, BRAND_TEXT)) {
    if (graph.typeOf(node) !== 'string') continue;
    for (const row of graph.retainerEdges(node)) {
      if (graph.edgeNameOf(row as EdgeOrdinal) === 'leakscanBrand')
        brands.add(graph.edgeSource(row as EdgeOrdinal));
    }
  }
  return [...brands];
}

/** State of a Deferred; undefined when the node is none. */
export function stateOf(graph: HeapGraph, node: NodeOrdinal): DeferredState | undefined {
  const state = graph.follow(node, 'leakscanState', 'property');
  if (state === undefined) return undefined;
  const text = graph.nameOf(state);
  return STATES.includes(text) ? (text as DeferredState) : undefined;
}

/** The Deferred whose result this one waits for. */
export function waitsFor(graph: HeapGraph, deferred: NodeOrdinal): NodeOrdinal | undefined {
  const other = graph.follow(deferred, 'leakscanWaitingOn', 'property');
  return other !== undefined && stateOf(graph, other) !== undefined ? other : undefined;
}

/** The Failure a Deferred rests with; undefined when its result is something else. */
export function failureOf(graph: HeapGraph, deferred: NodeOrdinal): HeapFailure | undefined {
  const result = graph.follow(deferred, 'leakscanResult', 'property');
  if (result === undefined) return undefined;
  if (textAt(graph, result, 'leakscanKind') !== FAILURE_TEXT) return undefined;
  const error = graph.follow(result, 'value', 'property');
  const stack =
    textAt(graph, result, 'leakscanStack') ??
    (error === undefined ? undefined : textAt(graph, error, 'stack'));
  return {
    node: result,
    errorName: error === undefined ? 'an error' : graph.nameOf(error),
    message: (error === undefined ? undefined : textAt(graph, error, 'message')) ?? '',
    stack: stackLines(stack),
  };
}

/** Is this a call that a clock of the Deferred runtime makes later? */
export function isDelayedCall(graph: HeapGraph, node: NodeOrdinal): boolean {
  return textAt(graph, node, 'leakscanKind') === DELAYED_CALL_TEXT;
}

/** Where a Deferred was made and fired, if that was recorded. */
export function traceOf(graph: HeapGraph, deferred: NodeOrdinal): { createdAt: string[]; firedAt: string[] } {
  const trace = graph.follow(deferred, 'leakscanTrace', 'property');
  if (trace === undefined) return { createdAt: [], firedAt: [] };
  return {
    createdAt: stackLines(textAt(graph, trace, 'createdAt')),
    firedAt: stackLines(textAt(graph, trace, 'firedAt')),
  };
}

/** Is this the text that the runtime keeps of a failure as long as there is the Deferred whose failure nobody took? */
export function isFailureReport(graph: HeapGraph, node: NodeOrdinal): boolean {
  const holdersBy = (name: string, held: NodeOrdinal): NodeOrdinal[] =>
    [...graph.retainerEdges(held)]
      .filter((edge) => graph.edgeNameOf(edge as EdgeOrdinal) === name)
      .map((edge) => graph.edgeSource(edge as EdgeOrdinal));
  return holdersBy('report', node).some((trace) => holdersBy('leakscanTrace', trace).length > 0);
}

/** Edges by which a Deferred only waits for another; they can never fire the one they lead to. */
export function isWaitingEdge(graph: HeapGraph, edge: EdgeOrdinal): boolean {
  const name = graph.edgeNameOf(edge);
  if (name !== 'leakscanWaitingOn' && name !== 'leakscanResult') return false;
  return (
    stateOf(graph, graph.edgeTarget(edge)) !== undefined &&
    stateOf(graph, graph.edgeSource(edge)) !== undefined
  );
}

/** Text of a property, put together where V8 keeps it as a concatenation; undefined when it is none. */
function textAt(graph: HeapGraph, node: NodeOrdinal, name: string): string | undefined {
  const value = graph.follow(node, name, 'property');
  return value === undefined ? undefined : textOf(graph, value);
}

/** The frames of a stack text, without its heading. */
function stackLines(stack: string | undefined): string[] {
  if (stack === undefined) return [];
  return stack
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('at '));
}
