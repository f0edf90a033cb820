import { existsSync, mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Makes a directory that only this user can read, with those above it that are missing; one that is there is left alone.
 * Throws the error of the file system where it cannot be made.
 *
 * Node's own recursive `mkdirSync` never ends below a directory that answers ENOENT to whoever would make something in it, as
 * /proc does.
 */
export function makeDirectory(path: string): void {
  const missing: string[] = [];
  for (let above = resolve(path); !existsSync(above); above = dirname(above)) missing.push(above);
  for (const each of missing.reverse()) mkdirSync(each, { mode: 0o700 });
}
