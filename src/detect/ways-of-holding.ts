import type { HeapGraph } from '../graph/heap-graph.ts';
import type { NodeClasses } from '../objects/node-class.ts';
import type { EdgeOrdinal, NodeOrdinal } from '../shared/ids.ts';

/** How some nodes are held: by which other nodes, and by which properties, variables and own parts of what classes. */
export class WaysOfHolding {
  readonly #graph: HeapGraph;
  readonly #classes: NodeClasses;
  readonly #holders = new Map<NodeOrdinal, number>();
  readonly #names = new Set<string>();

  constructor(graph: HeapGraph, classes: NodeClasses, nodes: Iterable<NodeOrdinal>) {
    this.#graph = graph;
    this.#classes = classes;
    for (const node of nodes) {
      for (const edge of this.#holdersOf(node)) {
        const holder = graph.edgeSource(edge);
        this.#holders.set(holder, (this.#holders.get(holder) ?? 0) + 1);
        const name = this.#nameOf(edge);
        if (name !== undefined) this.#names.add(name);
      }
    }
  }

  /** Nodes that hold this many of them or more, each by itself. */
  holdersOf(fewest: number): NodeOrdinal[] {
    return [...this.#holders].filter(([, count]) => count >= fewest).map(([holder]) => holder);
  }

  /** Is a node held by one of the same nodes, or by a property, variable or part of the same name of an equal of theirs? */
  includes(node: NodeOrdinal): boolean {
    if (this.#isPrototype(node)) return false;
    for (const edge of this.#holdersOf(node)) {
      if (this.#holders.has(this.#graph.edgeSource(edge))) return true;
      const name = this.#nameOf(edge);
      if (name !== undefined && this.#names.has(name)) return true;
    }
    return false;
  }

  *#holdersOf(node: NodeOrdinal): Generator<EdgeOrdinal> {
    for (const edge of this.#graph.retainerEdges(node)) {
      if (this.#graph.isStrong(edge as EdgeOrdinal)) yield edge as EdgeOrdinal;
    }
  }

  /** What a class gives to its instances is held by each of them, and is none of what they hold. */
  #isPrototype(node: NodeOrdinal): boolean {
    return this.#graph.retainerEdges(node).some((row) => {
      const edge = row as EdgeOrdinal;
      return (
        this.#graph.edgeNameOf(edge) === 'prototype' &&
        this.#graph.typeOf(this.#graph.edgeSource(edge)) === 'closure'
      );
    });
  }

  #nameOf(edge: EdgeOrdinal): string | undefined {
    const type = this.#graph.edgeTypeOf(edge);
    const isPart = type === 'internal' && this.#graph.typeOf(this.#graph.edgeTarget(edge)) === 'object';
    if (type !== 'property' && type !== 'context' && !isPart) return undefined;
    const holder = this.#classes.keyOf(this.#graph.edgeSource(edge));
    return `${holder} ${this.#graph.edgeNameOf(edge)}`;
  }
}
