import { expect, test } from 'vitest';
import { Arena } from '../../src/kernels/arena.ts';

const GIB = 2 ** 30;

test('arrays lie side by side, aligned, and keep their contents while the arena grows', () => {
  const arena = new Arena();
  const bytes = arena.bytes(3).fill(7);
  const floats = arena.float64(2).fill(0.5);
  const words = arena.uint32(1 << 20).fill(9);
  expect(floats.byteOffset % 8).toBe(0);
  expect(floats.byteOffset).toBeGreaterThanOrEqual(bytes.byteOffset + 3);
  expect(words.byteOffset).toBeGreaterThanOrEqual(floats.byteOffset + 16);
  expect([...bytes, ...floats, words.at(-1)]).toEqual([7, 7, 7, 0.5, 0.5, 9]);
});

test('what was released is used again', () => {
  const arena = new Arena();
  const { mark } = arena;
  const first = arena.uint32(100);
  arena.release(mark);
  expect(arena.int32(50).byteOffset).toBe(first.byteOffset);
});

test('room is counted to the end of what 32 bits can address, and above half of it too', () => {
  const arena = new Arena();
  expect(arena.hasRoom(3 * GIB)).toBe(true);
  arena.bytes(3 * GIB);
  expect(arena.hasRoom(2 * GIB)).toBe(false);
  const high = arena.uint32(4).fill(1);
  expect(high.byteOffset).toBeGreaterThanOrEqual(3 * GIB);
  expect([...high]).toEqual([1, 1, 1, 1]);
  expect(() => arena.bytes(2 * GIB)).toThrow(RangeError);
});

test('what one has reserved another does not get', () => {
  const arena = new Arena();
  expect(arena.reserve(3 * GIB)).toBe(true);
  expect(arena.reserve(2 * GIB)).toBe(false);
  expect(arena.reserve(GIB / 2)).toBe(true);
});
