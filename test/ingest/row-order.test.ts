import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Locations } from '../../src/ingest/locations.ts';
import { rowsInOrder } from '../../src/ingest/row-order.ts';

/** Keys of one, two and three digits, many of them equal. */
const key = fc.oneof(fc.nat(3), fc.nat(5000), fc.nat(2 ** 32 - 1));

test('rows are sorted as a stable sort does it, and left alone where they are in order', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(key, key)), fc.constantFrom(0, 1), (rows, word) => {
      const sorted = rows.map((_, row) => row).sort((a, b) => rows[a]![word]! - rows[b]![word]! || a - b);
      const isInOrder = sorted.every((row, place) => row === place);
      const found = rowsInOrder(Uint32Array.from(rows.flat()), 2, word);
      expect(found && [...found]).toEqual(isInOrder ? undefined : sorted);
    }),
  );
});

test('locations are found by node and by script, whatever their order', () => {
  const row = fc.tuple(fc.nat(20), fc.nat(4), fc.nat(9), fc.nat(9));
  fc.assert(
    fc.property(fc.array(row), (rows) => {
      const locations = new Locations(Uint32Array.from(rows.flat()));
      const ordered = new Locations(locations.inNodeOrder);
      for (let node = 0; node <= 21; node++) {
        const first = rows.find((row) => row[0] === node);
        const position = first && { scriptId: first[1], line: first[2], column: first[3] };
        expect(locations.positionOf(node)).toEqual(position);
        expect(ordered.positionOf(node)).toEqual(position);
      }
      for (let script = 0; script <= 5; script++) {
        const nodes = rows.filter((row) => row[1] === script).map(([node]) => node);
        expect([...locations.nodesIn(script)]).toEqual(nodes);
        expect([...ordered.nodesIn(script)]).toEqual(nodes.sort((a, b) => a - b));
      }
    }),
  );
});
