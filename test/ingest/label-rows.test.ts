import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LabelRows } from '../../src/ingest/label-rows.ts';

type Row = readonly (readonly [type: number, name: number])[];

function placesOf(rows: readonly Row[]): { labels: LabelRows; places: number[] } {
  const labels = new LabelRows(rows.reduce((count, row) => count + row.length, 0));
  const places = rows.map((row) => {
    row.forEach(([type, name], at) => {
      labels.add(at, type, name);
    });
    return labels.place(row.length);
  });
  labels.end();
  return { labels, places };
}

test('rows that are alike stand in one place', () => {
  const point: Row = [
    [2, 7],
    [2, 8],
    [3, 1],
  ];
  const other: Row = [
    [2, 7],
    [3, 8],
    [3, 1],
  ];
  const { labels, places } = placesOf([point, other, point, [], point]);
  expect(places).toEqual([0, 3, 0, expect.any(Number), 0]);
  expect([...labels.type]).toEqual([2, 2, 3, 2, 3, 3]);
  expect([...labels.name]).toEqual([7, 8, 1, 7, 8, 1]);
});

test('every row can be read where it was placed, however many there are', () => {
  const anyRow = fc.array(fc.tuple(fc.nat(2), fc.nat(5)), { maxLength: 4 });
  fc.assert(
    fc.property(fc.array(anyRow, { maxLength: 300 }), (rows) => {
      const { labels, places } = placesOf(rows);
      const found = rows.map((row, at) =>
        row.map((_, i) => [labels.type[places[at]! + i], labels.name[places[at]! + i]]),
      );
      expect(found).toEqual(rows);
    }),
    { numRuns: 300 },
  );
});

test('more rows than there are places for hashes are all kept', () => {
  const rows = Array.from({ length: 200_000 }, (_, at): Row => [[1, at]]);
  const { labels, places } = placesOf([...rows, rows.at(-1)!]);
  expect(places.slice(0, rows.length).every((place, at) => labels.name[place] === at)).toBe(true);
  expect(places.at(-1)).toBe(places.at(-2));
});
