import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { readSnapshot } from '../../src/ingest/read-snapshot.ts';
import { InputError } from '../../src/shared/errors.ts';
import type { NodeOrdinal } from '../../src/shared/ids.ts';
import { HeapBuilder } from '../support/heap.ts';

function withPositions(change: (text: string) => string): Promise<readonly unknown[]> {
  const heap = new HeapBuilder();
  const nodes = [7, 8, 9].map((line) =>
    heap.object(heap.root, `f${line}`, 'Function', { at: { scriptId: 3, line, column: 5 } }),
  );
  return readSnapshot(Readable.from([Buffer.from(change(heap.text(24)))])).then((snapshot) =>
    nodes.map((node: NodeOrdinal) => snapshot.position(node)),
  );
}

// vm.Script with a negative lineOffset or columnOffset: Node 24 and later write the sign, earlier ones wrap around.
test.each([['-3'], [String(2 ** 32 - 3)]])(
  'a position before the script, written %s, is none; the others stay',
  async (line) => {
    const positions = await withPositions((text) => text.replace(',3,8,5', `,3,${line},5`));
    expect(positions).toEqual([
      { scriptId: 3, line: 7, column: 5 },
      undefined,
      { scriptId: 3, line: 9, column: 5 },
    ]);
  },
);

test.each(['--3', '-', '3-', '-,'])('%s is no number', async (line) => {
  await expect(withPositions((text) => text.replace(',3,8,5', `,3,${line},5`))).rejects.toThrow(InputError);
});

test('nodes and edges have no negative numbers', async () => {
  await expect(withPositions((text) => text.replace(/"edges":\[\d/, '"edges":[-1'))).rejects.toThrow(
    InputError,
  );
});
