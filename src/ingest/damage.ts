import { InputError } from '../shared/errors.ts';

/** Stops the reading of a snapshot: says what is wrong at an index into the bytes being read. */
export type Fail = (what: string, at: number) => never;

/** A snapshot that breaks off or contradicts itself; `offset` counts bytes of the (unpacked) text. */
export function damaged(file: string, section: string, offset: number, what: string): InputError {
  const place = section === '' ? '' : `section "${section}", `;
  return new InputError(
    `${file} is damaged: ${place}byte ${offset}: ${what}.`,
    'Write the snapshot again, and copy it only after the program has finished writing it.',
  );
}

/** A file that is something else than a heap snapshot. */
export function foreign(file: string, what: string): InputError {
  return new InputError(`${file} is not a V8 heap snapshot: ${what}.`, 'Pass a .heapsnapshot file.');
}
