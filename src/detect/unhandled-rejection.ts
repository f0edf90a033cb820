import type { HeapGraph } from '../graph/heap-graph.ts';
import { contextsOf } from '../objects/contexts.ts';
import { edgesOf } from '../objects/edges.ts';
import { nodesNamed } from '../objects/named-nodes.ts';
import type { NodeOrdinal } from '../shared/ids.ts';
import { findingByState, hadItsTurn } from './accused.ts';
import type { Detector } from './detector.ts';
import type { Evidence } from './evidence.ts';

/** The variable of Node.js that holds the WeakMap. */
const LIST = 'maybeUnhandledPromises';
const PAIR = /^\d+ \/ part of key \(.* @(\d+)\) -> value \(.* @(\d+)\) pair in WeakMap \(table @(\d+)\)$/s;

/**
 * Rejected promises that nobody handled. Node.js keeps them in a WeakMap, `maybeUnhandledPromises`, until a handler is
 * added; the pair hangs below the promise.
 *
 * Node.js ends a program on the first of them, unless it listens for 'unhandledRejection' or has asked for warnings. So it has
 * been told of each, and may keep the last ones for a report or handle them later: only those accuse that have been there
 * from the first generation on. The others do when they pile up.
 */
export const unhandledRejection: Detector = {
  name: 'unhandled-rejection',
  *detect(evidence) {
    const { graph } = evidence;
    const promises = unhandledPromises(graph);
    if (promises.length === 0) return;
    const old = promises.filter((promise) => hadItsTurn(evidence, promise) === true);
    const isKnown = hadItsTurn(evidence, promises[0]!) !== undefined;
    const objects = old.length > 0 ? old : promises;
    const mayBeKept = isKnown && !objects.some((promise) => isOfTheStart(evidence, promise));
    yield findingByState(evidence, {
      kind: 'unhandled-rejection',
      confidence: (old.length > 0 && !mayBeKept) || !isKnown ? 'likely' : 'possible',
      reason: mayBeKept
        ? 'Node.js still lists it as rejected and unhandled, but the program was told of it and has not kept it for long'
        : 'Node.js still lists it as rejected and unhandled',
      className: graph.nameOf(objects[0]!),
      objects,
    });
  },
};

function isOfTheStart({ generations, graph }: Evidence, promise: NodeOrdinal): boolean {
  return generations.bornIn(graph.idOf(promise)) <= 1;
}

function unhandledPromises(graph: HeapGraph): NodeOrdinal[] {
  const tables = new Set<number>();
  for (const context of contextsOf(graph)) {
    const list = graph.follow(context, LIST, 'context');
    const table = list === undefined ? undefined : graph.follow(list, 'table');
    if (table !== undefined) tables.add(graph.idOf(table));
  }
  const promises: NodeOrdinal[] = [];
  if (tables.size === 0) return promises;
  for (const node of nodesNamed(graph, 'Promise')) {
    if (!graph.isReachable(node)) continue;
    for (const edge of edgesOf(graph, node)) {
      const name = graph.edgeNameOf(edge);
      const pair = typeof name === 'string' && name.includes('pair in WeakMap') ? PAIR.exec(name) : null;
      if (pair !== null && Number(pair[1]) === graph.idOf(node) && tables.has(Number(pair[3]))) {
        promises.push(node);
        break;
      }
    }
  }
  return promises;
}
