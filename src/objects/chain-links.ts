import type { HeapGraph } from '../graph/heap-graph.ts';
import type { EdgeOrdinal, NodeOrdinal } from '../shared/ids.ts';
import type { NodeClasses } from './node-class.ts';

/** Classes of which everything is made: one inside another is mostly a part of it. */
const BUILDING_BLOCKS = new Set(['Object', 'Array', 'Map', 'Set']);

/**
 * Tells the next link of a chain from a part. An object of a class of its own that lies in another of that class is a link.
 * Plain objects, arrays and Maps lie in each other everywhere: there a link has the shape of the one above it, or has one
 * inside it that it holds in the way in which it is held itself.
 *
 *     { done, next } ── next ── { done, next }       a link
 *     { id, owner } ── owner ── { name }             a part
 */
export class ChainLinks {
  readonly #graph: HeapGraph;
  readonly #classes: NodeClasses;
  /** By the first of a chain: the names of the edges by which its links are held. */
  readonly #waysOf = new Map<NodeOrdinal, Set<string>>();

  constructor(graph: HeapGraph, classes: NodeClasses) {
    this.#graph = graph;
    this.#classes = classes;
  }

  /** Is a node, dominated by `dominator`, a link of the chain that begins with `first`, an object of its class? */
  isLink(node: NodeOrdinal, dominator: NodeOrdinal, first: NodeOrdinal): boolean {
    const graph = this.#graph;
    if (graph.typeOf(node) !== 'object' || !BUILDING_BLOCKS.has(graph.nameOf(node))) return true;
    const shape = shapeOf(graph, node);
    if (graph.nameOf(node) === 'Object' && shape !== undefined && shape === shapeOf(graph, first))
      return true;
    const way = wayInto(graph, dominator, node);
    const known = this.#waysOf.get(first) ?? new Set();
    if (known.has(way)) return true;
    if (!this.#leadsOn(node, way)) return false;
    this.#waysOf.set(first, known.add(way));
    return true;
  }

  /** Does an object hold another of its class in this way? */
  #leadsOn(node: NodeOrdinal, way: string): boolean {
    const graph = this.#graph;
    const classKey = this.#classes.keyOf(node);
    const isNext = (holder: NodeOrdinal, each: number): boolean =>
      this.#classes.keyOf(each as NodeOrdinal) === classKey &&
      wayInto(graph, holder, each as NodeOrdinal) === way;
    for (const each of graph.dominatedBy(node)) {
      const child = each as NodeOrdinal;
      if (isNext(node, child)) return true;
      const isStore = graph.typeOf(child) === 'array';
      if (isStore && graph.dominatedBy(child).some((inStore) => isNext(child, inStore))) return true;
    }
    return false;
  }
}

/** What V8 keeps for all objects with the same properties. */
function shapeOf(graph: HeapGraph, node: NodeOrdinal): NodeOrdinal | undefined {
  return graph.follow(node, 'map', 'internal');
}

/** Name of the property by which a node is held, or that it is one of many; nothing where no edge leads straight to it. */
function wayInto(graph: HeapGraph, holder: NodeOrdinal, node: NodeOrdinal): string {
  for (const each of graph.retainerEdges(node)) {
    const edge = each as EdgeOrdinal;
    if (graph.edgeSource(edge) !== holder || !graph.isStrong(edge)) continue;
    return graph.edgeTypeOf(edge) === 'property' ? `${graph.edgeNameOf(edge)}` : '#';
  }
  return '';
}
