import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { type HeapProfiler, type InspectorNotification, Session } from 'node:inspector';
import { StringDecoder } from 'node:string_decoder';
import { writeHeapSnapshot } from 'node:v8';
import { LeakscanNodeIds } from './node-ids.ts';
import type { HeapCount } from './protocol.ts';
import type { SnapshotSource } from './snapshot-source.ts';

/**
 * Marks and snapshots through the inspector that every Node has. A mark is a snapshot that is built and
 * thrown away.
 *
 * The session is connected for the capture only: a connected one makes V8 keep the arguments of the last
 * thousand `console` calls. It must not enable the HeapProfiler domain, because the end of a session that
 * did forgets all ids.
 */
export function inspectorSource(reason: string): SnapshotSource {
  return {
    name: 'inspector',
    reason,
    mark: () => streamSnapshot(() => {}),
    snapshot: writeSnapshot,
    snapshotSync: writeSnapshotSync,
  };
}

/** Writes a snapshot with numeric values to `file`. Throws what the file system throws, without leaving a file. */
export async function writeSnapshot(file: string): Promise<HeapCount> {
  const descriptor = openSync(file, 'wx', 0o600);
  try {
    return await streamSnapshot((chunk) => writeAll(descriptor, chunk));
  } catch (error) {
    unlinkSync(file);
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

/** The same with what is on the stack among the roots, since nothing can be awaited when a process ends. */
export function writeSnapshotSync(file: string): HeapCount {
  writeHeapSnapshot(file, { exposeNumericValues: true });
  return countNodes(file);
}

/**
 * Builds a snapshot and hands on its text. Started from a bare `setImmediate`, so that no frame of the
 * program is on the stack: Node 20 builds it right there, later lines in a task of their own.
 */
export function streamSnapshot(
  take: (chunk: string) => void,
  seen?: (id: number) => void,
): Promise<HeapCount> {
  const ids = new LeakscanNodeIds(seen);
  return new Promise((resolve, reject) => {
    setImmediate(() => {
      const session = new Session();
      let failure: unknown;
      session.connect();
      session.on(
        'HeapProfiler.addHeapSnapshotChunk',
        (message: InspectorNotification<HeapProfiler.AddHeapSnapshotChunkEventDataType>) => {
          if (failure !== undefined) return;
          try {
            ids.push(message.params.chunk);
            take(message.params.chunk);
          } catch (error) {
            failure = error;
          }
        },
      );
      const options = { captureNumericValue: true, reportProgress: false };
      session.post('HeapProfiler.takeHeapSnapshot', options, (error) => {
        setImmediate(() => {
          session.disconnect();
          if (error ?? failure) reject(error ?? failure);
          else resolve(ids.count());
        });
      });
    });
  });
}

function writeAll(descriptor: number, chunk: string): void {
  const bytes = Buffer.from(chunk);
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
}

function countNodes(file: string): HeapCount {
  const ids = new LeakscanNodeIds();
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
