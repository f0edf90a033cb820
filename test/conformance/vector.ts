import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** Anything a program or a trace is made of. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** One line of a conformance file: a program, and what it did on the original. */
export interface Vector {
  readonly id: string;
  readonly area: string;
  readonly note?: string;
  readonly tags?: readonly string[];
  readonly prog: Json[];
  readonly trace: Json[];
  readonly end: { [name: string]: Json };
  readonly delayed: Json[];
  readonly unhandled: Json[];
}

/** A folder or a line of it that cannot be read as vectors; the message says which and why. */
export class UnreadableVectors extends Error {}

/**
 * The vectors of all `*.jsonl` and `*.jsonl.gz` files in a folder, in the order of file names and lines. Each is
 * parsed when its turn comes: what is not in the heap need not be looked through by the many collections of a replay.
 *
 * @throws UnreadableVectors
 */
export function* readVectors(folder: string): Generator<Vector> {
  for (const file of vectorFiles(folder)) {
    const bytes = readFileSync(file);
    const lines = file.endsWith('.gz') ? gunzipSync(bytes) : bytes;
    let start = 0;
    for (let number = 1; start < lines.length; number += 1) {
      const lineFeed = lines.indexOf('\n', start);
      const end = lineFeed < 0 ? lines.length : lineFeed;
      const line = lines.toString('utf8', start, end).trim();
      if (line !== '') yield parse(line, `${file}:${number}`);
      start = end + 1;
    }
  }
}

function vectorFiles(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((file) => /\.jsonl(\.gz)?$/.test(file))
      .sort()
      .map((file) => join(folder, file));
  } catch (thrown) {
    throw new UnreadableVectors((thrown as Error).message);
  }
}

function parse(line: string, place: string): Vector {
  try {
    const vector = JSON.parse(line) as Vector;
    if (Array.isArray(vector.prog) && Array.isArray(vector.trace)) return vector;
  } catch (thrown) {
    throw new UnreadableVectors(`${place} is no vector: ${(thrown as Error).message}`);
  }
  throw new UnreadableVectors(`${place} is no vector: it has no prog or no trace.`);
}

/** A JSON text that is the same for equal values, whatever the order of their keys. */
export function canonical(value: Json | undefined): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, one]) => `${JSON.stringify(key)}:${canonical(one)}`).join(',')}}`;
  }
  return JSON.stringify(value) ?? 'nothing';
}
