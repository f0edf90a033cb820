import { closeSync, openSync, readSync, rmSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { writeHeapSnapshot } from 'node:v8';
import { LeakscanNodeIds } from './node-ids.ts';
import type { HeapCount } from './protocol.ts';
import type { SnapshotSource } from './snapshot-source.ts';

/** What a snapshot on disk tells of its heap. */
interface SnapshotCount extends HeapCount {
  /** Self sizes of all nodes but machine code. */
  readonly bytes: number;
}

const BLOCK_BYTES = 1 << 16;

/**
 * Marks and snapshots by what every Node has: a mark is a snapshot that is read for its ids and thrown away.
 *
 * Not through `node:inspector`, though that takes snapshots with fewer stack frames among their roots: when a
 * session ends, V8 forgets all ids, and while it lasts V8 keeps the arguments of the last thousand `console` calls.
 */
export function v8Source(reason: string): SnapshotSource {
  return {
    name: 'node:v8',
    reason,
    mark: (scratch) => {
      try {
        return writeSnapshot(scratch);
      } finally {
        rmSync(scratch, { force: true });
      }
    },
    snapshot: writeSnapshot,
  };
}

/** Writes a snapshot with numeric values; `seen` is called with the id of each object in it. Throws what the file system throws; a file that is not whole is removed. */
export function writeSnapshot(file: string, seen?: (id: number) => void): SnapshotCount {
  try {
    writeHeapSnapshot(file, { exposeNumericValues: true });
    return countNodes(file, seen);
  } catch (error) {
    rmSync(file, { force: true });
    throw error;
  }
}

/** Ids and bytes in a snapshot on disk, of which no more is read than they need; `seen` is called with each id. */
function countNodes(file: string, seen?: (id: number) => void): SnapshotCount {
  const ids = new LeakscanNodeIds(seen);
  const decoder = new StringDecoder('latin1');
  const block = Buffer.allocUnsafe(BLOCK_BYTES);
  const descriptor = openSync(file, 'r');
  try {
    while (!ids.isDone) {
      const read = readSync(descriptor, block, 0, BLOCK_BYTES, null);
      if (read === 0) throw new Error('the snapshot ends before its nodes do');
      ids.push(decoder.write(block.subarray(0, read)));
    }
  } finally {
    closeSync(descriptor);
  }
  return { ...ids.count(), bytes: ids.bytes };
}
