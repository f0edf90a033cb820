import type { Snapshot } from '../ingest/snapshot.ts';
import type { NodeOrdinal } from '../shared/ids.ts';

/**
 * What a root category means to somebody who asks why an object is alive:
 * - `handle`: held by native code, such as open handles and embedder callbacks;
 * - `stack`: in use right now, not a leak by itself;
 * - `job`: a queued promise job;
 * - `native`: a C++ object of Node or an addon;
 * - `global`: the global object itself;
 * - `engine`: V8's own; hardly ever the answer.
 */
export type RootKind = 'handle' | 'stack' | 'job' | 'native' | 'global' | 'engine';

/** A child of the root or of `(GC roots)`: where a retention path begins. */
export interface GcRoot {
  readonly node: NodeOrdinal;
  readonly name: string;
  readonly kind: RootKind;
}

const GC_ROOTS = '(GC roots)';
const STRING_TABLES = ['(Internalized strings)', '(External strings)'];

const KINDS: Readonly<Record<string, RootKind>> = {
  '(Global handles)': 'handle',
  '(Traced handles)': 'native',
  'C++ roots': 'native',
  'C++ cross-thread roots': 'native',
  'C++ Persistent roots': 'native',
  'C++ CrossThreadPersistent roots': 'native',
  'C++ native stack roots': 'native',
  '(Stack roots)': 'stack',
  '(Handle scope)': 'stack',
  '(Micro tasks)': 'job',
};

/**
 * Every root category of a snapshot, in ordinal order and by name, because their order and ids differ between
 * versions of V8. Node 20 has two called `(Strong roots)`: the second holds the queued promise jobs.
 */
export function gcRoots(snapshot: Snapshot): GcRoot[] {
  const { edgeTypes, edgeTo, firstEdge, firstLabel, labelType } = snapshot;
  const shortcut = edgeTypes.indexOf('shortcut');
  const roots = new Map<number, GcRoot>();
  let strongRoots = 0;
  const collect = (parent: number): void => {
    for (let edge = firstEdge[parent]!; edge < firstEdge[parent + 1]!; edge++) {
      const node = edgeTo[edge]!;
      const name = snapshot.string(snapshot.nodeName[node]!);
      if (roots.has(node) || node === 0) continue;
      if (parent === 0 && isSynthetic(snapshot, node) && name === GC_ROOTS) collect(node);
      else if (name === '(Strong roots)') {
        strongRoots++;
        roots.set(node, { node: node as NodeOrdinal, name, kind: strongRoots === 2 ? 'job' : 'engine' });
      } else {
        const type = labelType[firstLabel[parent]! + edge - firstEdge[parent]!];
        const kind = type === shortcut ? 'global' : kindOf(name);
        roots.set(node, { node: node as NodeOrdinal, name, kind });
      }
    }
  };
  collect(0);
  return [...roots.values()].sort((a, b) => a.node - b.node);
}

/** V8's weak string tables, which are drawn as if they held their strings. */
export function stringTables({ nodeCount, nodeTypes, nodeType, nodeName, findString }: Snapshot): number[] {
  const synthetic = nodeTypes.indexOf('synthetic');
  const [internalized, external] = STRING_TABLES.map((name) => findString(name));
  const tables: number[] = [];
  for (let node = 0; node < nodeCount; node++) {
    if (nodeType[node] !== synthetic) continue;
    if (nodeName[node] === internalized || nodeName[node] === external) tables.push(node);
  }
  return tables;
}

function kindOf(name: string): RootKind {
  return KINDS[name] ?? (name.startsWith('Node / ') ? 'native' : 'engine');
}

function isSynthetic(snapshot: Snapshot, node: number): boolean {
  return snapshot.nodeTypes[snapshot.nodeType[node]!] === 'synthetic';
}
