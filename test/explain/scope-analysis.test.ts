import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'acorn';
import { analyze } from 'eslint-scope';
import { describe, expect, test } from 'vitest';
import { analyzeScopes, type Binding, type ScopeTree } from '../../src/explain/scope-analysis.ts';
import { parseSource, type SourceType } from '../../src/explain/syntax.ts';

function scopesOf(text: string, sourceType: SourceType = 'commonjs'): ScopeTree {
  const syntax = parseSource(text, sourceType);
  if ('reason' in syntax) throw new Error(syntax.reason);
  expect(syntax.sourceType).toBe(sourceType);
  return analyzeScopes(syntax);
}

/** The n-th function whose text starts with the given one. */
function functionStarting(tree: ScopeTree, start: string) {
  const node = tree.functions.find((each) => tree.syntax.text.startsWith(start, each.start));
  if (node === undefined) throw new Error(`no function starts with ${start}`);
  return node;
}

function freeNames(tree: ScopeTree, start: string): string[] {
  const free = tree.freeBindings(tree.scopeOf(functionStarting(tree, start))!);
  return [...free].map((binding) => binding.name).sort();
}

/** All bindings of a program that V8 must keep in Contexts, as `name` sorted. */
function captured(text: string, sourceType: SourceType = 'commonjs'): string[] {
  const names: string[] = [];
  const collect = (scope: ScopeTree['program']): void => {
    for (const binding of scope.bindings.values()) if (binding.isCaptured) names.push(binding.name);
    for (const inner of scope.inner) collect(inner);
  };
  collect(scopesOf(text, sourceType).program);
  return names.sort();
}

describe('captured variables', () => {
  test.each([
    [
      'a variable that only its own function uses stays in a register',
      'function f() { let a = 1; return a; }',
      [],
    ],
    ['a variable that an inner function uses', 'function f() { let a, b; return () => a; }', ['a']],
    [
      'a variable of a loop body',
      'for (let i = 0; i < 3; i++) { const big = []; keep(() => big); }',
      ['big'],
    ],
    ['a loop variable', 'for (const [k, v] of m) keep(() => v);', ['v']],
    ['a catch variable', 'try { f(); } catch (error) { keep(() => error); }', ['error']],
    ['a catch variable even if nobody uses it', 'try { f(); } catch (error) {}', ['error']],
    [
      'a pattern of a catch clause like any variable',
      'try { f(); } catch ({ a, b }) { keep(() => b); }',
      ['b'],
    ],
    ['a parameter that a default closes over', 'function f(a, b = () => a) { var a; return b; }', ['a']],
    ['a `var` hoisted out of a block', 'function f() { if (x) { var a = 1; } return () => a; }', ['a']],
    ['the name of a function expression', 'keep(function me() { return () => me; })', ['me']],
    ['`this` through arrows', 'class A { m() { return () => () => this; } }', ['this']],
    [
      '`super` through arrows counts as this',
      'class A extends B { m() { return () => super.m(); } }',
      ['this'],
    ],
    ['`new.target` through arrows', 'function F() { return () => new.target; }', ['new.target']],
    [
      '`arguments` through arrows takes the parameters along',
      'function f(a, b) { return () => arguments; }',
      ['a', 'arguments', 'b'],
    ],
    [
      'strict `arguments` leaves the parameters alone',
      '"use strict"; function f(a) { return () => arguments; }',
      ['arguments'],
    ],
    [
      '`arguments` declared by hand is a variable',
      'function f(a) { var arguments = 1; return () => arguments; }',
      ['arguments'],
    ],
    [
      'a private name',
      'class A { #p = 1; get() { return this.#p; } other() { return () => #p in {}; } }',
      ['#p'],
    ],
    ['the inner name of a class', 'const X = class A { make() { return new A(); } }; X', ['A']],
    ['a field initializer is a function', 'function f(seed) { return class { value = seed; }; }', ['seed']],
    [
      'a static block is a function',
      'function f(seed) { return class { static { use(seed); } }; }',
      ['seed'],
    ],
    ['a computed key is not', 'function f(key) { return class { [key]() {} }; }', []],
    ['a class heritage is not', 'function f(Base) { return class extends Base {}; }', []],
    ['a name looked up under `with`', 'function f(a, o) { with (o) { return a; } }', ['a']],
    [
      'a label is no variable',
      'function f(a) { a: for (;;) { (() => { a: for (;;) break a; })(); break a; } }',
      [],
    ],
    ['a property name is no use', 'function f(a) { return (o) => [o.a, { a: 1 }]; }', []],
    ['a shorthand property is', 'function f(a) { return () => ({ a }); }', ['a']],
    ['a name written only', 'let last; function set(v) { last = v; }', ['last']],
    ['a destructuring target', 'let a, b; function set(v) { ({ x: a, ...b } = v); }', ['a', 'b']],
    ['a shadowed name keeps them apart', 'let a; { let a = 1; keep(() => a); } a;', ['a']],
    ['switch cases share one block', 'switch (x) { case 1: let a; case 2: keep(() => a); }', ['a']],
    ['generators and async functions alike', 'async function* f(a) { yield () => a; }', ['a']],
    ['a tagged template', `function f(tag, a) { return () => tag\`x\${a}\`; }`, ['a', 'tag']],
  ])('%s', (_, text, names) => {
    expect(captured(text)).toEqual(names);
  });

  test('top-level declarations of a script', () => {
    expect(captured('let a; const b = 1; var c; class D {} function e() {}', 'script')).toEqual([
      'D',
      'a',
      'b',
    ]);
  });

  test('direct eval captures every variable around it', () => {
    const names = captured('function f(a) { let b; { const c = 1; return (d) => eval(d); } }');
    expect(names).toEqual(expect.arrayContaining(['a', 'b', 'c', 'd', 'this', 'module']));
  });

  test('indirect eval captures nothing', () => {
    expect(captured('function f(a) { return () => (0, eval)("a"); }')).toEqual([]);
  });

  test('a sloppy function in a block is a variable of the function as well', () => {
    expect(captured('function f() { { function g() {} } return () => g; }')).toEqual(['g']);
  });

  test('a let between the block and the function keeps it in the block', () => {
    const tree = scopesOf('function f() { { let g; { function g() {} } } }');
    expect([...tree.scopeOf(tree.functions[0]!)!.bindings.keys()]).not.toContain('g');
  });

  test('the body of a function with defaults has variables of its own', () => {
    const tree = scopesOf('function f(a = 1, get = () => a) { var a = 2; return [get, () => a]; }');
    const bindings: Binding[] = tree.references.flatMap(({ name, binding }) =>
      name === 'a' && binding ? [binding] : [],
    );
    expect(new Set(bindings.map((binding) => binding.kind))).toEqual(new Set(['parameter', 'var']));
  });

  test('exports lead to their variables', () => {
    const tree = scopesOf(
      'export const a = 1; const b = 2; export { b as d }; export default class C {}',
      'module',
    );
    const names = [...tree.exports].map(([exported, binding]) => `${exported} is ${binding.name}`);
    expect(names.sort()).toEqual(['a is a', 'd is b', 'default is C']);
  });
});

test('free variables are those of nested functions too', () => {
  const tree = scopesOf('function outer(a, b, c) { return function inner(d) { return () => [b, d]; }; }');
  expect(freeNames(tree, 'function inner')).toEqual(['b']);
  expect(freeNames(tree, '() => [b')).toEqual(['b', 'd']);
});

describe('agrees with eslint-scope', () => {
  /** Names that eslint-scope resolves outside each function, by start offset; implicit names left out. */
  function oracle(tree: ScopeTree): Map<number, string[]> {
    const { text, sourceType } = tree.syntax;
    const program = parse(text, { ecmaVersion: 'latest', sourceType, ranges: true });
    const manager = analyze(program as never, { ecmaVersion: 2022, sourceType, ignoreEval: true } as never);
    const free = new Map<number, string[]>();
    for (const scope of manager.scopes) {
      if (scope.type !== 'function' || scope.block.type === 'Program') continue; // the CommonJS wrapper
      const names = new Set<string>();
      for (const { resolved, identifier } of scope.through) {
        if (resolved && resolved.defs.length > 0) names.add(identifier.name as string);
      }
      const node = scope.block as unknown as { start: number };
      free.set(node.start, [...names].sort());
    }
    return free;
  }

  function own(tree: ScopeTree): Map<number, string[]> {
    const free = new Map<number, string[]>();
    for (const node of tree.functions) {
      const names = [...tree.freeBindings(tree.scopeOf(node)!)]
        .filter(({ kind }) => kind !== 'implicit' && kind !== 'private')
        .map(({ name }) => name);
      free.set(node.start, [...new Set(names)].sort());
    }
    return free;
  }

  const root = fileURLToPath(new URL('../../', import.meta.url));
  const commonjs = [
    'acorn/dist/acorn.js',
    'commander/lib/command.js',
    'semver/classes/range.js',
    'yaml/dist/compose/composer.js',
  ];
  const modules = [
    'acorn/dist/acorn.mjs',
    'chalk/source/index.js',
    'fast-check/lib/fast-check.js',
    'zod/index.js',
  ];
  const files = [
    ...commonjs.map((file) => [file, 'commonjs'] as const),
    ...modules.map((file) => [file, 'module'] as const),
  ];

  test.each(files)('on every function of %s', (file, sourceType) => {
    const tree = scopesOf(readFileSync(join(root, 'node_modules', file), 'utf8'), sourceType);
    expect(own(tree)).toEqual(oracle(tree));
  });

  const corpus = join(root, '../shared/corpus');
  test.skipIf(!existsSync(corpus))('on every function of every program of the corpus', () => {
    for (const name of readdirSync(corpus, { recursive: true }) as string[]) {
      if (!/\.mjs$/.test(name)) continue;
      const tree = scopesOf(readFileSync(join(corpus, name), 'utf8'), 'module');
      expect(own(tree), name).toEqual(oracle(tree));
    }
  });
});

test('a chain of two thousand additions is no matter of depth', () => {
  const text = `function f(a) { return () => ${Array.from({ length: 2000 }, (_, k) => `'${k}'`).join(' + ')} + a; }`;
  expect(captured(text)).toEqual(['a']);
});
