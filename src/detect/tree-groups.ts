import type { HeapGraph } from '../graph/heap-graph.ts';
import type { NodeClasses } from '../objects/node-class.ts';
import { type NodeOrdinal, ROOT } from '../shared/ids.ts';
import type { Generations } from './generations.ts';
import { type Family, type GrowthGroup, lastingDominator } from './growth-groups.ts';

/** How far up from a node of a tree the one is looked for that holds it: over the Map or array of its children. */
const LEVELS = 4;

/**
 * Groups that hang on older nodes of one tree, which are of the members' own class: a tree grows here and there, at each place
 * too seldom for a birth curve of its own, or at several places that would be as many findings.
 *
 *     Topic ─┬─ Topic ── Topic      of one tree: what hangs on any of its older nodes
 *            └─ Topic ─┬─ Topic
 *                      └─ Topic
 */
export function treesAmong(
  graph: HeapGraph,
  classes: NodeClasses,
  generations: Generations,
  groups: readonly GrowthGroup[],
): Family[] {
  const byTree = new Map<string, { top: NodeOrdinal; members: GrowthGroup[] }>();
  for (const group of groups) {
    const dominator = isTreeClass(classes, group) ? lastingDominator(graph, group) : undefined;
    if (dominator === undefined) continue;
    const top = topOfTree(graph, classes, dominator, group.classKey);
    if (top === undefined) continue;
    const key = `${top} ${group.classKey}`;
    const tree = byTree.get(key);
    if (tree === undefined) byTree.set(key, { top, members: [group] });
    else tree.members.push(group);
  }
  return [...byTree.values()].map(({ top, members }) => ({
    siblings: { collection: top, way: [] },
    members,
    equals: outerNodes(graph, classes, generations, top, members[0]!.classKey),
  }));
}

/** Objects and arrays that lie in each other are mostly parts of something else. */
function isTreeClass(classes: NodeClasses, { members }: GrowthGroup): boolean {
  const rank = classes.rankOf(members[0]!);
  return rank === 'own-class' || rank === 'dependency-class';
}

/** The uppermost object of the class that leads to a node over others of its class; undefined where there is none. */
function topOfTree(
  graph: HeapGraph,
  classes: NodeClasses,
  from: NodeOrdinal,
  classKey: number,
): NodeOrdinal | undefined {
  let top: NodeOrdinal | undefined;
  let left = LEVELS;
  for (let node = from; node !== ROOT && left > 0; node = graph.immediateDominatorOf(node)) {
    const isOfTree = classes.keyOf(node) === classKey;
    if (isOfTree) top = node;
    left = isOfTree ? LEVELS : left - 1;
  }
  return top;
}

/** Nodes of a tree without the older ones that only hold others. */
function outerNodes(
  graph: HeapGraph,
  classes: NodeClasses,
  generations: Generations,
  top: NodeOrdinal,
  classKey: number,
): NodeOrdinal[] {
  const outer: NodeOrdinal[] = [];
  const holding = new Set<NodeOrdinal>();
  const stack = [{ node: top, above: top, left: LEVELS }];
  while (stack.length > 0) {
    const { node, above, left } = stack.pop()!;
    for (const each of graph.dominatedBy(node)) {
      const child = each as NodeOrdinal;
      const isOfTree = classes.keyOf(child) === classKey;
      if (isOfTree) {
        outer.push(child);
        holding.add(above);
        stack.push({ node: child, above: child, left: LEVELS });
      } else if (left > 1) stack.push({ node: child, above, left: left - 1 });
    }
  }
  const isOld = (node: NodeOrdinal): boolean => generations.bornIn(graph.idOf(node)) === 0;
  return outer.filter((node) => !(isOld(node) && holding.has(node))).sort((a, b) => a - b);
}
