import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lineTable } from '../../src/explain/line-table.ts';

const TEXT = 'a\r\nb\rc\u2028d\u2029e\nf';

test('by the rule of ECMAScript, CRLF is one end of line and four characters end lines', () => {
  const table = lineTable(TEXT, 'ecmascript');
  expect(table.starts.map((start) => TEXT[start])).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
});

test('by the older rule only a newline ends a line', () => {
  const table = lineTable(TEXT, 'newline');
  expect(table.starts.map((start) => TEXT[start])).toEqual(['a', 'b', 'f']);
});

test('a place outside of the text has no offset', () => {
  const table = lineTable('ab\ncd', 'ecmascript');
  expect(table.offsetAt({ line: 2, column: 0 })).toBeUndefined();
  expect(table.offsetAt({ line: 0, column: 3 })).toBeUndefined();
  expect(table.offsetAt({ line: 1, column: 2 })).toBe(5);
});

test.each(['newline', 'ecmascript'] as const)('offsets and places lead to each other: %s', (rule) => {
  const texts = fc.string({ unit: fc.constantFrom('a', '\r', '\n', '\u2028', '😀') });
  fc.assert(
    fc.property(texts, (text) => {
      const table = lineTable(text, rule);
      for (let offset = 0; offset <= text.length; offset += 1) {
        const place = table.placeAt(offset);
        expect(place.column).toBeGreaterThanOrEqual(0);
        expect(table.offsetAt(place)).toBe(offset);
      }
    }),
  );
});
