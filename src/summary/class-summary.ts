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

interface ClassSums {
  readonly first: NodeOrdinal;
  count: number;
  selfSize: number;
  retainedSize: number;
  /** Nodes of the class on the way from the root of the dominator tree to where the walk is. */
  open: number;
}

/** The heap by class. One walk down the dominator tree: only the topmost nodes of a class add what they retain. */
export function classSummary(graph: HeapGraph): ClassSummary {
  const { nodeCount, tables } = graph;
  const { selfSize, retainedSize } = tables;
  const scripts = new Scripts(graph);
  const classes = new NodeClasses(graph, scripts);
  const sumsOf = sumsByNode(graph, classes);
  let total = 0;
  for (let node = 0; node < nodeCount; node++) total += selfSize[node]!;
  let reached = 0;
  const enter = (node: NodeOrdinal): void => {
    reached++;
    if (node === ROOT) return;
    const sums = sumsOf(node);
    sums.count++;
    sums.selfSize += selfSize[node]!;
    if (sums.open++ === 0) sums.retainedSize += retainedSize[node]!;
  };
  walkDominatorTree(graph, enter, (node) => {
    if (node !== ROOT) sumsOf(node).open--;
  });
  const rows = [...sumsOf.all()].map(({ first, count, selfSize, retainedSize }) => ({
    name: className(graph, classes, scripts, first),
    type: graph.typeOf(first),
    ...{ count, selfSize, retainedSize },
  }));
  return {
    classes: rows.sort((a, b) => b.retainedSize - a.retainedSize || (a.name < b.name ? -1 : 1)),
    nodeCount,
    selfSize: total,
    unreachable: { count: nodeCount - reached, selfSize: total - retainedSize[ROOT]! },
  };
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

interface SumsByNode {
  (node: NodeOrdinal): ClassSums;
  all(): Iterable<ClassSums>;
}

/** Asks for the class once for all nodes of one type and name, unless it depends on more than these. */
function sumsByNode(graph: HeapGraph, classes: NodeClasses): SumsByNode {
  const { nodeTypes, nodeType, nodeName } = graph.snapshot;
  const closure = nodeTypes.indexOf('closure');
  const byClass = new Map<number, ClassSums>();
  const byTypeAndName: (Map<number, ClassSums | undefined> | undefined)[] = [];
  const sumsOfClass = (node: NodeOrdinal): ClassSums => {
    const key = classes.keyOf(node);
    let sums = byClass.get(key);
    if (sums === undefined) {
      sums = { first: node, count: 0, selfSize: 0, retainedSize: 0, open: 0 };
      byClass.set(key, sums);
    }
    return sums;
  };
  const sumsOf = (node: NodeOrdinal): ClassSums => {
    const type = nodeType[node]!;
    if (type === closure) return sumsOfClass(node);
    byTypeAndName[type] ??= new Map();
    const byName = byTypeAndName[type];
    const name = nodeName[node]!;
    const known = byName.get(name);
    if (known !== undefined) return known;
    const sums = sumsOfClass(node);
    if (!isContext(graph, node)) byName.set(name, sums);
    return sums;
  };
  return Object.assign(sumsOf, { all: () => byClass.values() });
}

/** Depth first from the root, each node entered before and left after what it dominates. */
function walkDominatorTree(
  { nodeCount, tables }: HeapGraph,
  enter: (node: NodeOrdinal) => void,
  leave: (node: NodeOrdinal) => void,
): void {
  const { firstDominated, dominated } = tables;
  const next = firstDominated.slice();
  const path = new Uint32Array(nodeCount);
  path[0] = ROOT;
  enter(ROOT);
  for (let depth = 0; depth >= 0; ) {
    const node = path[depth]! as NodeOrdinal;
    const at = next[node]!;
    if (at < firstDominated[node + 1]!) {
      next[node] = at + 1;
      const child = dominated[at]! as NodeOrdinal;
      path[++depth] = child;
      enter(child);
    } else {
      leave(node);
      depth--;
    }
  }
}
