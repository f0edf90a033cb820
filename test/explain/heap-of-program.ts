import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildHeapGraph } from '../../src/graph/build-heap-graph.ts';
import type { HeapGraph } from '../../src/graph/heap-graph.ts';
import { readSnapshot } from '../../src/ingest/read-snapshot.ts';
import type { NodeOrdinal } from '../../src/shared/ids.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The Node lines at hand: the one that runs the tests, and those of `test/node-lines`. */
export const nodeLines: readonly { readonly line: number; readonly node: string }[] = [
  { line: Number(process.versions.node.split('.')[0]), node: process.execPath },
  ...[22, 24, 26].map((line) => ({
    line,
    node: join(ROOT, `test/node-lines/node_modules/node-${line}/bin/node`),
  })),
].filter(
  ({ node }, k, all) => existsSync(node) && all.findIndex((other) => other.line === all[k]!.line) === k,
);

/** A heap that a program left, with the folder it ran in. */
export interface ProgramHeap {
  readonly graph: HeapGraph;
  readonly folder: string;
  readonly path: (file: string) => string;
  /** The closures of that name, in heap order. */
  readonly closures: (name: string) => NodeOrdinal[];
  readonly remove: () => void;
}

/**
 * Writes the files to a folder of their own and runs the first. The program calls `globalThis.snapshot()` where its heap
 * is to be looked at; what it puts on `globalThis` stays.
 */
export async function heapOf(
  node: string,
  files: Readonly<Record<string, string>>,
  flags: readonly string[] = [],
): Promise<ProgramHeap> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'leakscan-explain-')));
  const path = (file: string): string => join(folder, file);
  for (const [file, text] of Object.entries(files)) writeFileSync(path(file), text);
  const preload = path('preload.cjs');
  const write = `require('node:v8').writeHeapSnapshot(${JSON.stringify(path('heap.heapsnapshot'))}, { exposeNumericValues: true })`;
  writeFileSync(preload, `globalThis.snapshot = () => void ${write};`);
  execFileSync(node, [...flags, '--require', preload, path(Object.keys(files)[0]!)], {
    cwd: folder,
    stdio: 'pipe',
  });
  const graph = buildHeapGraph(await readSnapshot(path('heap.heapsnapshot')));
  const closures = (name: string): NodeOrdinal[] => {
    const found: NodeOrdinal[] = [];
    for (let node = 0 as NodeOrdinal; node < graph.nodeCount; node = (node + 1) as NodeOrdinal) {
      if (graph.typeOf(node) === 'closure' && graph.nameOf(node) === name && graph.snapshot.position(node))
        found.push(node);
    }
    return found;
  };
  return { graph, folder, path, closures, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
