import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { heapSource } from '../../src/explain/heap-source.ts';
import { type ContextScope, contextChain, type Scopes, TableScopes } from '../../src/explain/scopes.ts';
import { isContext } from '../../src/objects/contexts.ts';
import type { EdgeOrdinal, NodeOrdinal } from '../../src/shared/ids.ts';
import { heapOf, nodeLines, type ProgramHeap } from './heap-of-program.ts';
import { randomProgram } from './random-program.ts';

const SHAPES = `'use strict';
const sessions = new Map();
let written;
globalThis.keep = [];
function keep(...values) { globalThis.keep.push(...values); }
keep(function usesSessions() { return sessions; });
keep(function writesOnly(value) { written = value; });
function makeStore(seed) {
  const big = new Array(1000).fill(seed);
  keep(function reads() { return big; });
  return function ignores() { return 1; };
}
keep(makeStore({}));
for (let i = 0; i < 2; i++) {
  const rows = [i];
  keep(function inLoop() { return [rows, i]; });
}
{
  let count = 0;
  const first = { a: 1 }, second = [2];
  keep(function inBlock() { count += 1; return [first, second, count]; });
}
try { throw new Error('x'); } catch (caught) { keep(function inCatch() { return caught; }); }
class Box {
  #secret = { s: 1 };
  label = () => this;
  peek() { return function inMethod(extra) { return () => [Box, extra]; }; }
  reveal() { return this.#secret; }
}
const box = new Box();
keep(box, box.label, box.peek()({}), box.peek());
keep((function sloppy(a) { return function withArguments(b = () => a) { var c = {}; return function inBody() { return [b, c]; }; }; })({})());
keep((function outer(dead) { const live = {}; keep(function alsoReads() { return dead; }); return () => () => live; })({}));
keep((function named() { return function usesName() { return named; }; })());
async function task(input) { const local = {}; await new Promise((resolve) => keep(function settle() { resolve(local); })); return input; }
keep(task({}));
function* steps(given) { { const inner = {}; yield function inGenerator() { return [inner, given]; }; } }
const running = steps({});
keep(running, running.next().value);
require('./evaluates.cjs');
snapshot();
`;

const EVALUATES = `globalThis.keep.push((function evaluates(hidden, used) {
  return function mayRead(code) { return [used, eval(code)]; };
})({}, {}));
`;

describe.each(nodeLines)('on Node $line', ({ node }) => {
  let heap: ProgramHeap;
  let scopes: Scopes;
  let tables: TableScopes;

  beforeAll(async () => {
    heap = await heapOf(node, { 'shapes.cjs': SHAPES, 'evaluates.cjs': EVALUATES });
    scopes = heapSource(heap.graph, { cwd: heap.folder }).scopes;
    tables = new TableScopes(heap.graph);
  });
  afterAll(() => heap.remove());

  /** The scopes of a closure's own chain as text, innermost first, without the module's. */
  function chain(name: string, which = 0): string[] {
    const closure = heap.closures(name)[which]!;
    const found = contextChain(heap.graph, closure).map((context) => scopes.scopeOf(context, closure));
    return found.filter(({ kind }) => kind !== 'module').map(asText);
  }

  function asText({ label, variables }: ContextScope): string {
    return `${label}: ${variables.map((each) => `${each.name} ${each.readBy}`).join(', ')}`;
  }

  test.each([
    ['usesSessions', []],
    ['reads', ['function `makeStore`: big self']],
    ['ignores', ['function `makeStore`: big sibling']],
    ['inLoop', ['a block of shapes.cjs: rows self', 'a loop of shapes.cjs: ']],
    ['inBlock', ['a block of shapes.cjs: first self, second self']],
    ['inCatch', ['a catch clause of shapes.cjs: caught self']],
    ['inMethod', ['class `Box`: #secret sibling, Box self']],
    [
      'inBody',
      [
        'function `withArguments`: c self',
        'function `withArguments`: b self',
        'function `sloppy`: a sibling',
      ],
    ],
    ['alsoReads', ['function `outer`: dead self, live sibling']],
    ['usesName', ['function `named`: named self']],
    ['inGenerator', ['a block of function `steps`: inner self', 'function `steps`: given self']],
  ])('the Contexts of %s', (name, expected) => {
    expect(chain(name)).toEqual(expected);
  });

  test('a variable captured by a sibling only names the sibling and its place', () => {
    const closure = heap.closures('ignores')[0]!;
    const scope = scopes.scopeOf(contextChain(heap.graph, closure)[0]!, closure);
    const [big] = scope.variables;
    expect(big!.readers.map(({ name }) => name)).toEqual(['reads']);
    expect(big!.readers[0]!.location).toMatchObject({ file: 'shapes.cjs', line: 10 });
    expect(big!.declaredAt).toMatchObject({ file: 'shapes.cjs', line: 9, column: 9 });
  });

  test('direct eval leaves readers unknown, unless the name is used', () => {
    const of = chain('mayRead').find((scope) => scope.startsWith('function `evaluates`'));
    expect(of).toContain('hidden unknown');
    expect(of).toContain('used self');
  });

  test('module variables: read by functions, and captured by an assignment only', () => {
    const closure = heap.closures('writesOnly')[0]!;
    const module = scopes.scopeOf(contextChain(heap.graph, closure)[0]!, closure);
    expect(module.label).toBe('module shapes.cjs');
    const readBy = new Map(module.variables.map((each) => [each.name, each.readBy]));
    expect(readBy.get('sessions')).toBe('sibling');
    expect(readBy.get('written')).toBe('nobody');
  });

  test('a suspended generator keeps the block it stands in', () => {
    const generators = [...nodes()].filter(
      (each) => heap.graph.nameOf(each) === 'steps' && heap.graph.typeOf(each) === 'object',
    );
    const suspended = generators.find(
      (each) => heap.graph.follow(each, 'parameters_and_registers') !== undefined,
    )!;
    const labels = contextChain(heap.graph, suspended).map((context) => scopes.scopeOf(context).label);
    expect(labels.slice(0, 2)).toEqual(['a block of function `steps`', 'function `steps`']);
  });

  test("V8's tables tell modules, functions by name, and blocks", () => {
    const labels = (name: string): string[] =>
      contextChain(heap.graph, heap.closures(name)[0]!).map((context) => tables.scopeOf(context).label);
    expect(labels('reads')).toEqual(['function `makeStore`', 'a module']);
    expect(labels('inBlock')).toEqual(['a block', 'a module']);
    expect(labels('alsoReads')).toEqual(['function `outer`', 'a module']);
  });

  test('V8 and the source agree on the names in every Context of the program', () => {
    let compared = 0;
    for (const node of nodes()) {
      if (heap.graph.typeOf(node) !== 'closure' || !isOwn(node)) continue;
      for (const context of contextChain(heap.graph, node)) {
        const fromSource = scopes.scopeOf(context, node);
        expect(fromSource.reason).toBeUndefined();
        const fromTables = tables.scopeOf(context);
        for (const [k, { name }] of fromTables.variables.entries()) {
          const own = fromSource.variables[k]!.name;
          if (name.startsWith('one of')) expect(name).toContain(own);
          else expect(own).toBe(name);
        }
        compared += 1;
      }
    }
    expect(compared).toBeGreaterThan(30);
  });

  function* nodes(): Generator<NodeOrdinal> {
    for (let each = 0; each < heap.graph.nodeCount; each += 1) yield each as NodeOrdinal;
  }

  function isOwn(closure: NodeOrdinal): boolean {
    const position = heap.graph.snapshot.position(closure);
    const own = heap.graph.snapshot.position(heap.closures('reads')[0]!);
    return position !== undefined && position.scriptId === own!.scriptId && position.line > 0;
  }
});

describe.each(nodeLines)('holding variables on Node $line', ({ node }) => {
  test('of modules, exports included, and of functions', async () => {
    const heap = await heapOf(node, {
      'main.mjs': `import { sessions } from './store.mjs';
class Mark { constructor(text) { this.text = text; } }
const local = new Mark('local');
globalThis.look = () => local;
function make() { const inside = new Mark('inside'); return () => inside; }
globalThis.made = make();
sessions.push(new Mark('element'));
snapshot();
`,
      'store.mjs': `class List extends Array {}
const other = new List();
export const sessions = new List();
export { other as renamed };
export default new List();
`,
    });
    const { variables } = heapSource(heap.graph, { cwd: heap.folder });
    const found = new Set<string>();
    for (let edge = 0; edge < heap.graph.edgeCount; edge += 1) {
      const target = heap.graph.edgeTarget(edge as EdgeOrdinal);
      if (!['Mark', 'List'].includes(heap.graph.nameOf(target)) || heap.graph.typeOf(target) !== 'object')
        continue;
      const source = heap.graph.edgeSource(edge as EdgeOrdinal);
      if (!isContext(heap.graph, source) && heap.graph.nameOf(source) !== 'system / Cell') continue;
      const variable = variables.behind(edge as EdgeOrdinal);
      const at = variable?.declaredAt;
      if (variable) found.add(`${variable.phrase} ${variable.file} ${at?.line}:${at?.column}`);
    }
    heap.remove();
    expect([...found].sort()).toEqual([
      'exported variable `default` store.mjs undefined:undefined',
      'exported variable `other` store.mjs 2:7',
      'exported variable `sessions` store.mjs 3:14',
      'module variable `local` main.mjs 3:7',
      'variable `inside` of function `make` main.mjs 5:25',
    ]);
  });
});

describe.each(nodeLines)('random programs on Node $line', ({ line, node }) => {
  test('V8 and the source agree on every Context, and nobody reads what it does not name', async () => {
    const program = randomProgram(line);
    const heap = await heapOf(node, { 'random.cjs': program.text });
    const { graph } = heap;
    const { sources, scopes } = heapSource(graph, { cwd: heap.folder });
    const tables = new TableScopes(graph);
    let compared = 0;
    for (let each = 0 as NodeOrdinal; each < graph.nodeCount; each = (each + 1) as NodeOrdinal) {
      const position = graph.snapshot.position(each);
      if (
        position === undefined ||
        sources.script(position.scriptId).display !== 'random.cjs' ||
        position.line === 0
      )
        continue;
      const uses = program.usesByFunction.get(graph.nameOf(each));
      for (const context of contextChain(graph, each)) {
        const { reason, variables } = scopes.scopeOf(context, each);
        if (variables.length > 0) expect(reason).toBeUndefined();
        for (const [k, { name }] of tables.scopeOf(context).variables.entries()) {
          if (name.startsWith('one of'))
            expect(name).toContain(variables[k]!.name.replace(/^one of \{.*/, ''));
          else expect(variables[k]!.name).toBe(name);
          compared += 1;
        }
        for (const { name, readBy } of variables) {
          if (readBy === 'self' && uses !== undefined && graph.typeOf(each) === 'closure')
            expect(uses).toContain(name);
        }
      }
    }
    heap.remove();
    expect(compared).toBeGreaterThan(500);
  });
});

describe.each(nodeLines)('minified code on Node $line', ({ node }) => {
  test('variables and places are those of the source', async () => {
    const source =
      'export function makeStore() {\n  const bigTable = {};\n  return [() => bigTable, () => 1];\n}\n';
    const minified = 'function m(){const b={};return[()=>b,()=>1]}globalThis.kept=m();snapshot();';
    const at = (text: string, from = 0): number => minified.indexOf(text, from);
    const line = [
      [at('m(){'), 0, 0, 16, 0],
      [at('(){'), 0, 0, 25],
      [at('b={}'), 0, 1, 8, 1],
      [at('()=>b'), 0, 2, 10],
      [at('()=>1'), 0, 2, 26],
    ];
    const map = {
      version: 3,
      sources: ['store.ts'],
      sourcesContent: [source],
      names: ['makeStore', 'bigTable'],
      mappings: [line],
    };
    const text = `${minified}\n//# sourceMappingURL=store.js.map\n`;
    const heap = await heapOf(node, { 'store.js': text, 'store.js.map': JSON.stringify(map) });
    const { sources, scopes, positions } = heapSource(heap.graph, { cwd: heap.folder });
    const ignores = heap.closures('').find((each) => {
      const isOwn = sources.scriptOf(each)?.display === 'store.js';
      return isOwn && heap.graph.snapshot.position(each)?.column === at('()=>1');
    })!;
    const [store] = contextChain(heap.graph, ignores).map((context) => scopes.scopeOf(context, ignores));
    const location = positions.locate(ignores);
    heap.remove();
    expect(store!.label).toBe('function `makeStore`');
    expect(store!.variables).toMatchObject([
      { name: 'bigTable', readBy: 'sibling', declaredAt: { file: 'store.ts', line: 2, column: 9 } },
    ]);
    expect(location).toMatchObject({ file: 'store.ts', line: 3, column: 27 });
  });
});
