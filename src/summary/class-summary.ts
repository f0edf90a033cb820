import type { HeapGraph } from '../graph/heap-graph.ts';
import { isContext, scopeNames } from '../objects/contexts.ts';
import { NodeClasses } from '../objects/node-class.ts';
import { Scripts } from '../objects/scripts.ts';
import { type NodeOrdinal, ROOT } from '../shared/ids.ts';

/** All nodes of one class. Sizes in bytes. */
export interface ClassRow {
  readonly name: string;
  readonly type: string;
  readonly count: number;
  readonly selfSize: number;
  /** What each of them retains, added up; what one retains through another of the class counts once. */
  readonly retainedSize: number;
}

export interface ClassSummary {
  /** The class that retains most comes first. */
  readonly classes: readonly ClassRow[];
  readonly nodeCount: number;
  readonly selfSize: number;
  /** Nodes that nothing keeps alive any more; they are in no class. */
  readonly unreachable: { readonly count: number; readonly selfSize: number };
}

/** The heap by class. */
export function classSummary(graph: HeapGraph): ClassSummary {
  const { nodeCount, tables } = graph;
  const { selfSize, retainedSize } = tables;
  const scripts = new Scripts(graph);
  const classes = new NodeClasses(graph, scripts);
  const classOf = new Uint32Array(nodeCount);
  let total = 0;
  for (let node = 0; node < nodeCount; node++) {
    classOf[node] = classes.keyOf(node as NodeOrdinal);
    total += selfSize[node]!;
  }
  const sums = sumsByClass(graph, classOf);
  const rows: ClassRow[] = [];
  let reached = 1;
  for (let key = 0; key < sums.count.length; key++) {
    const count = sums.count[key]!;
    if (count === 0) continue;
    reached += count;
    const first = sums.first[key]! as NodeOrdinal;
    rows.push({
      name: className(graph, classes, scripts, first),
      type: graph.typeOf(first),
      count,
      selfSize: sums.selfSize[key]!,
      retainedSize: sums.retainedSize[key]!,
    });
  }
  return {
    classes: rows.sort((a, b) => b.retainedSize - a.retainedSize || (a.name < b.name ? -1 : 1)),
    nodeCount,
    selfSize: total,
    unreachable: { count: nodeCount - reached, selfSize: total - retainedSize[ROOT]! },
  };
}

/** Sums over the nodes below the root, by the number of their class. */
interface ClassSums {
  /** A node of the class. */
  readonly first: Uint32Array;
  readonly count: Uint32Array;
  readonly selfSize: Float64Array;
  readonly retainedSize: Float64Array;
}

/**
 * One walk down the dominator tree, depth first: a node adds what it retains unless one of its class is on the way from the
 * root to it, is *open*. Most nodes dominate nothing and are never on the way.
 */
function sumsByClass({ nodeCount, tables }: HeapGraph, classOf: Uint32Array): ClassSums {
  const { selfSize, retainedSize, firstDominated, dominated } = tables;
  const classCount = classOf.reduce((most, key) => Math.max(most, key), 0) + 1;
  const sums = {
    first: new Uint32Array(classCount),
    count: new Uint32Array(classCount),
    selfSize: new Float64Array(classCount),
    retainedSize: new Float64Array(classCount),
  };
  const open = new Uint32Array(classCount);
  /** The way to the current node, and for each node on it the next one to enter. */
  const path = new Uint32Array(nodeCount);
  const next = new Uint32Array(nodeCount);
  path[0] = ROOT;
  next[0] = firstDominated[ROOT]!;
  for (let depth = 0; depth >= 0; ) {
    const holder = path[depth]!;
    const at = next[depth]!;
    if (at === firstDominated[holder + 1]!) {
      open[classOf[holder]!]!--;
      depth--;
      continue;
    }
    next[depth] = at + 1;
    const node = dominated[at]!;
    const key = classOf[node]!;
    if (sums.count[key]!++ === 0) sums.first[key] = node;
    sums.selfSize[key]! += selfSize[node]!;
    if (open[key] === 0) sums.retainedSize[key]! += retainedSize[node]!;
    const below = firstDominated[node]!;
    if (below === firstDominated[node + 1]!) continue;
    open[key]!++;
    depth++;
    path[depth] = node;
    next[depth] = below;
  }
  return sums;
}

/** The name of a class, with what else tells it from others: the place of a function, the variables of a scope. */
function className(graph: HeapGraph, classes: NodeClasses, scripts: Scripts, node: NodeOrdinal): string {
  const name = classes.nameOf(node);
  if (graph.typeOf(node) === 'array') return graph.nameOf(node) || name;
  if (isContext(graph, node)) {
    const variables = scopeNames(graph, node);
    return variables.length === 0 ? name : `Context {${variables.join(', ')}}`;
  }
  const script = graph.typeOf(node) === 'closure' ? scripts.nameOf(node) : undefined;
  if (script === undefined) return name;
  const { line } = graph.snapshot.position(node)!;
  return `${name} ${script.slice(script.lastIndexOf('/') + 1)}:${line + 1}`;
}
