import { expect, test } from 'vitest';
import { FastRows } from '../../src/ingest/fast-rows.ts';
import { Arena } from '../../src/kernels/arena.ts';

test('a kernel is asked about bytes of the arena only', () => {
  const arena = new Arena();
  const asked: number[] = [];
  const rows = new FastRows(
    arena,
    (at) => {
      asked.push(at);
      return at;
    },
    [0],
  );
  const inside = arena.bytes(9);
  expect(rows.take(new Uint8Array(9), 3, 8)).toEqual({ at: 3, rows: 0 });
  expect(rows.take(inside, 3, 8)).toEqual({ at: 3, rows: 0 });
  expect(asked).toEqual([inside.byteOffset + 3]);
});
