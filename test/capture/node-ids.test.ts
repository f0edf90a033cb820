import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LeakscanNodeIds } from '../../src/capture/node-ids.ts';

function snapshotText(fields: readonly string[], nodes: readonly number[], separator = ','): string {
  const meta = `{"meta":{"node_fields":[${fields.map((field) => `"${field}"`).join(',')}]},"node_count":3}`;
  return `{"snapshot":${meta},\n"nodes":[${nodes.join(separator)}],\n"edges":[1,2,9999999],\n"strings":["7777777"]}`;
}

/** The slow, obvious way. */
function oddIdsOf(text: string): readonly number[] {
  const { snapshot, nodes } = JSON.parse(text);
  const fields: string[] = snapshot.meta.node_fields;
  return nodes.filter(
    (value: number, at: number) => at % fields.length === fields.indexOf('id') && value % 2 === 1,
  );
}

test('finds the greatest id wherever the field stands and whatever the line breaks', () => {
  const old = snapshotText(
    ['type', 'name', 'id', 'self_size'],
    [3, 99, 5, 77, 3, 99, 11, 77, 3, 99, 8, 77],
    '\n,',
  );
  const ids = new LeakscanNodeIds();
  ids.push(old);
  expect(ids.count()).toEqual({ watermark: 11, objects: 2 });
  expect(ids.isDone).toBe(true);
});

test('agrees with JSON.parse, in whatever pieces the text arrives', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(15), fc.nat(), fc.nat(), fc.nat())),
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
      (rows, lengths) => {
        const text = snapshotText(['type', 'id', 'name', 'edge_count'], rows.flat());
        const seen: number[] = [];
        const ids = new LeakscanNodeIds((id) => seen.push(id));
        for (let at = 0, piece = 0; at < text.length; piece += 1) {
          const length = lengths[piece % lengths.length]!;
          ids.push(text.slice(at, at + length));
          at += length;
        }
        const expected = oddIdsOf(text);
        expect(seen).toEqual(expected);
        expect(ids.count()).toEqual({ watermark: Math.max(0, ...expected), objects: expected.length });
      },
    ),
  );
});

test('a text without nodes gives zeros and is not done', () => {
  const ids = new LeakscanNodeIds();
  ids.push('{"snapshot":{}');
  expect(ids.isDone).toBe(false);
  expect(ids.count()).toEqual({ watermark: 0, objects: 0 });
});
