import { describe, expect, test } from 'vitest';
import { explainingPath } from '../../src/objects/explaining-path.ts';
import { pathCosts } from '../../src/objects/path-cost.ts';
import type { EdgeOrdinal, NodeOrdinal } from '../../src/shared/ids.ts';
import { HeapBuilder } from '../support/heap.ts';

/** A heap in which the root categories of those names stand. */
function rooted(...names: string[]): { heap: HeapBuilder; categories: NodeOrdinal[] } {
  const heap = new HeapBuilder();
  const roots = heap.edge(heap.root, 'element', 1, heap.node('synthetic', '(GC roots)'));
  const categories = names.map((name, index) =>
    heap.edge(roots, 'element', index, heap.node('synthetic', name)),
  );
  return { heap, categories };
}

function edgesTo(heap: HeapBuilder, node: NodeOrdinal): string[] {
  const graph = heap.graph();
  return explainingPath(graph, node)!.edges.map((edge) => String(graph.edgeNameOf(edge)));
}

describe('the path that is shown', () => {
  test('begins at a handle of the program rather than at the stack, though that is shorter', () => {
    const { heap, categories } = rooted('(Stack roots)', '(Global handles)');
    const session = heap.node('object', 'Session');
    heap.edge(categories[0]!, 'element', 0, session);
    const global = heap.edge(categories[1]!, 'internal', '1', heap.node('object', 'global'));
    const app = heap.object(global, 'app', 'App');
    heap.edge(heap.object(app, 'state', 'State'), 'property', 'session', session);
    expect(edgesTo(heap, session).slice(-3)).toEqual(['app', 'state', 'session']);
  });

  test('begins at the stack when nothing else holds the object', () => {
    const { heap, categories } = rooted('(Stack roots)');
    const session = heap.edge(categories[0]!, 'element', 0, heap.node('object', 'Session'));
    expect(edgesTo(heap, session)).toEqual(['1', '0', '0']);
  });

  test('goes over properties rather than over the maps and code of V8', () => {
    const { heap, categories } = rooted('(Global handles)');
    const holder = heap.edge(categories[0]!, 'internal', '1', heap.node('object', 'Holder'));
    const target = heap.node('object', 'Target');
    heap.edge(
      heap.edge(holder, 'internal', 'map', heap.node('object shape', 'system / Map')),
      'internal',
      'constructor_or_back_pointer',
      target,
    );
    heap.edge(heap.object(heap.object(holder, 'a', 'A'), 'b', 'B'), 'property', 'c', target);
    expect(edgesTo(heap, target).slice(-3)).toEqual(['a', 'b', 'c']);
  });

  test('goes over a property rather than over the prototype', () => {
    const { heap, categories } = rooted('(Global handles)');
    const holder = heap.edge(categories[0]!, 'internal', '1', heap.node('object', 'Holder'));
    const target = heap.node('object', 'Target');
    heap.edge(holder, 'property', '__proto__', target);
    heap.edge(heap.object(holder, 'a', 'A'), 'property', 'b', target);
    expect(edgesTo(heap, target).slice(-2)).toEqual(['a', 'b']);
  });
});

test('every edge costs a whole number of 1 or more, as the search for paths requires', () => {
  const { heap, categories } = rooted('(Global handles)', '(Micro tasks)', '(Eternal handles)');
  const object = heap.edge(categories[0]!, 'internal', '1', heap.node('object', 'Object'));
  for (const type of ['context', 'element', 'property', 'internal', 'hidden'] as const) {
    for (const to of ['object', 'code', 'array', 'object shape', 'native'] as const) {
      for (const name of ['context', 'map', '__proto__', '_idleNext', 'previous', 'constructor']) {
        heap.edge(object, type, type === 'element' || type === 'hidden' ? 3 : name, heap.node(to, 'x'));
      }
    }
  }
  const graph = heap.graph();
  const cost = pathCosts(graph);
  const costs = Array.from({ length: graph.edgeCount }, (_, edge) => cost(edge as EdgeOrdinal));
  expect(costs.every((each) => Number.isInteger(each) && each >= 1)).toBe(true);
});
