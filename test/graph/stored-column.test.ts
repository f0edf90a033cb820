import { closeSync, mkdtempSync, openSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { StoredColumn } from '../../src/graph/stored-column.ts';
import { InputError } from '../../src/shared/errors.ts';

const LENGTH = 3_000_000;
const OFFSET = 24;
const values = Uint32Array.from({ length: LENGTH }, (_, index) => Math.imul(index, 2_654_435_761) >>> 0);

let folder: string;
let file: string;
let descriptor: number;
let column: StoredColumn;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'leakscan-column-'));
  file = join(folder, 'column');
  writeFileSync(file, Buffer.concat([Buffer.alloc(OFFSET), Buffer.from(values.buffer), Buffer.alloc(8)]));
  descriptor = openSync(file, 'r');
  column = new StoredColumn(descriptor, { kind: 'Uint32Array', offset: OFFSET, length: LENGTH });
});
afterEach(() => {
  closeSync(descriptor);
  rmSync(folder, { recursive: true });
});

test('elements, rows and the whole are the same, however many were asked for before', () => {
  // First a few pages, at the end more than are kept.
  for (const step of [1_499_999, 4095, 1021]) {
    for (let index = 0; index < LENGTH; index += step) expect(column.at(index)).toBe(values[index]);
    expect(column.at(LENGTH - 1)).toBe(values[LENGTH - 1]);
    expect(column.slice(4090, 4100)).toEqual(values.slice(4090, 4100));
    expect(column.slice(LENGTH, LENGTH)).toHaveLength(0);
  }
  expect(Buffer.from(column.whole.buffer).equals(Buffer.from(values.buffer))).toBe(true);
  expect(column.slice(4090, 4100)).toEqual(values.slice(4090, 4100));
});

test('a file that was cut off meanwhile is an error that says what to do', () => {
  expect(column.at(0)).toBe(values[0]);
  truncateSync(file, OFFSET + 4 * 10_000);
  expect(column.at(1)).toBe(values[1]);
  expect(() => column.at(LENGTH - 1)).toThrow(InputError);
  expect(() => column.whole).toThrow('ends too early');
});
