import type { HeapCount } from './protocol.ts';
import type { CaptureSource } from './run-record.ts';

/**
 * Runs inside the target: gives heap ids to the objects alive and writes snapshots.
 * Both operations collect garbage first, and block the program while they work.
 */
export interface SnapshotSource {
  readonly name: CaptureSource;
  /** Why this source serves and not the other; one sentence for the report. */
  readonly reason: string;
  /**
   * Gives an id to every object alive and says which was the last one given. `scratch` is a path where a file may
   * be written that is gone afterwards.
   */
  mark(scratch: string): Promise<HeapCount>;
  /** Writes a snapshot to `file`, mode 0600, or throws what the file system does. Objects without an id get one, so this is also a mark. */
  snapshot(file: string): Promise<HeapCount>;
  /** The same without giving up control, for a process that is about to end. */
  snapshotSync(file: string): HeapCount;
}
