import type { HeapGraph } from '../graph/heap-graph.ts';
import type { EdgeOrdinal, NodeOrdinal } from '../shared/ids.ts';
import { stateOf } from './deferreds.ts';
import { edgesOf } from './edges.ts';
import type { HeapPath } from './hop.ts';
import type { NodeClasses } from './node-class.ts';

/** Nodes looked at from one object; a longer way back explains nothing. */
const REACH = 5000;

/** Every class and its prototype form a loop; that is no loop of the program's. */
const TYPE_EDGES: ReadonlySet<string | number> = new Set(['__proto__', 'constructor', 'prototype', 'map']);

/**
 * The shortest way from an object back to itself that a program has made: over strong edges, by no class, and through
 * none of the nodes to be left out (those that hold the object: a way back through its holder is no loop of its own).
 * Undefined when there is none of two or more objects of the program. Breadth first.
 */
export function loopThrough(
  graph: HeapGraph,
  classes: NodeClasses,
  start: NodeOrdinal,
  without: ReadonlySet<NodeOrdinal>,
): HeapPath | undefined {
  const component = graph.componentOf(start);
  const cameBy = new Map<NodeOrdinal, EdgeOrdinal>();
  const queue: NodeOrdinal[] = [start];
  for (const node of queue) {
    if (queue.length > REACH) return undefined;
    for (const edge of edgesOf(graph, node)) {
      const to = graph.edgeTarget(edge);
      if (!graph.isStrong(edge) || graph.componentOf(to) !== component) continue;
      if (without.has(to) || TYPE_EDGES.has(graph.edgeNameOf(edge))) continue;
      if (to === start) {
        const loop = loopOver(graph, start, cameBy, edge);
        return objectsOf(graph, classes, loop).length < 2 ? undefined : loop;
      }
      if (cameBy.has(to)) continue;
      cameBy.set(to, edge);
      queue.push(to);
    }
  }
  return undefined;
}

/** Objects and functions on a loop that are not Node.js's own; Deferreds count. */
export function objectsOf(graph: HeapGraph, classes: NodeClasses, loop: HeapPath): NodeOrdinal[] {
  return loop.nodes.slice(1).filter((node) => {
    if (stateOf(graph, node) !== undefined) return true;
    const type = graph.typeOf(node);
    const rank = classes.rankOf(node);
    return (type === 'object' || type === 'closure') && rank !== 'engine' && rank !== 'core-class';
  });
}

function loopOver(
  graph: HeapGraph,
  start: NodeOrdinal,
  cameBy: ReadonlyMap<NodeOrdinal, EdgeOrdinal>,
  closing: EdgeOrdinal,
): HeapPath {
  const edges = [closing];
  for (let node = graph.edgeSource(closing); node !== start; ) {
    const edge = cameBy.get(node)!;
    edges.unshift(edge);
    node = graph.edgeSource(edge);
  }
  return { edges, nodes: [start, ...edges.map((edge) => graph.edgeTarget(edge))] };
}
