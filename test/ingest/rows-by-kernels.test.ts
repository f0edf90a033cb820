import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EdgeColumns } from '../../src/ingest/edge-columns.ts';
import { BYTES_AHEAD } from '../../src/ingest/fast-rows.ts';
import type { SnapshotLayout } from '../../src/ingest/meta.ts';
import { readSnapshot } from '../../src/ingest/read-snapshot.ts';
import { Arena } from '../../src/kernels/arena.ts';
import { kernelsOf } from '../../src/kernels/kernels.ts';
import { Workspace } from '../../src/kernels/workspace.ts';
import { InputError } from '../../src/shared/errors.ts';
import { HeapBuilder } from '../support/heap.ts';
import { contentOf, inPieces, NODE_LINES } from '../support/snapshots.ts';

/** Numbers of one to ten digits, all equally likely, up to 2^32 - 1. */
const anyNumber = fc
  .tuple(fc.integer({ min: 1, max: 10 }), fc.nat(0xffff_ffff))
  .map(([digits, number]) => number % 10 ** digits);

const anyHeap = fc
  .array(fc.tuple(anyNumber, anyNumber, fc.array(anyNumber, { maxLength: 9 }), fc.option(anyNumber)), {
    minLength: 1,
    maxLength: 40,
  })
  .map((rows) => {
    const heap = new HeapBuilder();
    const nodes = rows.map(([id, size, , line]) =>
      heap.node('closure', 'f', {
        id,
        size,
        ...(line === null ? {} : { at: { scriptId: 3, line, column: id } }),
      }),
    );
    for (const [row, [, , indices]] of rows.entries()) {
      for (const index of indices) heap.edge(nodes[row]!, 'element', index, nodes[index % nodes.length]!);
    }
    return heap;
  });

/** What reading comes to: the content, or the words with which it was refused. */
function outcome(text: string, pieceLength: number, engine: 'plain' | 'kernels'): Promise<unknown> {
  return readSnapshot(inPieces(text, [pieceLength]), { engine }).then(contentOf, (error: unknown) => {
    expect(error).toBeInstanceOf(InputError);
    return (error as Error).message;
  });
}

test('rows of numbers of any length say the same to kernels and to plain code', async () => {
  await fc.assert(
    fc.asyncProperty(
      anyHeap,
      fc.constantFrom(...NODE_LINES),
      fc.integer({ min: 20, max: 5000 }),
      async (heap, line, pieceLength) => {
        const text = heap.text(line);
        const content = await outcome(text, pieceLength, 'plain');
        expect(content).toBeTypeOf('object');
        expect(await outcome(text, pieceLength, 'kernels')).toEqual(content);
      },
    ),
    { numRuns: 300 },
  );
});

test('a spoilt byte among numbers is refused in the same words by kernels and by plain code', async () => {
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(
      anyHeap,
      fc.constantFrom(...NODE_LINES),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      fc.constantFrom(...'0019,\n -:/]x\u00ff\u0000', ''),
      fc.nat(1),
      async (heap, line, place, byte, removed) => {
        const text = heap.text(line);
        const [from, to] = [text.indexOf('"nodes":[') + 9, text.indexOf('"strings":[')];
        const at = from + Math.floor(place * (to - from));
        const spoilt = text.slice(0, at) + byte + text.slice(at + removed);
        const plain = await outcome(spoilt, 1e6, 'plain');
        if (typeof plain === 'string') refused++;
        expect(await outcome(spoilt, 1e6, 'kernels')).toEqual(plain);
      },
    ),
    { numRuns: 1000 },
  );
  expect(refused).toBeGreaterThan(250);
});

test.each(['nodes', 'edges'])(
  'a comma behind the last of the %s is refused by kernels and by plain code',
  async (section) => {
    const heap = new HeapBuilder();
    const map = heap.object(heap.root, 'sessions', 'Map');
    for (let index = 0; index < 20; index += 1) heap.object(map, `entry${index}`, 'Session');
    for (const line of NODE_LINES) {
      const text = heap.text(line);
      const end = text.indexOf(']', text.indexOf(`"${section}":[`));
      const spoilt = `${text.slice(0, end)},${text.slice(end)}`;
      const plain = await outcome(spoilt, 1e6, 'plain');
      expect(plain).toContain(`section "${section}"`);
      expect(plain).toContain('a number is missing');
      expect(await outcome(spoilt, 1e6, 'kernels')).toBe(plain);
    }
  },
);

test.each([[6], [7], [16]])('kernels take targets of any length, %i fields a node', (width) => {
  const nodeCount = 60_000_000;
  const targets = [0, 1, 9, 10, 123_456, 14_285_713, 14_285_715, 16_666_666, 16_666_667, nodeCount - 1];
  const arena = new Arena();
  const workspace = Workspace.over(arena)!;
  const bytes = arena.bytes(4096 + BYTES_AHEAD).subarray(0, 4096);
  const firstEdge = arena.uint32(nodeCount + 1);
  firstEdge[1] = 3;
  firstEdge[2] = targets.length;
  const columns = new EdgeColumns(
    {
      nodeCount,
      edgeCount: targets.length,
      edgeTypes: ['a', 'b', 'c', 'd'],
      node: { width },
      edge: { width: 3, type: 0, nameOrIndex: 1, toNode: 2 },
    } as unknown as SnapshotLayout,
    firstEdge,
    workspace,
  );
  const rows = targets.map(
    (to, row) => `${row % 4},${10 ** row - 1},${to * width}${row % 2 === 0 ? '\n,' : ','}`,
  );
  const text = `${rows.join('')}3,1,${width * nodeCount},`;
  bytes.set(Buffer.from(text));
  const taken = columns.takeRows!(bytes, 0, text.length);
  expect(taken.rows).toBe(targets.length);
  expect([...columns.edgeTo]).toEqual(targets);
  expect([...columns.labels.name.subarray(0, targets.length)]).toEqual(
    targets.map((_, row) => 10 ** row - 1),
  );
});

test.each([
  ['0,1,8,'],
  ['0,1,-7,'],
  ['0,01,7,'],
  ['0,1,07,'],
  ['0,,7,'],
  ['0,1,,'],
  ['0:1,7,'],
  ['0,1:7,'],
  ['0,1,7:'],
])('kernels leave %s to plain code', (row) => {
  const arena = new Arena();
  const bytes = arena.bytes(64 + BYTES_AHEAD).subarray(0, 64);
  const firstEdge = arena.uint32(10);
  firstEdge.fill(3, 1);
  const layout = {
    nodeCount: 9,
    edgeCount: 3,
    edgeTypes: ['a'],
    node: { width: 7 },
    edge: { width: 3, type: 0, nameOrIndex: 1, toNode: 2 },
  } as unknown as SnapshotLayout;
  const columns = new EdgeColumns(layout, firstEdge, Workspace.over(arena));
  bytes.set(Buffer.from(`0,1,7,${row}0,1,7,`));
  expect(columns.takeRows!(bytes, 0, 12 + row.length)).toEqual({ at: 6, rows: 1 });
});

test('the tables of the kernels lie below all arrays', () => {
  const arena = new Arena();
  kernelsOf(arena);
  const memory = new Uint8Array(arena.memory.buffer);
  expect(memory.subarray(0, arena.mark).some((byte) => byte !== 0)).toBe(true);
  expect(memory.subarray(arena.mark).every((byte) => byte === 0)).toBe(true);
});
