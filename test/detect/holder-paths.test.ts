import { describe, expect, test } from 'vitest';
import type { Evidence } from '../../src/detect/evidence.ts';
import { entryEdge, holderPaths, MOST_HOLDERS, stepsInto } from '../../src/detect/holder-paths.ts';
import { logicalPath } from '../../src/objects/logical-path.ts';
import type { NodeOrdinal } from '../../src/shared/ids.ts';
import type { HeapBuilder } from '../support/heap.ts';
import { at, program, work } from './worked-heap.ts';

/** Holders of the last object of the leak: the step before it enters the leak, and that which enters. */
function holders(evidence: Evidence, leak: readonly NodeOrdinal[], most = MOST_HOLDERS): string[] {
  const leaking = new Set(leak);
  return holderPaths(evidence, leak.at(-1)!, leaking, most).map((path) => {
    const hops = logicalPath(evidence.graph, path);
    expect(path.nodes[entryEdge(path, leaking) + 1]).toBe(leak.find((node) => path.nodes.includes(node)));
    return hops
      .slice(-2)
      .map((hop) => hop.name)
      .join(' → ');
  });
}

/** An Array as V8 writes it: its elements hang from it and from its store. */
function push(
  heap: HeapBuilder,
  array: NodeOrdinal,
  store: NodeOrdinal,
  index: number,
  value: NodeOrdinal,
): void {
  heap.edge(array, 'element', index, value);
  heap.edge(store, 'internal', `${index}`, value);
}

test('an object in a Map and among listeners has two holders', () => {
  const { heap, module } = program();
  const table = heap.edge(
    heap.edge(module, 'context', 'sessions', heap.node('object', 'Map')),
    'internal',
    'table',
    heap.node('array', ''),
  );
  const bus = heap.edge(module, 'context', 'bus', heap.node('object', 'EventEmitter'));
  const events = heap.object(bus, '_events', 'Object');
  const session = heap.entry(table, heap.node('object', 'Session', { at: at(3) }));
  heap.edge(events, 'property', 'data', session);
  const found = holders(
    work(heap, () => {}),
    [session],
  );
  expect(found.sort()).toEqual(["bus → listener of 'data'", 'sessions → entry']);
});

test('an array and its store are one holder', () => {
  const { heap, module } = program();
  const log = heap.edge(module, 'context', 'log', heap.node('object', 'Array'));
  const store = heap.edge(log, 'internal', 'elements', heap.node('array', ''));
  const leak = [0, 1, 2].map((index) => {
    const line = heap.node('object', 'Line', { at: at(3) });
    push(heap, log, store, index, line);
    return line;
  });
  expect(
    holders(
      work(heap, () => {}),
      leak,
    ),
  ).toEqual(['log → element']);
});

test('two arrays are two', () => {
  const { heap, module } = program();
  const line = heap.node('object', 'Line', { at: at(3) });
  for (const name of ['log', 'archive']) {
    const array = heap.edge(module, 'context', name, heap.node('object', 'Array'));
    push(heap, array, heap.edge(array, 'internal', 'elements', heap.node('array', '')), 0, line);
  }
  expect(
    holders(
      work(heap, () => {}),
      [line],
    ),
  ).toEqual(['archive → element', 'log → element']);
});

test('two entries of one Map are one holder: each leaked object leads to the next', () => {
  const { heap, module } = program();
  const map = heap.edge(module, 'context', 'cache', heap.node('object', 'Map'));
  const table = heap.edge(map, 'internal', 'table', heap.node('array', ''));
  const first = heap.entry(table, heap.node('object', 'Page', { at: at(3) }));
  const second = heap.entry(table, heap.node('object', 'Page', { at: at(3) }));
  heap.edge(first, 'property', 'next', second);
  expect(
    holders(
      work(heap, () => {}),
      [first, second],
    ),
  ).toEqual(['cache → entry']);
});

test('a root category is no holder that goes with all it holds: each of its ways counts', () => {
  const { heap, module } = program();
  const handles = 3 as NodeOrdinal;
  const socket = heap.edge(handles, 'internal', '8', heap.node('object', 'Socket', { at: at(3) }));
  const table = heap.edge(
    heap.edge(module, 'context', 'open', heap.node('object', 'Set')),
    'internal',
    'table',
    heap.node('array', ''),
  );
  heap.entry(table, socket);
  expect(
    holders(
      work(heap, () => {}),
      [socket],
    ),
  ).toHaveLength(2);
});

test('no more holders are named than asked for', () => {
  const { heap, module } = program();
  const page = heap.node('object', 'Page', { at: at(3) });
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f'])
    heap.edge(heap.edge(module, 'context', name, heap.node('object', 'Array')), 'element', 0, page);
  const evidence = work(heap, () => {});
  expect(holders(evidence, [page])).toHaveLength(MOST_HOLDERS);
  expect(holders(evidence, [page], 1)).toEqual(['a → element']);
});

describe('what nothing strong leads to', () => {
  test('has no holder', () => {
    const { heap, module } = program();
    const page = heap.node('object', 'Page', { at: at(3) });
    heap.edge(module, 'weak', 'target', page);
    expect(
      holders(
        work(heap, () => {}),
        [page],
      ),
    ).toEqual([]);
  });
});

describe('the step that enters a leak', () => {
  function entryName(keys: readonly string[]): string {
    const { heap, module } = program();
    const holder = heap.edge(module, 'context', 'byName', heap.node('object', 'Object'));
    const leak = keys.map((key) => heap.object(holder, key, 'Page', { at: at(3) }));
    const evidence = work(heap, () => {});
    const leaking = new Set(leak);
    const { hops, entry } = stepsInto(evidence, holderPaths(evidence, leak[0]!, leaking, 1)[0]!, leaking);
    return `${hops[entry]!.role} ${hops[entry]!.name}`;
  }

  test('is the property by which one or two objects hold it', () => {
    expect(entryName(['head', 'tail'])).toBe('property head');
  });

  test('is an entry where an object is used as a dictionary, whatever the key', () => {
    expect(entryName(['b7c1', '09fe', 'c0de', 'e117'])).toBe('entry entry');
  });
});
