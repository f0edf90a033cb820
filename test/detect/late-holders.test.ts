import { describe, expect, test } from 'vitest';
import { detect } from '../../src/detect/detect.ts';
import type { Finding } from '../../src/detect/finding.ts';
import { growthGroups, isGrowing } from '../../src/detect/growth-groups.ts';
import { lateHolders } from '../../src/detect/late-holders.ts';
import type { NodeOrdinal } from '../../src/shared/ids.ts';
import { at, program, work } from './worked-heap.ts';

/** A program that makes a Map of two Maps in its first stretch, and puts one Map with a cart into each in every round. */
function carts() {
  const { heap, module } = program();
  const tables: NodeOrdinal[] = [];
  const mapBelow = (table: NodeOrdinal): NodeOrdinal => {
    const map = heap.entry(table, heap.node('object', 'Map'));
    return heap.edge(map, 'internal', 'table', heap.node('array', ''));
  };
  const evidence = work(
    heap,
    (round) => {
      if (round === 0) {
        const tenants = heap.edge(module, 'context', 'tenants', heap.node('object', 'Map'));
        const table = heap.edge(tenants, 'internal', 'table', heap.node('array', ''));
        tables.push(mapBelow(table), mapBelow(table), mapBelow(table));
      }
      for (const table of tables) heap.entry(mapBelow(table), heap.node('object', 'Cart', { at: at(3) }));
    },
    { rounds: [10, 10, 10, 10], unit: 'time' },
  );
  return { evidence, finding: detect(evidence).findings[0] as Finding };
}

describe('collections of collections that came after the first mark', () => {
  test('hold the leak: it piles up in them', () => {
    const { finding } = carts();
    expect(finding.kind).toBe('collection-growth');
    expect(finding.className).toBe('Cart');
  });

  test('are found level by level', () => {
    const { evidence } = carts();
    const { graph, classes, generations } = evidence;
    const maps = growthGroups(graph, classes, generations).find(
      (group) => isGrowing(group) && classes.nameOf(group.members[0]!) === 'Map',
    );
    expect(lateHolders(graph, generations, maps!).size).toBe(4);
  });
});

test('the first link of a chain is its first victim', () => {
  const { heap, module } = program();
  let last: NodeOrdinal | undefined;
  const evidence = work(
    heap,
    () => {
      const link = heap.node('object', 'Link', { at: at(3) });
      heap.edge(last ?? module, last === undefined ? 'context' : 'property', 'next', link);
      last = link;
    },
    { rounds: [10, 10, 10, 10], unit: 'time' },
  );
  const { graph, classes, generations } = evidence;
  const [links] = growthGroups(graph, classes, generations).filter(isGrowing);
  expect(lateHolders(graph, generations, links!).size).toBe(0);
});
