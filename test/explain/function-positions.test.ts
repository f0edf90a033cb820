import { describe, expect, test } from 'vitest';
import { functionNames, functionsByOffset } from '../../src/explain/function-positions.ts';
import { heapSource } from '../../src/explain/heap-source.ts';
import { analyzeScopes } from '../../src/explain/scope-analysis.ts';
import { parseSource } from '../../src/explain/syntax.ts';
import type { NodeOrdinal } from '../../src/shared/ids.ts';
import { heapOf, nodeLines } from './heap-of-program.ts';

const SHAPES = `
globalThis.kept = [];
const keep = (...values) => kept.push(...values);
function declared ( a ) { return a; }
function /* ( */ commented // (
  (a) { return a; }
async function asynchronous() {}
function* generator() { yield keep; }
async function* asyncGenerator() {}
class Plain { field = 1; #own = 2; static shared = 3; static { this.late = () => this; } arrow = () => this.#own; }
class Explicit extends Plain { constructor(a) { super(); this.bound = (q) => super.toString(q); } get g() { return 1; } set g(v) {} }
class Members { method() {} async later() {} *steps() {} async *both() {} static make() {} #hidden() { return 1; } use() { return this.#hidden(); } 'quoted name'() {} [1 + 1]() {} }
const object = { short() {}, get g() { return 1; }, set g(v) {}, async later() {}, *steps() {}, property: function () {}, arrow: () => 1, named: function inner() {} };
keep(declared, commented, asynchronous, generator, asyncGenerator, Plain, Explicit, Members, object);
keep(x => x, (x) => x, async x => x, async (x) => x, async function () {}, function* () {}, class {}, class Q { constructor() {} }, class extends Plain {});
keep(new Plain(), new Explicit(), new Members(), generator(), ((a = (b) => b) => a)());
keep(Object.getOwnPropertyDescriptor(object, 'g').get, Object.getOwnPropertyDescriptor(Explicit.prototype, 'g').set);
snapshot();
`;

/** The same without the line ends and blanks that a minifier would take out. */
const MINIFIED = SHAPES.replace(/\/\*.*?\*\/|\/\/.*/g, '')
  .replace(/\s*\n\s*/g, ' ')
  .replace(/ ?([(){}=,;>]) ?/g, '$1');

describe.each(nodeLines)('on Node $line', ({ node }) => {
  test.each([
    ['plain', SHAPES],
    ['minified', MINIFIED],
  ])('every position V8 writes leads to its function or class: %s', async (_, text) => {
    const heap = await heapOf(node, { 'shapes.cjs': text });
    const { sources, programs } = heapSource(heap.graph, { cwd: heap.folder });
    const missed: string[] = [];
    const found = new Set<string>();
    for (let each = 0 as NodeOrdinal; each < heap.graph.nodeCount; each = (each + 1) as NodeOrdinal) {
      const position = heap.graph.snapshot.position(each);
      if (position === undefined || sources.script(position.scriptId).display !== 'shapes.cjs') continue;
      if (position.line === 0 && position.column === 0) continue; // the CommonJS wrapper
      const program = programs.programOf(position.scriptId);
      if ('reason' in program) throw new Error(program.reason);
      const hit = program.functionAt(position);
      if (hit === undefined) missed.push(`${heap.graph.nameOf(each)} ${position.line}:${position.column}`);
      else found.add(programs.nameAt(position)!);
    }
    heap.remove();
    expect(missed).toEqual([]);
    for (const name of [
      'declared',
      'Plain',
      'Explicit.constructor',
      'Plain.arrow',
      'short',
      'Members.make',
      'Members.#hidden',
      'anonymous class',
    ]) {
      expect([...found]).toContain(name);
    }
  });
});

test.each([
  ['const a = () => 1;', 'a'],
  ['module.exports.close = function () {};', 'module.exports.close'],
  ['setInterval(() => 1, 5);', 'callback of setInterval'],
  ['socket.on("data", function () {});', 'callback of socket.on'],
  ['({ handler() {} });', 'handler'],
  ['class A { ["x"]() {} }', 'A.["x"]'],
  ['(() => 1)();', 'anonymous function'],
  ['export default () => 1;', 'anonymous function'],
  ['function f(g = () => 1) {}', 'f'],
])('what people call the first function of %s', (text, name) => {
  const syntax = parseSource(text, 'module');
  if ('reason' in syntax) throw new Error(syntax.reason);
  const tree = analyzeScopes(syntax);
  expect(functionNames(tree).get(tree.functions[0]!)).toBe(name);
  expect(functionsByOffset(tree).size).toBeGreaterThan(0);
});
