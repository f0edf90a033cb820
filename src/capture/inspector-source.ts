import { closeSync, mkdtempSync, openSync, readSync, rmSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { writeHeapSnapshot } from 'node:v8';
import { LeakscanNodeIds } from './node-ids.ts';
import type { HeapCount } from './protocol.ts';
import type { SnapshotSource } from './snapshot-source.ts';

/**
 * Marks and snapshots with what every Node has. A mark is a snapshot that is built and thrown away.
 *
 * Nothing here connects an inspector session: V8 forgets all heap ids when a session ends, on every line from
 * Node 20 to 26, and while one is connected it keeps the arguments of the last thousand `console` calls.
 */
export function inspectorSource(reason: string): SnapshotSource {
  return {
    name: 'inspector',
    reason,
    mark: throwAwaySnapshot,
    snapshot: writeSnapshot,
    snapshotSync: writeSnapshotSync,
  };
}

/** Writes a snapshot with numeric values to `file`. Throws what the file system throws, without leaving a file. */
export async function writeSnapshot(file: string): Promise<HeapCount> {
  await fromBareTask();
  closeSync(openSync(file, 'wx', 0o600));
  try {
    return writeSnapshotSync(file);
  } catch (error) {
    unlinkSync(file);
    throw error;
  }
}

async function throwAwaySnapshot(): Promise<HeapCount> {
  const directory = mkdtempSync(join(tmpdir(), 'leakscan-mark-'));
  try {
    return await writeSnapshot(join(directory, 'mark.heapsnapshot'));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Waits for a turn of the event loop of its own, so that no frame of the program is on the stack. */
function fromBareTask(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** The same with what is on the stack among the roots, since nothing can be awaited when a process ends. */
export function writeSnapshotSync(file: string): HeapCount {
  writeHeapSnapshot(file, { exposeNumericValues: true });
  return countNodes(file);
}

/** Counts the nodes of a snapshot on disk and finds the highest id; `seen` hears every id. */
export function countNodes(file: string, seen?: (id: number) => void): HeapCount {
  const ids = new LeakscanNodeIds(seen);
  const decoder = new StringDecoder('latin1');
  const buffer = Buffer.allocUnsafe(1 << 16);
  const descriptor = openSync(file, 'r');
  try {
    for (let read = 1; read > 0; ) {
      read = readSync(descriptor, buffer, 0, buffer.length, null);
      ids.push(decoder.write(buffer.subarray(0, read)));
    }
  } finally {
    closeSync(descriptor);
  }
  return ids.count();
}
