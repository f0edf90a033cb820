import { describe, expect, test } from 'vitest';
import { type ClassRank, NodeClasses } from '../../src/objects/node-class.ts';
import { Scripts } from '../../src/objects/scripts.ts';
import type { NodeOrdinal } from '../../src/shared/ids.ts';
import { HeapBuilder } from '../support/heap.ts';

const SCRIPTS = [
  '/app/app.js',
  'file:///app/node_modules/pool/index.js',
  'node:events',
  '/app/page.js?v=1',
  '/app/page.js?v=2',
];

/** A heap with those scripts, numbered from 1. */
function heapWithScripts(): HeapBuilder {
  const heap = new HeapBuilder();
  for (const [index, name] of SCRIPTS.entries())
    heap.edge(
      heap.root,
      'element',
      index,
      heap.closure('f', name, { scriptId: index + 1, line: 0, column: 0 }),
    );
  return heap;
}

const of = (scriptId: number, line = 1) => ({ at: { scriptId, line, column: 0 } });

function classesOf(heap: HeapBuilder): NodeClasses {
  const graph = heap.graph();
  return new NodeClasses(graph, new Scripts(graph));
}

describe('the rank of a class', () => {
  const cases: readonly (readonly [string, ClassRank, (heap: HeapBuilder) => NodeOrdinal])[] = [
    ['a class of the program', 'own-class', (heap) => heap.node('object', 'Session', of(1))],
    ['a class of a dependency', 'dependency-class', (heap) => heap.node('object', 'Pool', of(2))],
    ['a class of Node.js', 'core-class', (heap) => heap.node('object', 'EventEmitter', of(3))],
    ['a native wrapper, which has no place', 'core-class', (heap) => heap.node('object', 'TCP')],
    ['a function of the program', 'own-function', (heap) => heap.node('closure', 'onData', of(1))],
    ['a function of a dependency', 'own-function', (heap) => heap.node('closure', 'onData', of(2))],
    ['a function of Node.js', 'function', (heap) => heap.node('closure', 'emit', of(3))],
    ['a function of V8, which has no place', 'plain', (heap) => heap.node('closure', 'push')],
    ['a plain object', 'plain', (heap) => heap.node('object', 'Object', of(1))],
    ['an object of no known class', 'plain', (heap) => heap.node('object', 'Something')],
    ['a text', 'text', (heap) => heap.node('concatenated string', '(concatenated string)')],
    [
      'a slice, which keeps more than it shows',
      'plain',
      (heap) => heap.node('sliced string', '(sliced string)'),
    ],
    ['a scope', 'engine', (heap) => heap.node('object', 'system / Context')],
    ['code', 'engine', (heap) => heap.node('code', 'f')],
  ];

  test.each(cases)('%s: %s', (_, rank, make) => {
    const heap = heapWithScripts();
    const node = make(heap);
    expect(classesOf(heap).rankOf(node)).toBe(rank);
  });
});

describe('nodes are of one class', () => {
  function areOne(make: (heap: HeapBuilder) => [NodeOrdinal, NodeOrdinal]): boolean {
    const heap = heapWithScripts();
    const [a, b] = make(heap);
    const classes = classesOf(heap);
    return classes.keyOf(a) === classes.keyOf(b);
  }

  test('when type and name agree', () => {
    expect(areOne((heap) => [heap.node('object', 'Session'), heap.node('object', 'Session')])).toBe(true);
    expect(areOne((heap) => [heap.node('object', 'Session'), heap.node('native', 'Session')])).toBe(false);
  });

  test('functions when their place agrees, also in a script that was compiled again', () => {
    const functions =
      (one: { at: object }, other: { at: object }) =>
      (heap: HeapBuilder): [NodeOrdinal, NodeOrdinal] => [
        heap.node('closure', 'f', one as never),
        heap.node('closure', 'f', other as never),
      ];
    expect(areOne(functions(of(1), of(1)))).toBe(true);
    expect(areOne(functions(of(1), of(1, 9)))).toBe(false);
    expect(areOne(functions(of(1), of(2)))).toBe(false);
    expect(areOne(functions(of(4), of(5)))).toBe(true);
  });

  test('regular expressions whatever they match', () => {
    expect(areOne((heap) => [heap.node('regexp', 'a+'), heap.node('regexp', 'b*')])).toBe(true);
  });

  test('texts whatever they say', () => {
    expect(areOne((heap) => [heap.node('string', 'one'), heap.node('string', 'two')])).toBe(true);
  });

  test('scopes when they have the same variables', () => {
    expect(areOne((heap) => [heap.context(['a', 'b']), heap.context(['a', 'b'])])).toBe(true);
    expect(areOne((heap) => [heap.context(['a', 'b']), heap.context(['a', 'c'])])).toBe(false);
  });
});

test('nodes of one class have one sketch', () => {
  const heap = heapWithScripts();
  const named = heap.context(['c']);
  const alike: [NodeOrdinal, NodeOrdinal][] = [
    [heap.node('object', 'Session'), heap.node('object', 'Session')],
    [heap.node('closure', 'f', of(4)), heap.node('closure', 'f', of(5))],
    [heap.node('string', 'one'), heap.node('string', 'two')],
    [heap.context(['a']), heap.context(['a'])],
    [named, renamedContext(heap, named)],
  ];
  const others = [heap.node('native', 'Session'), heap.node('object', 'Timer'), heap.node('closure', 'g')];
  const classes = classesOf(heap);
  for (const [one, other] of alike) {
    expect(classes.keyOf(one)).toBe(classes.keyOf(other));
    expect(classes.sketchOf(one)).toBe(classes.sketchOf(other));
  }
  const sketches = [...alike.map(([one]) => one), ...others].map((node) => classes.sketchOf(node));
  expect(new Set(sketches).size).toBe(sketches.length - 1); // the contexts
});

/** Another scope with the same table of names, called as later lines of V8 call it. */
function renamedContext(heap: HeapBuilder, context: NodeOrdinal): NodeOrdinal {
  const table = heap.graph().follow(context, 'scope_info')!;
  const renamed = heap.node('object', 'system / Context / f');
  heap.edge(renamed, 'internal', 'scope_info', table);
  return renamed;
}

test.each([
  ['closure', '', '(anonymous function)'],
  ['closure', 'onData', 'onData'],
  ['string', 'a secret', '(string)'],
  ['regexp', 'a secret', 'RegExp'],
  ['concatenated string', '(concatenated string)', '(concatenated string)'],
  ['object', '', 'Object'],
  ['object', 'Session', 'Session'],
  ['array', '', '(array)'],
  ['hidden', '', '(hidden)'],
] as const)('people call a %s named "%s": %s', (type, name, called) => {
  const heap = new HeapBuilder();
  const node = heap.node(type, name);
  expect(classesOf(heap).nameOf(node)).toBe(called);
});
