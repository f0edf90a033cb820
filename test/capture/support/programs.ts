import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach } from 'vitest';
import { startTarget, type TargetOptions, type TargetProcess } from '../../../src/capture/run-target.ts';

/** The Node lines at hand: the one that runs the tests, and those that were installed below `test/node-lines`. */
export const nodeLines: readonly { readonly name: string; readonly node: string }[] = [
  { name: process.version, node: process.execPath },
  ...['node-22', 'node-24', 'node-26'].flatMap((name) => {
    const node = fileURLToPath(new URL(`../../node-lines/node_modules/${name}/bin/node`, import.meta.url));
    return existsSync(node) ? [{ name, node }] : [];
  }),
];

/** The oldest and the newest line, which differ most; for tests of behaviour that the lines between share. */
export const outermostLines = nodeLines.filter((_, at) => at === 0 || at === nodeLines.length - 1);

const folder = mkdtempSync(join(tmpdir(), 'leakscan-test-'));
// What leakscan makes goes there too, away from that of other processes.
process.env.TMPDIR = folder;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Writes a program for this test file and gives its path; the name may have folders in it. */
export function program(name: string, source: string): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, source);
  return path;
}

const targets: TargetProcess[] = [];
afterEach(() => {
  for (const target of targets.splice(0)) target.cleanUp();
});

/** Starts a target that does not outlive the test. Its stdout goes to stderr, away from the test report. */
export async function start(script: string, options: Partial<TargetOptions> = {}): Promise<TargetProcess> {
  const target = await startTarget({ script, stdout: 'stderr', ...options });
  targets.push(target);
  return target;
}

/** Heap ids of all nodes of a type and name in a snapshot. */
export function idsOf(file: string, type: string, name: string): readonly number[] {
  const { snapshot, nodes, strings } = JSON.parse(readFileSync(file, 'utf8'));
  const { node_fields: fields, node_types: types } = snapshot.meta;
  const ids: number[] = [];
  for (let at = 0; at < nodes.length; at += fields.length) {
    const isMeant = types[0][nodes[at]] === type && strings[nodes[at + 1]] === name;
    if (isMeant) ids.push(nodes[at + fields.indexOf('id')]);
  }
  return ids;
}

/** How many of the objects were born in each generation. */
export function birthsOf(ids: readonly number[], watermarks: readonly number[]): readonly number[] {
  return watermarks.map((watermark, at) => {
    const before = at === 0 ? 0 : watermarks[at - 1]!;
    return ids.filter((id) => id > before && id <= watermark).length;
  });
}

/** What runs of this test file have left among the temporary files. */
export function leftovers(): readonly string[] {
  return readdirSync(folder).filter((name) => name.startsWith('leakscan-'));
}
