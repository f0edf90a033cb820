import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Finding } from '../../src/detect/finding.ts';
import { sharedObjects } from '../../src/detect/shared-objects.ts';
import type { NodeOrdinal } from '../../src/shared/ids.ts';
import { HeapBuilder } from '../support/heap.ts';

function leak(...nodes: NodeOrdinal[]): Finding {
  const [representative] = nodes;
  return {
    kind: 'collection-growth',
    also: [],
    confidence: 'likely',
    reason: 'they pile up',
    isOpen: false,
    className: 'Object',
    objects: nodes,
    births: [],
    perRound: 1,
    evidence: 'growth',
    representative: representative!,
    alsoKept: [],
    leaking: new Set(nodes),
    accumulationPoint: undefined,
    retainedBytes: 0,
    bytesPerRound: 0,
  };
}

test('what two leaks keep, and the program does not, is shared', () => {
  const heap = new HeapBuilder();
  const holder = heap.edge(heap.root, 'property', 'holder', heap.node('object', 'Holder'));
  const one = heap.edge(holder, 'property', 'one', heap.node('object', 'One'));
  const other = heap.edge(holder, 'property', 'other', heap.node('object', 'Other'));
  heap.edge(one, 'property', 'own', heap.node('object', 'Own', { size: 700 }));
  const both = heap.edge(one, 'property', 'both', heap.node('object', 'Both', { size: 500 }));
  heap.edge(other, 'property', 'both', both);
  const settings = heap.edge(holder, 'property', 'settings', heap.node('object', 'Settings', { size: 90 }));
  heap.edge(one, 'property', 'settings', settings);
  heap.edge(other, 'property', 'settings', settings);
  const leaks = [leak(one), leak(other)];
  expect(sharedObjects(heap.graph(), leaks)).toEqual(
    new Map([
      [leaks[0], { bytes: 500, with: [leaks[1]] }],
      [leaks[1], { bytes: 500, with: [leaks[0]] }],
    ]),
  );
});

test('one leak alone, or leaks that keep nothing together, share nothing', () => {
  const heap = new HeapBuilder();
  const one = heap.edge(heap.root, 'property', 'one', heap.node('object', 'One'));
  const other = heap.edge(heap.root, 'property', 'other', heap.node('object', 'Other'));
  expect(sharedObjects(heap.graph(), [leak(one)]).size).toBe(0);
  expect(sharedObjects(heap.graph(), [leak(one), leak(other)]).size).toBe(0);
});

test('agrees, on random heaps, with cutting leaks one after the other', () => {
  const edges = fc.array(fc.tuple(fc.nat(11), fc.nat(11)), { maxLength: 40 });
  fc.assert(
    fc.property(edges, fc.nat(11), fc.nat(11), (drawn, first, second) => {
      fc.pre(first !== second);
      const heap = new HeapBuilder();
      const nodes = Array.from({ length: 12 }, (_, n) => heap.node('object', `N${n}`, { size: 2 ** n }));
      heap.edge(heap.root, 'property', 'start', nodes[0]!);
      for (const [index, [from, to]] of drawn.entries())
        heap.edge(nodes[from]!, 'property', `e${index}`, nodes[to]!);
      const reached = (starts: readonly number[], cut: ReadonlySet<number>): Set<number> => {
        const seen = new Set(starts.filter((node) => !cut.has(node)));
        for (const node of seen)
          for (const [from, to] of drawn) if (from === node && !cut.has(to)) seen.add(to);
        return seen;
      };
      const kept = reached([0], new Set([first, second]));
      const ofOne = reached([first], kept);
      const ofOther = reached([second], kept);
      const bytes = [...ofOne].filter((node) => ofOther.has(node)).reduce((sum, node) => sum + 2 ** node, 0);
      const leaks = [leak(nodes[first]!), leak(nodes[second]!)];
      expect(sharedObjects(heap.graph(), leaks).get(leaks[0]!)?.bytes ?? 0).toBe(bytes);
    }),
  );
});
