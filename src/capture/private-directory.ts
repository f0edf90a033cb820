import { mkdtempSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { TargetError, UsageError } from '../shared/errors.ts';
import { makeDirectory } from '../shared/make-directory.ts';

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
 * Throws a UsageError where `wanted` cannot be made or written to, a TargetError where there is no room for temporary files.
 */
export function snapshotDirectory(wanted: string | undefined): SnapshotDirectory {
  return wanted === undefined ? temporaryDirectory() : keptDirectory(resolve(wanted));
}

function keptDirectory(path: string): SnapshotDirectory {
  try {
    makeDirectory(path);
    // Not every file system tells the truth about who may write.
    rmdirSync(mkdtempSync(join(path, 'leakscan-')));
  } catch (error) {
    throw new UsageError(
      `Snapshots cannot be saved in ${path}: ${(error as Error).message}.`,
      'Pass a directory that you can write to with --save-snapshots.',
      { cause: error },
    );
  }
  return { path, isKept: true, remove: () => {} };
}

function temporaryDirectory(): SnapshotDirectory {
  try {
    const path = mkdtempSync(join(tmpdir(), 'leakscan-'));
    return { path, isKept: false, remove: () => rmSync(path, { recursive: true, force: true }) };
  } catch (error) {
    throw new TargetError(
      `The directory for snapshots could not be made in ${tmpdir()}: ${(error as Error).message}.`,
      'Set TMPDIR to a directory that you can write to.',
      { cause: error },
    );
  }
}
