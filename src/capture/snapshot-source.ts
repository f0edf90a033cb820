import type { HeapCount } from './protocol.ts';
import type { CaptureSource } from './run-record.ts';

/**
 * Runs inside the target: gives heap ids to the objects alive and writes snapshots.
 * Both operations collect garbage first, and block the program while they work. Frames on the stack are among the
 * roots of a snapshot, so it is asked for in a turn of the event loop of its own.
 */
export interface SnapshotSource {
  readonly name: CaptureSource;
  /** Why this source serves and not the other; one sentence for the report. */
  readonly reason: string;
  /**
   * Gives an id to every object alive and says which was the last one given. `scratch` is a path where a file may
   * be written that is gone afterwards.
   */
  mark(scratch: string): HeapCount;
  /**
   * Writes a snapshot to `file`, mode 0600. Objects without an id get one, so this is also a mark.
   * Throws what the file system throws, and leaves no file then.
   */
  snapshot(file: string): HeapCount;
}
