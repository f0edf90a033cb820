import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { HeapGraph } from '../../src/graph/heap-graph.ts';
import { contextSlots } from '../../src/objects/context-slots.ts';
import { isContext, outerContext, slotNames } from '../../src/objects/contexts.ts';
import type { NodeOrdinal } from '../../src/shared/ids.ts';
import { HeapBuilder } from '../support/heap.ts';

/** A block's Context: values without names in slot order, and the names of all slots in its ScopeInfo. */
function blockContext(
  values: readonly string[],
  names: readonly string[],
): { graph: HeapGraph; context: NodeOrdinal } {
  const heap = new HeapBuilder();
  const context = heap.object(heap.root, 'kept', 'system / Context');
  const scopeInfo = heap.edge(context, 'internal', 'scope_info', heap.node('code', 'system / ScopeInfo'));
  for (const [k, name] of names.entries()) heap.edge(scopeInfo, 'hidden', k, heap.node('string', name));
  heap.edge(scopeInfo, 'hidden', names.length, heap.node('code', 'system / ScopeInfo'));
  for (const [k, value] of values.entries()) heap.edge(context, 'hidden', k, heap.node('object', value));
  return { graph: heap.graph(), context };
}

test('variables of functions carry their names', () => {
  const heap = new HeapBuilder();
  const context = heap.object(heap.root, 'kept', 'system / Context / scope @7');
  const outer = heap.edge(context, 'internal', 'previous', heap.node('object', 'system / Context'));
  heap.edge(outer, 'internal', 'previous', heap.node('hidden', 'system / NativeContext'));
  heap.edge(context, 'context', 'big', heap.node('object', 'Array'));
  const graph = heap.graph();
  expect(isContext(graph, context)).toBe(true);
  expect(outerContext(graph, context)).toBe(outer);
  expect(outerContext(graph, outer)).toBeUndefined();
  expect(contextSlots(graph, context).map(({ names }) => names)).toEqual([['big']]);
});

test('variables of blocks take the names of the ScopeInfo in order', () => {
  const { graph, context } = blockContext(['Array', 'Map'], ['rows', 'index']);
  expect(slotNames(graph, context)).toEqual(['rows', 'index']);
  expect(contextSlots(graph, context).map(({ names }) => names)).toEqual([['rows'], ['index']]);
});

test('with more names than values the choice stays open', () => {
  const { graph, context } = blockContext(['Array'], ['i', 'rows']);
  expect(contextSlots(graph, context).map(({ names }) => names)).toEqual([['i', 'rows']]);
});

test('what is known of the variables decides', () => {
  const { graph, context } = blockContext(['Array'], ['i', 'rows']);
  const slots = contextSlots(graph, context, (name) => name !== 'i');
  expect(slots.map(({ names }) => names)).toEqual([['rows']]);
});

test('what contradicts the heap is not believed', () => {
  const { graph, context } = blockContext(['Array'], ['i']);
  expect(contextSlots(graph, context, () => false).map(({ names }) => names)).toEqual([['i']]);
});

test('names in the same way as trying all assignments, whatever is plausible', () => {
  const shape = fc
    .integer({ min: 1, max: 6 })
    .chain((columns) =>
      fc.tuple(
        fc.constant(columns),
        fc.integer({ min: 1, max: columns }),
        fc.array(fc.boolean(), { minLength: columns * columns, maxLength: columns * columns }),
      ),
    );
  fc.assert(
    fc.property(shape, ([columns, rows, plausible]) => {
      const names = Array.from({ length: columns }, (_, n) => `v${n}`);
      const values = Array.from({ length: rows }, (_, k) => `Class${k}`);
      const { graph, context } = blockContext(values, names);
      const can = (k: number, n: number): boolean => plausible[k * columns + n]!;
      const found = contextSlots(graph, context, (name, value) =>
        can(Number(graph.nameOf(value).slice(5)), names.indexOf(name)),
      );
      const expected = bruteForce(rows, columns, can);
      const open = expected.some((each) => each.size === 0)
        ? bruteForce(rows, columns, () => true)
        : expected;
      expect(found.map((slot) => slot.names)).toEqual(
        open.map((each) => [...each].sort().map((n) => names[n])),
      );
    }),
  );
});

/** For each row the columns it has in some increasing assignment of rows to columns. */
function bruteForce(rows: number, columns: number, can: (k: number, n: number) => boolean): Set<number>[] {
  const possible = Array.from({ length: rows }, () => new Set<number>());
  const assign = (taken: readonly number[]): void => {
    if (taken.length === rows) {
      for (const [k, n] of taken.entries()) possible[k]!.add(n);
      return;
    }
    for (let n = (taken.at(-1) ?? -1) + 1; n < columns; n += 1)
      if (can(taken.length, n)) assign([...taken, n]);
  };
  assign([]);
  return possible;
}
