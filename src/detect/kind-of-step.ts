import type { HeapGraph } from '../graph/heap-graph.ts';
import { isDelayedCall } from '../objects/deferreds.ts';
import type { LogicalHop } from '../objects/hop.ts';
import type { NodeClasses } from '../objects/node-class.ts';
import { SETTLES } from '../objects/reading/bindings.ts';
import type { LeakKind } from './finding.ts';
import { kindOfObject } from './kind-of-object.ts';

/** What kind of leak grows over such a step; `before` is the step that leads to it, where it is looked at. */
export function kindOfStep(
  graph: HeapGraph,
  classes: NodeClasses,
  hop: LogicalHop,
  before?: LogicalHop,
): LeakKind | undefined {
  switch (hop.role) {
    case 'listener':
      return isOfAbortSignal(graph, hop) ? 'abort-signal' : 'listener';
    case 'timer':
    case 'immediate':
      return 'timer';
    case 'reaction':
    case 'await':
    case 'local':
      return 'pending-promise';
    case 'entry':
    case 'element':
      if (isDelayedCall(graph, hop.to)) return 'timer';
      return before?.role === 'async-context' ? 'async-context' : 'collection-growth';
    case 'async-context':
      return 'async-context';
    case 'registry':
      return 'finalization-cycle';
    case 'handle':
      return kindOfObject(graph, classes, hop.to) ?? 'handle';
    case 'string-part':
      return 'string-slice';
    case 'buffer':
      return 'arraybuffer';
    case 'variable':
    case 'module-variable':
      return hop.name === SETTLES ? 'pending-promise' : 'retained-closure';
    default:
      return undefined;
  }
}

/** Node 20 calls its signals by the name of their base class. */
function isOfAbortSignal(graph: HeapGraph, hop: LogicalHop): boolean {
  const owner = graph.nameOf(hop.from);
  return owner === 'AbortSignal' || (owner === 'EventTarget' && hop.name.endsWith("'abort'"));
}
