import type { HeapGraph } from '../graph/heap-graph.ts';
import type { EdgeOrdinal, NodeOrdinal } from '../shared/ids.ts';
import { slotNames } from './contexts.ts';
import { edgesOf } from './edges.ts';

/** A variable of a Context that has a heap value; numbers kept in the slot itself are not in a snapshot. */
export interface ContextSlot {
  readonly edge: EdgeOrdinal;
  readonly value: NodeOrdinal;
  /** The variable's name, or all names it could have where V8 wrote the value without one. */
  readonly names: readonly string[];
}

/** Could a variable of that name have this value? Used only where V8 leaves the names open. */
export type Plausible = (name: string, value: NodeOrdinal) => boolean;

/**
 * The captured variables of a Context.
 *
 * Contexts of functions and modules name their variables. Those of blocks, loops, catch clauses and classes list their
 * values in order, small integers left out, while their ScopeInfo has all the names: where the numbers differ, a name
 * is given only if no other assignment of names in order is plausible.
 */
export function contextSlots(
  graph: HeapGraph,
  context: NodeOrdinal,
  plausible: Plausible = () => true,
): ContextSlot[] {
  const named: ContextSlot[] = [];
  const unnamed: { edge: EdgeOrdinal; value: NodeOrdinal }[] = [];
  for (const edge of edgesOf(graph, context)) {
    const type = graph.edgeTypeOf(edge);
    const value = graph.edgeTarget(edge);
    if (type === 'context') named.push({ edge, value, names: [String(graph.edgeNameOf(edge))] });
    else if (type === 'hidden') unnamed.push({ edge, value });
  }
  if (named.length > 0 || unnamed.length === 0) return named;
  const choices = namesInOrder(
    unnamed.map(({ value }) => value),
    slotNames(graph, context),
    plausible,
  );
  return unnamed.map((slot, k) => ({ ...slot, names: choices[k]! }));
}

/** For each value the names it has in some assignment that keeps the order of both and is plausible throughout. */
function namesInOrder(
  values: readonly NodeOrdinal[],
  names: readonly string[],
  plausible: Plausible,
): string[][] {
  const choices = assignments(values, names, plausible);
  return choices.some((each) => each.length === 0) ? assignments(values, names, () => true) : choices;
}

function assignments(
  values: readonly NodeOrdinal[],
  names: readonly string[],
  plausible: Plausible,
): string[][] {
  const rows = values.length;
  const columns = names.length;
  const can = (k: number, n: number): boolean => plausible(names[n]!, values[k]!);
  // fitsBefore[k][n]: the first k values fit on the first n names; fitsAfter[k][n]: those from k on fit on the names from n on.
  const fitsBefore = table(rows, columns);
  const fitsAfter = table(rows, columns);
  for (let n = 0; n <= columns; n += 1) {
    for (let k = 0; k <= rows; k += 1) {
      fitsBefore[k]![n] =
        k === 0 || (n > 0 && (fitsBefore[k]![n - 1]! || (fitsBefore[k - 1]![n - 1]! && can(k - 1, n - 1))));
    }
  }
  for (let n = columns; n >= 0; n -= 1) {
    for (let k = rows; k >= 0; k -= 1) {
      fitsAfter[k]![n] =
        k === rows || (n < columns && (fitsAfter[k]![n + 1]! || (fitsAfter[k + 1]![n + 1]! && can(k, n))));
    }
  }
  return values.map((_, k) =>
    names.filter((_, n) => can(k, n) && fitsBefore[k]![n]! && fitsAfter[k + 1]![n + 1]!),
  );
}

function table(rows: number, columns: number): boolean[][] {
  return Array.from({ length: rows + 1 }, () => new Array<boolean>(columns + 1).fill(false));
}
