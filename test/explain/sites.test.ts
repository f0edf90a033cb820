import { describe, expect, test } from 'vitest';
import { type ScriptProgram, scriptProgram } from '../../src/explain/programs.ts';
import { analyzeScopes } from '../../src/explain/scope-analysis.ts';
import { type Deed, registrationsOf, type Site, sitesOf } from '../../src/explain/sites.ts';
import type { Locator } from '../../src/explain/source-position.ts';
import type { Script } from '../../src/explain/source-text.ts';
import { parseSource } from '../../src/explain/syntax.ts';

const SCRIPT: Script = {
  id: 1,
  name: '/app/app.js',
  owner: 'user',
  path: '/app/app.js',
  query: '',
  display: 'app.js',
  sourceType: 'commonjs',
};
const asCompiled: Locator = {
  locateIn: (_, { line, column }) => ({ file: 'app.js', line: line + 1, column: column + 1 }),
};

function program(text: string): ScriptProgram {
  const syntax = parseSource(text, 'commonjs');
  if ('reason' in syntax) throw new Error(syntax.reason);
  return scriptProgram(SCRIPT, analyzeScopes(syntax), 'ecmascript');
}

function asText(sites: readonly Site[]): string[] {
  return sites.map(
    ({ location, code, inside, isCertain }) =>
      `${location.line}: ${code} in ${inside}${isCertain ? '' : ' (perhaps)'}`,
  );
}

function ofVariable(text: string, name: string, deed: Deed): string[] {
  const parsed = program(text);
  const binding = parsed.tree.program.bindings.get(name)!;
  return asText(sitesOf(parsed, asCompiled, { binding }, deed));
}

function ofProperty(text: string, property: string, className: string | undefined, deed: Deed): string[] {
  return asText(sitesOf(program(text), asCompiled, { property, className }, deed));
}

describe('what adds to a variable', () => {
  test.each([
    ['a method that adds', 'const s = new Map();\nfunction f(k) { s.set(k, 1); }', ['2: s.set(k, 1) in f']],
    ['a computed assignment', 'const s = {};\nfunction f(k) { s[k] = 1; }', ['2: s[k] = 1 in f']],
    ['a copy with more', 'let s = [];\nfunction f(x) { s = [...s, x]; }', ['2: s = [...s, x] in f']],
    [
      'a list that grows at its head',
      'let s;\nconst f = (x) => { s = { x, next: s }; };',
      ['2: s = { x, next: s } in f'],
    ],
    ['a text that grows', 'let s = "";\nconst f = (x) => { s += x; };', ['2: s += x in f']],
    [
      'a listener',
      'const s = new Emitter();\nfunction f() { s.on("x", () => {}); }',
      ['2: s.on("x", () => {}) in f'],
    ],
    ['an alias', 'const s = [];\nfunction f() { const t = s; t.push(1); }', ['2: t.push(1) in f']],
    ['at the top level', 'const s = [];\ns.push(1);', ['2: s.push(1) in app.js']],
    ['not a variable of the same name', 'const s = [];\nfunction f(s) { s.push(1); }', []],
    ['not a method that only reads', 'const s = new Map();\ns.get(1); s.forEach(f);', []],
    ['not an assignment of something else', 'let s = [];\nfunction f() { s = []; }', []],
  ])('%s', (_, text, expected) => {
    expect(ofVariable(text, 's', 'adds')).toEqual(expected);
  });
});

test.each([
  ['const s = new Map();\nfunction f(k) { s.delete(k); }', ['2: s.delete(k) in f']],
  ['const s = {};\nfunction f(k) { delete s[k]; }', ['2: delete s[k] in f']],
  ['const s = [];\nfunction f() { s.length = 0; }', ['2: s.length = 0 in f']],
  ['let s = [];\nfunction f() { s = []; }', ['2: s = [] in f']],
  ['const s = new Map();\nfunction f(k) { s.set(k); }', []],
])('what removes from a variable: %s', (text, expected) => {
  expect(ofVariable(text, 's', 'removes')).toEqual(expected);
});

test('what makes a variable', () => {
  expect(ofVariable('let s = new Map();\nfunction f() { s = null; }', 's', 'makes')).toEqual([
    '1: s = new Map() in app.js',
    '2: s = null in f',
  ]);
});

describe('a property of a class', () => {
  const text = `class Store {
  #rows = [];
  constructor() { this.entries = new Map(); }
  put(k, v) { this.entries.set(k, v); this.#rows.push(v); }
  drop(k) { this.entries.delete(k); }
}
class Other { put(k) { this.entries.set(k); } }
function f(store) { store.entries.set(1, 2); }`;

  test('its own additions come first, those through other names are uncertain', () => {
    expect(ofProperty(text, 'entries', 'Store', 'adds')).toEqual([
      '4: this.entries.set(k, v) in Store.put',
      '7: this.entries.set(k) in Other.put (perhaps)',
      '8: store.entries.set(1, 2) in f (perhaps)',
    ]);
  });

  test('private properties, removals, and where it is made', () => {
    expect(ofProperty(text, '#rows', 'Store', 'adds')).toEqual(['4: this.#rows.push(v) in Store.put']);
    expect(ofProperty(text, 'entries', 'Store', 'removes')).toEqual([
      '5: this.entries.delete(k) in Store.drop',
    ]);
    expect(ofProperty(text, 'entries', 'Store', 'makes')).toEqual([
      '3: this.entries = new Map() in Store.constructor',
    ]);
    expect(ofProperty(text, '#rows', 'Store', 'makes')).toEqual(['2: #rows = []; in app.js']);
  });
});

describe('where a function is handed over', () => {
  function registrations(text: string, start: string): string[] {
    const parsed = program(text);
    const target = parsed.tree.functions.find((node) => text.startsWith(start, node.start))!;
    return asText(registrationsOf(parsed, asCompiled, target));
  }

  test.each([
    [
      'in place',
      'function f() {\n  setInterval(() => 1, 5);\n}',
      '() => 1',
      ['2: setInterval(() => 1, 5) in f'],
    ],
    [
      'by its name',
      'function tick() {}\nsetInterval(tick, 5);',
      'function tick',
      ['2: setInterval(tick, 5) in app.js'],
    ],
    [
      'by its variable',
      'const tick = () => 1;\nbus.on("x", tick);',
      '() => 1',
      ['2: bus.on("x", tick) in app.js'],
    ],
    [
      'bound',
      'function tick() {}\nnew Timer(tick.bind(null));',
      'function tick',
      ['2: new Timer(tick.bind(null)) in app.js'],
    ],
    [
      'as a method, by the name of the method',
      'class A {\n  start() { bus.on("x", this.tick.bind(this)); }\n  tick() {}\n}',
      '() {}',
      ['2: bus.on("x", this.tick.bind(this)) in A.start (perhaps)'],
    ],
    [
      'not by another of the same name',
      'function tick() {}\n{ const tick = 1; bus.on("x", tick); }',
      'function tick',
      [],
    ],
    ['not when it is called itself', 'function tick() {}\ntick(5);', 'function tick', []],
  ])('%s', (_, text, start, expected) => {
    expect(registrations(text, start)).toEqual(expected);
  });
});
