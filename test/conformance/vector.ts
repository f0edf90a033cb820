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

/** The vectors of all `*.jsonl` and `*.jsonl.gz` files in a folder, in the order of file names and lines. */
export function readVectors(folder: string): Vector[] {
  return readdirSync(folder)
    .filter((file) => /\.jsonl(\.gz)?$/.test(file))
    .sort()
    .flatMap((file) => readLines(join(folder, file)).map((line) => JSON.parse(line) as Vector));
}

function readLines(file: string): string[] {
  const bytes = readFileSync(file);
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  return text.split('\n').filter((line) => line.trim() !== '');
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
