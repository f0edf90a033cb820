import {
  closeSync,
  constants,
  existsSync,
  ftruncateSync,
  openSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { resolve } from 'node:path';
import { LeakscanError, UsageError } from '../shared/errors.ts';

/** A result could not be written, although its file could be opened: mostly a full disk. */
export class OutputError extends LeakscanError {
  readonly exitCode = 3;

  constructor(name: string, cause: Error) {
    super(`${name} could not be written: ${cause.message}.`, 'Make room, or write it elsewhere.', { cause });
  }
}

interface OpenFile {
  readonly descriptor: number;
  readonly isNew: boolean;
  isWritten: boolean;
}

/**
 * Files that are opened before the long run starts, so that a wrong path is known at once. A file that was there
 * keeps its text until it is written, and one that was not goes again if it never is.
 */
export class OutputFiles {
  readonly #files = new Map<string, OpenFile>();

  /**
   * No file may be among the `inputs`, which a result would destroy, nor be meant for two results.
   * @throws UsageError naming the file that cannot be written
   */
  constructor(files: readonly string[], inputs: readonly string[] = []) {
    refuseTwoUses(files, inputs);
    for (const file of files) {
      const isNew = !existsSync(file);
      try {
        const descriptor = openSync(file, constants.O_WRONLY | constants.O_CREAT, 0o666);
        this.#files.set(file, { descriptor, isNew, isWritten: false });
      } catch (error) {
        this.close();
        throw new UsageError(
          `${file} cannot be written: ${(error as Error).message}.`,
          'Name a file in a folder that exists and can be written.',
          { cause: error },
        );
      }
    }
  }

  /** Replaces the text of a file that was named at the start; a long one may come in pieces. @throws OutputError */
  write(file: string, text: string | Iterable<string>): void {
    const open = this.#files.get(file);
    if (open === undefined) throw new Error(`${file} was not opened`);
    try {
      truncateIfFile(open.descriptor);
      for (const piece of typeof text === 'string' ? [text] : text) writeFileSync(open.descriptor, piece);
    } catch (error) {
      throw new OutputError(file, error as Error);
    }
    open.isWritten = true;
  }

  close(): void {
    for (const [file, { descriptor, isNew, isWritten }] of this.#files) {
      closeSync(descriptor);
      if (isNew && !isWritten) rmSync(file, { force: true });
    }
    this.#files.clear();
  }
}

function refuseTwoUses(files: readonly string[], inputs: readonly string[]): void {
  const read = inputs.map(placeOf);
  for (const [index, file] of files.entries()) {
    const place = placeOf(file);
    if (read.includes(place)) {
      throw new UsageError(
        `${file} is read, and a result would overwrite it.`,
        'Name another file for the result.',
      );
    }
    if (files.slice(0, index).map(placeOf).includes(place)) {
      throw new UsageError(`${file} is named for two results.`, 'Give each result a file of its own.');
    }
  }
}

/** Where a file is or would be, whatever leads there. */
function placeOf(file: string): string {
  return existsSync(file) ? realpathSync(file) : resolve(file);
}

/** Pipes and devices have nothing to truncate. */
function truncateIfFile(descriptor: number): void {
  try {
    ftruncateSync(descriptor);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EINVAL') throw error;
  }
}
