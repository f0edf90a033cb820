import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { TargetError } from '../shared/errors.ts';

/** Where the snapshots of one run are kept. */
export interface SnapshotDirectory {
  readonly path: string;
  /** The user asked for it. */
  readonly isKept: boolean;
  /** Removes what was made; does nothing for a directory that the user asked for. May be called again, and from an `exit` listener. */
  remove(): void;
}

/**
 * A directory that only this user can read, as snapshots hold whatever secrets the target had: a fresh one
 * among the temporary files, or `wanted`, which is made if need be and kept.
 * Throws a TargetError when it cannot be made.
 */
export function snapshotDirectory(wanted: string | undefined): SnapshotDirectory {
  try {
    if (wanted !== undefined) {
      const path = resolve(wanted);
      if (mkdirSync(path, { recursive: true, mode: 0o700 }) !== undefined) chmodSync(path, 0o700);
      return { path, isKept: true, remove: () => {} };
    }
    const path = mkdtempSync(join(tmpdir(), 'leakscan-'));
    return { path, isKept: false, remove: () => rmSync(path, { recursive: true, force: true }) };
  } catch (error) {
    const place = wanted ?? tmpdir();
    throw new TargetError(
      `The directory for snapshots could not be made in ${place}: ${(error as Error).message}.`,
      'Pass a directory you can write to with --save-snapshots, or set TMPDIR.',
      { cause: error },
    );
  }
}
