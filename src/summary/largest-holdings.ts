import type { HeapGraph } from '../graph/heap-graph.ts';
import { ChainLinks } from '../objects/chain-links.ts';
import { isContext } from '../objects/contexts.ts';
import type { ClassRank, NodeClasses } from '../objects/node-class.ts';
import { heldBy } from '../objects/stores.ts';
import { type NodeOrdinal, ROOT } from '../shared/ids.ts';
import { compareTexts, largestFirst } from '../shared/size-order.ts';

/** A large part of a heap at the place where it is held. */
export interface Holding {
  /** Equals that one holder keeps, in ordinal order, or one large object. */
  readonly objects: readonly NodeOrdinal[];
  readonly className: string;
  /** Bytes that would go with them. */
  readonly retainedBytes: number;
}

/** Share of the heap from which a part of it is large. */
const LEAST_SHARE = 0.05;
/** Fewer do not divide what they are below. */
const FEWEST_EQUALS = 4;

/** Classes of which many below a scope or a root have no more in common than that. */
const COMMONPLACE: readonly ClassRank[] = ['plain', 'text', 'core-class'];

/**
 * Where the memory is, the largest first: down the dominator tree as long as one object has most of it, to
 * where many equals divide it (the accumulation points of Eclipse MAT). Nothing is said of whether they should be there.
 */
export function largestHoldings(graph: HeapGraph, classes: NodeClasses): Holding[] {
  const least = LEAST_SHARE * graph.retainedSizeOf(ROOT);
  const links = new ChainLinks(graph, classes);
  const holdings: Holding[] = [];
  const sizesOf = (nodes: readonly NodeOrdinal[]): number[] =>
    nodes.map((node) => graph.retainedSizeOf(node));
  const add = (objects: readonly NodeOrdinal[], retainedBytes: number): void => {
    const [first] = objects;
    if (classes.rankOf(first!) !== 'engine')
      holdings.push({ objects, className: classes.nameOf(first!), retainedBytes });
  };
  const stack: NodeOrdinal[][] = [[ROOT]];
  while (stack.length > 0) {
    const holders = stack.pop()!;
    let isDivided = false;
    for (const equals of equalsBelow(graph, classes, holders)) {
      const sizes = sizesOf(equals);
      const bytes = sum(sizes);
      if (bytes < least) continue;
      const isEven = equals.length >= FEWEST_EQUALS && sizes.every((size) => 2 * size < bytes);
      if (isEven && isMachinery(classes, equals)) stack.push(equals);
      else if (isEven && isPlace(graph, classes, holders, equals)) add(equals, bytes);
      else {
        const [node, holder] = [equals[0]!, holders[0]!];
        // A chain is one part, from the link on that leads into it.
        const isChain = classes.keyOf(node) === classes.keyOf(holder) && links.isLink(node, holder, holder);
        const large = isChain ? [] : equals.filter((_, index) => sizes[index]! >= least);
        for (const each of large) stack.push([each]);
        isDivided ||= large.length > 0;
        continue;
      }
      isDivided = true;
    }
    if (!isDivided && holders[0] !== ROOT) add(holders, sum(sizesOf(holders)));
  }
  return largestFirst(
    holdings,
    (holding) => holding.retainedBytes,
    (a, b) => compareTexts(a.className, b.className),
  );
}

/** What nodes hold alone, by class. */
function equalsBelow(
  graph: HeapGraph,
  classes: NodeClasses,
  holders: readonly NodeOrdinal[],
): Iterable<NodeOrdinal[]> {
  const byClass = new Map<number, NodeOrdinal[]>();
  for (const holder of holders) {
    for (const node of heldBy(graph, holder)) {
      const key = classes.keyOf(node);
      const equals = byClass.get(key);
      if (equals === undefined) byClass.set(key, [node]);
      else equals.push(node);
    }
  }
  return byClass.values();
}

/** V8's own, such as scopes: a developer knows what they hold. */
function isMachinery(classes: NodeClasses, [first]: readonly NodeOrdinal[]): boolean {
  return classes.rankOf(first!) === 'engine';
}

/** Is it more than being in one scope, or below one root, that these equals have in common? */
function isPlace(
  graph: HeapGraph,
  classes: NodeClasses,
  holders: readonly NodeOrdinal[],
  [first]: readonly NodeOrdinal[],
): boolean {
  const holder = holders[0]!;
  const isScope = holders.length === 1 && (graph.typeOf(holder) === 'synthetic' || isContext(graph, holder));
  return !isScope || !COMMONPLACE.includes(classes.rankOf(first!));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
