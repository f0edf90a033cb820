import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

const PROGRAM = `
const v8 = require('node:v8');
class Session { constructor(i) { this.data = new Map([[i, { text: 'session number ' + i }]]); this.read = () => this.data; } }
globalThis.sessions = Array.from({ length: 200 }, (_, i) => new Session(i));
globalThis.meta = new WeakMap(sessions.map((session, i) => [session, { i }]));
globalThis.ring = { a: {} }; ring.a.b = ring;
globalThis.texts = ['h\\u00e9llo', '\\u{1f600}', 'quote " back \\\\ slash \\n line', '\\u2028'];
globalThis.list = null; for (let i = 0; i < 3000; i++) list = { next: list };
setTimeout(() => {}, 1e9).unref();
setImmediate(() => v8.writeHeapSnapshot(process.argv[2]));
`;

/** The Node lines whose binaries are at hand: the running one, and those of `test/node-lines`. */
export const nodeBinaries: readonly (readonly [line: string, binary: string])[] = [
  [process.version, process.execPath] as const,
  ...['22', '24', '26'].map((line) => {
    const binary = new URL(`../node-lines/node_modules/node-${line}/bin/node`, import.meta.url).pathname;
    return [`v${line}`, binary] as const;
  }),
].filter(([, binary]) => existsSync(binary));

/** Snapshots of a small program, written by V8 itself when the tests run; removed when they are done. */
export function snapshotsByNode(): (binary: string) => string {
  const folder = mkdtempSync(join(tmpdir(), 'leakscan-snapshots-'));
  const program = join(folder, 'program.cjs');
  writeFileSync(program, PROGRAM);
  afterAll(() => rmSync(folder, { recursive: true }));
  return (binary) => {
    const file = join(folder, `${nodeBinaries.findIndex(([, known]) => known === binary)}.heapsnapshot`);
    if (!existsSync(file)) execFileSync(binary, [program, file]);
    return file;
  };
}
