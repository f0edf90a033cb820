import { describe, expect, test } from 'vitest';
import type { NodeOrdinal } from '../../src/shared/ids.ts';
import { largestHoldings } from '../../src/summary/largest-holdings.ts';
import { at, program, work } from '../detect/worked-heap.ts';
import type { HeapBuilder } from '../support/heap.ts';

function largest(heap: HeapBuilder): string[] {
  const { graph, classes } = work(heap, () => {});
  return largestHoldings(graph, classes).map(
    ({ objects, className, retainedBytes }) => `${objects.length} ${className}, ${retainedBytes} bytes`,
  );
}

function session(heap: HeapBuilder): NodeOrdinal {
  return heap.node('object', 'Session', { at: at(3), size: 1000 });
}

describe('where the memory is', () => {
  test('many equals divide it, below their Map and not each by itself', () => {
    const { heap, module } = program();
    const sessions = heap.collection(module, 'sessions');
    for (let count = 0; count < 50; count += 1) heap.entry(sessions, session(heap));
    expect(largest(heap)).toEqual(['50 Session, 50000 bytes']);
  });

  test('one object has most of it', () => {
    const { heap, module } = program();
    const cache = heap.object(module, 'cache', 'Cache');
    heap.edge(cache, 'property', 'page', heap.node('object', 'Page', { at: at(4), size: 40_000 }));
    expect(largest(heap)).toEqual(['1 Page, 40000 bytes']);
  });

  test('a chain is one part, however long', () => {
    const { heap, module } = program();
    let last = module;
    for (let count = 0; count < 50; count += 1) {
      const link = heap.node('object', 'Link', { at: at(3), size: 1000 });
      last = heap.edge(last, last === module ? 'context' : 'property', 'next', link);
    }
    expect(largest(heap)).toEqual(['1 Link, 50000 bytes']);
  });

  test('a plain object inside another is no chain', () => {
    const { heap, module } = program();
    const state = heap.object(module, 'state', 'Object');
    const pages = heap.object(state, 'pages', 'Object');
    for (let count = 0; count < 50; count += 1)
      heap.edge(pages, 'property', `p${count}`, heap.node('object', 'Page', { at: at(4), size: 1000 }));
    expect(largest(heap)).toEqual(['50 Page, 50000 bytes']);
  });

  test('equals that several scopes hold are seen through the scopes', () => {
    const { heap, module } = program();
    const jobs = heap.collection(module, 'jobs', 'Array');
    for (let count = 0; count < 50; count += 1) {
      const scope = heap.context(['session'], module);
      heap.edge(scope, 'context', 'session', session(heap));
      heap.edge(heap.entry(jobs, heap.node('closure', 'run', { at: at(9) })), 'internal', 'context', scope);
    }
    expect(largest(heap)[0]).toMatch(/^50 run, /);
  });

  test('several parts come with the largest first, and small ones not at all', () => {
    const { heap, module } = program();
    const sessions = heap.collection(module, 'sessions');
    const pages = heap.collection(module, 'pages');
    for (let count = 0; count < 50; count += 1) heap.entry(sessions, session(heap));
    for (let count = 0; count < 90; count += 1)
      heap.entry(pages, heap.node('object', 'Page', { at: at(4), size: 1000 }));
    heap.edge(module, 'context', 'config', heap.node('object', 'Config', { at: at(1), size: 500 }));
    expect(largest(heap)).toEqual(['90 Page, 90000 bytes', '50 Session, 50000 bytes']);
  });
});
