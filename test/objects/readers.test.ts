import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HeapGraph } from '../../src/graph/heap-graph.ts';
import { explainingPath } from '../../src/objects/explaining-path.ts';
import type { HeapPath, LogicalHop } from '../../src/objects/hop.ts';
import { logicalPath } from '../../src/objects/logical-path.ts';
import type { NodeOrdinal } from '../../src/shared/ids.ts';
import { heapOf, nodeLines, type ProgramHeap } from '../explain/heap-of-program.ts';

const PROGRAM = readFileSync(new URL('every-structure.cjs', import.meta.url), 'utf8');

/** Steps from the global `kept` to each marked object, the same on every Node line. */
const FROM_KEPT: Readonly<Record<string, string>> = {
  MapValue: 'map → entry',
  MapKey: 'keys → entry',
  SetMember: 'set → entry',
  ArrayElement: 'array → element',
  NestedMember: 'nested → entry → element → entry',
  WeakMapValue: 'key → WeakMap value of this key',
  DictionaryValue: 'dictionary → wanted',
  SymbolValue: 'symbols → <symbol tag>',
  PrivateValue: 'guarded → #secret',
  StaticValue: 'Registry → all → element',
  ReadByGetter: 'computed → get total → v',
  OneListener: "emitter → listener of 'one' → v",
  ManyListener: "emitter → listener of 'many' → v",
  OnceListener: "emitter → listener of 'end' → v",
  TargetListener: "target → listener of 'message' → v",
  SecondTargetListener: "target → listener of 'message' → v",
  SignalListener: "signal → listener of 'abort' → v",
  ChannelSubscriber: 'channel → subscriber of the channel → v',
  TimerCallback: 'timeout → callback (_onTimeout) → v',
  TimerArgument: 'argument → argument (_timerArgs)',
  SettledValue: 'settled → settled value',
  PromiseReaction: 'pending → reaction (PromiseReaction) → v',
  LaterReaction: 'pending → reaction (PromiseReaction) → reaction (PromiseReaction) → v',
  AwaitingLocal: 'gate → await in suspended waiting() → local variable of suspended waiting()',
  GeneratorLocal: 'generator → local variable of suspended counting()',
  CapturedVariable: 'closure → v',
  OuterVariable: 'inner → v',
  BlockVariable: 'block → inBlock',
  LoopVariable: 'loop → one of i, each',
  BoundThis: 'bound → bound this',
  BoundArgument: 'bound → bound argument',
  ProxyTarget: 'proxy → target of the Proxy',
  ProxyHandler: 'proxy → handler of the Proxy → get → v',
  HeldValue: 'registry → registration (WeakCell) → held value (WeakCell)',
  EndOfList: 'list → next × 49 → end',
  EndOfWrapping: 'wrapped → inner × 50 → v',
};

describe.each(nodeLines.map(({ line, node }) => [line, node] as const))('on Node %i', (line, node) => {
  let heap: ProgramHeap;
  let marked: ReadonlyMap<string, NodeOrdinal>;

  beforeAll(async () => {
    heap = await heapOf(node, { 'every-structure.cjs': PROGRAM });
    marked = markedObjects(heap.graph);
  });
  afterAll(() => heap.remove());

  const paths = new Map<NodeOrdinal, HeapPath>();
  const pathTo = (target: NodeOrdinal): HeapPath => {
    const path = paths.get(target) ?? explainingPath(heap.graph, target);
    if (path === undefined) throw new Error('nothing leads to it');
    paths.set(target, path);
    return path;
  };
  const stepsTo = (target: NodeOrdinal): LogicalHop[] => logicalPath(heap.graph, pathTo(target));
  const wordsTo = (marker: string): string[] => {
    const hops = stepsTo(marked.get(marker)!);
    const kept = hops.findIndex((hop) => hop.name === 'kept');
    return hops.slice(kept + 1).map((hop) => (hop.repeats > 1 ? `${hop.name} × ${hop.repeats}` : hop.name));
  };

  test.each(Object.entries(FROM_KEPT))('%s: kept → %s', (marker, words) => {
    expect(wordsTo(marker).join(' → ')).toBe(words);
  });

  test('a variable of the module is told from other variables', () => {
    expect(stepsTo(marked.get('ModuleVariable')!).at(-1)).toMatchObject({
      role: 'module-variable',
      name: 'moduleValue',
    });
    expect(stepsTo(marked.get('CapturedVariable')!).at(-1)!.role).toBe('variable');
  });

  test.each([
    ['PendingTimer', 'timer', 'pending timer → callback (_onTimeout) → v'],
    ['PendingInterval', 'timer', 'pending timer → callback (_onTimeout) → v'],
    ['PendingImmediate', 'immediate', 'pending immediate → callback (_onImmediate) → v'],
    ['ProcessListener', 'listener', "listener of 'SIGUSR2' → v"],
  ])('%s hangs on Node.js itself', (marker, role, words) => {
    const hops = stepsTo(marked.get(marker)!);
    const from = hops.findIndex((hop) => hop.role === role);
    expect(
      hops
        .slice(from)
        .map((hop) => hop.name)
        .join(' → '),
    ).toBe(words);
  });

  test('the store of an AsyncLocalStorage hangs on the resource, from Node 24 on in a frame', () => {
    const frame = line >= 24 ? ['async context (AsyncContextFrame)'] : [];
    expect(wordsTo('AsyncStore')).toEqual(['resource', ...frame, 'AsyncLocalStorage store']);
  });

  test('what an ES module exports is a variable of the module', async () => {
    const exporting = await heapOf(node, {
      'main.mjs': `
        import { keep } from './exports.mjs';
        globalThis.snapshot();
        keep();
      `,
      'exports.mjs': `
        export const { keep } = make();
        function make() {
          const value = { marker: 'Exported' };
          return { keep: () => value };
        }
      `,
    });
    const exported = markedObjects(exporting.graph).get('Exported')!;
    exporting.remove();
    const hops = logicalPath(exporting.graph, explainingPath(exporting.graph, exported)!);
    expect(hops.slice(-2).map(({ role, name }) => `${role} ${name}`)).toEqual([
      'module-variable keep',
      'variable value',
    ]);
  });

  test('a listening server is the owner of an open handle', () => {
    const server = find(heap.graph, (each) => {
      return heap.graph.nameOf(each) === 'OwnServer' && heap.graph.follow(each, '_handle') !== undefined;
    });
    expect(stepsTo(server).at(-1)).toMatchObject({ role: 'handle', name: 'owner of the open handle' });
  });

  test('the bytes of a view hang on its buffer', () => {
    const bytes = find(heap.graph, (each) => heap.graph.selfSizeOf(each) === 100_003);
    expect(
      stepsTo(bytes)
        .slice(-2)
        .map((hop) => hop.role),
    ).toEqual(['buffer', 'buffer']);
  });

  test('a slice leads to the text that it was cut from', () => {
    const slice = heap.graph.follow(heap.graph.edgeTarget(edgeTo('kept')), 'slice')!;
    const text = heap.graph.follow(slice, 'parent')!;
    expect(heap.graph.typeOf(slice)).toBe('sliced string');
    expect(stepsTo(text).at(-1)).toMatchObject({ role: 'string-part', name: 'string it is a slice of' });
  });

  test('each step starts where the one before it ended, and no edge is lost', () => {
    for (const target of marked.values()) {
      const path = pathTo(target);
      const hops = logicalPath(heap.graph, path);
      for (const [index, hop] of hops.entries()) {
        if (hop.repeats === 1) expect(hop.from).toBe(hops[index - 1]?.to ?? path.nodes[0]);
        expect(heap.graph.edgeTarget(hop.edges.at(-1)!)).toBe(hop.to);
      }
      expect(hops.at(-1)!.to).toBe(target);
    }
  });

  function edgeTo(property: string): Parameters<HeapGraph['edgeTarget']>[0] {
    const hop = stepsTo(marked.get('MapValue')!).find((each) => each.name === property);
    return hop!.edges.at(-1)!;
  }
});

/** Objects by their `marker`. */
function markedObjects(graph: HeapGraph): Map<string, NodeOrdinal> {
  const found = new Map<string, NodeOrdinal>();
  for (let node = 0 as NodeOrdinal; node < graph.nodeCount; node = (node + 1) as NodeOrdinal) {
    if (graph.typeOf(node) !== 'object' || !graph.isReachable(node)) continue;
    const marker = graph.follow(node, 'marker', 'property');
    if (marker !== undefined && graph.typeOf(marker) === 'string') found.set(graph.nameOf(marker), node);
  }
  return found;
}

function find(graph: HeapGraph, is: (node: NodeOrdinal) => boolean): NodeOrdinal {
  for (let node = 0 as NodeOrdinal; node < graph.nodeCount; node = (node + 1) as NodeOrdinal)
    if (is(node)) return node;
  throw new Error('not in the heap');
}
