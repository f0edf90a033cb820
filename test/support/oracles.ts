/**
 * The definitions of what `src/graph` computes, as slow and as obvious as can be. Graphs are lists of successors;
 * node 0 is the root.
 */
import fc from 'fast-check';

export type Successors = readonly (readonly number[])[];

/** Graphs of up to `maxNodes` nodes with loops, double edges, cycles and unreachable parts. */
export function anyGraph(maxNodes = 10): fc.Arbitrary<number[][]> {
  return fc.integer({ min: 1, max: maxNodes }).chain((count) =>
    fc.array(fc.array(fc.nat({ max: count - 1 }), { maxLength: 4 }), {
      minLength: count,
      maxLength: count,
    }),
  );
}

/** Nodes on any walk from `start` that never enters `without`. */
export function reachableFrom(successors: Successors, start: number, without = -1): Set<number> {
  const reached = new Set<number>();
  const todo = start === without ? [] : [start];
  for (let node = todo.pop(); node !== undefined; node = todo.pop()) {
    if (reached.has(node)) continue;
    reached.add(node);
    todo.push(...successors[node]!.filter((to) => to !== without));
  }
  return reached;
}

/** Nodes that become unreachable when the node is removed, itself among them; nothing for unreachable nodes. */
function dominatedBy(successors: Successors, node: number): Set<number> {
  const before = reachableFrom(successors, 0);
  if (!before.has(node)) return new Set();
  const after = reachableFrom(successors, 0, node);
  return new Set([...before].filter((other) => !after.has(other)));
}

/** Immediate dominators by removing each node in turn; the root for itself and for unreachable nodes. */
export function bruteForceDominators(successors: Successors): number[] {
  const dominated = successors.map((_, node) => dominatedBy(successors, node));
  return successors.map((_, node) => {
    const dominators = successors.map((_, d) => d).filter((d) => d !== node && dominated[d]!.has(node));
    // The closest one is dominated by all the others.
    return dominators.find((d) => dominators.every((other) => dominated[other]!.has(d))) ?? 0;
  });
}

/** Bytes that become unreachable with each node; unreachable nodes count themselves. */
export function bruteForceRetainedSizes(successors: Successors, sizes: readonly number[]): number[] {
  return successors.map((_, node) => {
    const freed = dominatedBy(successors, node);
    return freed.size === 0 ? sizes[node]! : [...freed].reduce((sum, other) => sum + sizes[other]!, 0);
  });
}

/** Edges on a shortest walk from the root, by relaxing every edge until nothing changes; -1 for none. */
export function bruteForceDistances(successors: Successors): number[] {
  const distance = successors.map((_, node) => (node === 0 ? 0 : Number.POSITIVE_INFINITY));
  for (let changed = true; changed; ) {
    changed = false;
    successors.forEach((targets, node) => {
      for (const to of targets) {
        if (distance[node]! + 1 < distance[to]!) {
          distance[to] = distance[node]! + 1;
          changed = true;
        }
      }
    });
  }
  return distance.map((value) => (value === Number.POSITIVE_INFINITY ? -1 : value));
}

/** For each node all nodes that it reaches and that reach it, itself first of all, ascending. */
export function bruteForceComponents(successors: Successors): number[][] {
  const reaches = successors.map((_, node) => reachableFrom(successors, node));
  return successors.map((_, node) =>
    successors
      .map((_, other) => other)
      .filter((other) => reaches[node]!.has(other) && reaches[other]!.has(node)),
  );
}

/** An entry of a WeakMap: the value is alive when both the table and the key are. */
export interface Ephemeron {
  readonly table: number;
  readonly key: number;
  readonly value: number;
}

/** Nodes that a collector keeps: follow edges, then the values of pairs that are complete, until nothing is new. */
export function bruteForceLiveness(successors: Successors, ephemerons: readonly Ephemeron[]): Set<number> {
  const opened = successors.map((targets) => [...targets]);
  for (;;) {
    const live = reachableFrom(opened, 0);
    const next = ephemerons.find(
      ({ table, key, value }) => live.has(table) && live.has(key) && !live.has(value),
    );
    if (next === undefined) return live;
    opened[next.key]!.push(next.value);
  }
}
