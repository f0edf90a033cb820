import { execFileSync } from 'node:child_process';
import { existsSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const WRITER = fileURLToPath(new URL('write-snapshot.mjs', import.meta.url));
const MEGABYTE = 1e6;

/** The kinds of heap, each with a number of units that takes a moment. */
const FIRST_UNITS = { app: 1000, ts: 20, json: 2000, deep: 10_000 };

export const KINDS = Object.keys(FIRST_UNITS);

/**
 * A snapshot of that kind with about so many megabytes (10^6 bytes), written by a program run with `node`. Two small ones
 * tell how many units it takes. A file that is there already is used again.
 */
export function snapshotOf(kind, megabytes, folder, node = process.execPath) {
  const file = join(folder, `${kind}-${megabytes}.heapsnapshot`);
  if (existsSync(file)) return file;
  const one = FIRST_UNITS[kind];
  const write = (units) => {
    execFileSync(node, ['--max-old-space-size=16000', WRITER, kind, `${units}`, file], { stdio: 'inherit' });
    return statSync(file).size;
  };
  const [small, double] = [write(one), write(2 * one)];
  rmSync(file);
  const units = one + ((megabytes * MEGABYTE - small) / (double - small)) * one;
  write(Math.max(1, Math.round(units)));
  return file;
}
