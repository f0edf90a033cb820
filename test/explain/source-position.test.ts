import { rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type HeapSource, heapSource } from '../../src/explain/heap-source.ts';
import type { NodeOrdinal } from '../../src/shared/ids.ts';
import { heapOf, nodeLines, type ProgramHeap } from './heap-of-program.ts';

const keep = (name: string): string => `globalThis.kept.push(function ${name}() { return 1; });`;
const esm = (name: string): string => `import 'node:fs';\n${keep(name)}\n`;
const cjs = (name: string): string => `require('node:fs');\n${keep(name)}\n`;
const long = (name: string): string =>
  '// longer than what a snapshot shows of a text\n'.repeat(30) + cjs(name);

const TYPED = keep('typed').replace('typed()', 'typed(row?: Row): number');
const LONG_TYPED =
  `// 😀, and longer than what a snapshot shows of a text\n`.repeat(30) + TYPED.replace('typed', 'typedLong');
const SOURCE = 'interface A {}\n\nexport function mapped(a: A) { return a; }\n';
const MAP = {
  version: 3,
  sources: ['mapped.ts'],
  sourcesContent: [SOURCE],
  names: [],
  mappings: 'AAEA,eAAuB',
};
const COMPILED = `function mapped(a) { return a; } globalThis.kept.push(mapped);
//# sourceMappingURL=data:application/json;base64,${Buffer.from(JSON.stringify(MAP)).toString('base64')}
`;

const FILES: Readonly<Record<string, string>> = {
  'module.mjs': esm('inModule'),
  'common.cjs': cjs('inCommonJs'),
  'crlf.cjs': cjs('inCrlf').replaceAll('\n', '\r\n'),
  'hashbang.cjs': `#!/usr/bin/env node\n${cjs('inHashbang')}`,
  'bom.mjs': `\ufeff${esm('inModuleWithMark')}`,
  'bom.cjs': `\ufeff${cjs('inCommonJsWithMark')}`,
  'wide.cjs': `// é 名 😀\n${cjs('inWide')}`,
  'separators.cjs': `/* a\u2028b\rc */ ${cjs('inSeparators')}`,
  'queried.mjs': esm('inQueried'),
  'changed.cjs': cjs('inChanged'),
  'changed-long.cjs': long('inChangedLong'),
  'gone.cjs': long('inGone'),
  'evaluates.cjs': `(0, eval)(${JSON.stringify(`(() => {\n${keep('evaluated')} })()\n//# sourceURL=formula.js`)});
new Function('a', ${JSON.stringify(keep('constructed'))})();
const Module = require('module');
new Module('mapped.ts')._compile(${JSON.stringify(COMPILED)}, __dirname + '/mapped.ts');
`,
  'mapped.ts': SOURCE,
};
const TYPESCRIPT = {
  'typed.mts': `interface Row { a: string } // é 名\nconst held: Row[] = [];\n${TYPED}\n`,
  'typed-long.mts': LONG_TYPED,
};

describe.each(nodeLines)('positions on Node $line', ({ line, node }) => {
  let heap: ProgramHeap;
  let source: HeapSource;

  beforeAll(async () => {
    const stripsTypes = line >= 24;
    const files = stripsTypes ? { ...FILES, ...TYPESCRIPT } : FILES;
    const imports = Object.keys(files).filter((file) => file !== 'mapped.ts');
    const requests = imports.map((file) => `./${file}${file === 'queried.mjs' ? '?v=1' : ''}`);
    const main = requests.map((request) => `await import(${JSON.stringify(request)});`);
    heap = await heapOf(node, {
      'main.mjs': ['globalThis.kept = [];', ...main, 'snapshot();'].join('\n'),
      ...files,
    });
    source = heapSource(heap.graph, { cwd: heap.folder });
  });
  afterAll(() => heap.remove());

  function named(name: string): NodeOrdinal {
    return heap.closures(name)[0]!;
  }

  function scriptId(name: string): number {
    return heap.graph.snapshot.position(named(name))!.scriptId;
  }

  /** Where the function of a name stands, or why nowhere, and the marked line of its frame. */
  function locate(name: string, { positions } = source): [at: string, marked: string | undefined] {
    const location = positions.locate(named(name));
    if ('reason' in location) return [location.reason, undefined];
    const marked = positions
      .withFrame(location)
      .frame?.split('\n')
      .find((each) => each.startsWith('>'));
    return [`${location.file}:${location.line}:${location.column}`, marked?.replace(/^> *\d+ \| /, '')];
  }

  /** Column, from 1, of the parameter list. */
  function column(name: string): number {
    return keep(name).indexOf('()') + 1;
  }

  test.each([
    ['a module', 'inModule', 'module.mjs:2'],
    ['CommonJS', 'inCommonJs', 'common.cjs:2'],
    ['CRLF', 'inCrlf', 'crlf.cjs:2'],
    ['a hashbang', 'inHashbang', 'hashbang.cjs:3'],
    ['a module with a byte order mark', 'inModuleWithMark', 'bom.mjs:2'],
    ['CommonJS with a byte order mark', 'inCommonJsWithMark', 'bom.cjs:2'],
    ['characters beyond Latin and beyond 16 bits', 'inWide', 'wide.cjs:3'],
    ['a module loaded under a query', 'inQueried', 'queried.mjs:2'],
    ['a long file', 'inGone', 'gone.cjs:32'],
  ])('%s', (_, name, at) => {
    expect(locate(name)).toEqual([`${at}:${column(name)}`, keep(name)]);
  });

  test('the query of a module is kept apart from its path', () => {
    expect(source.sources.scriptOf(named('inQueried'))).toMatchObject({
      path: heap.path('queried.mjs'),
      query: '?v=1',
      owner: 'user',
    });
  });

  test('a lone CR and the separators of Unicode end lines from Node 22 on', () => {
    const at = heap.graph.snapshot.position(named('inSeparators'))!;
    expect(at.line).toBe(line === 20 ? 1 : 3);
    expect(source.programs.nameAt(at)).toBe('inSeparators');
  });

  test('evaluated code: its text from the snapshot, its name from sourceURL', () => {
    expect(locate('evaluated')).toEqual([`formula.js:2:${column('evaluated')}`, `${keep('evaluated')} })()`]);
    expect(locate('constructed')).toEqual([`evaluated code:3:${column('constructed')}`, keep('constructed')]);
  });

  test('compiled TypeScript through the source map of its compiled text', () => {
    const savedTexts = new Map([[scriptId('mapped'), COMPILED]]);
    const withText = heapSource(heap.graph, { cwd: heap.folder, savedTexts });
    expect(locate('mapped', withText)).toEqual([
      'mapped.ts:3:24',
      'export function mapped(a: A) { return a; }',
    ]);
  });

  test.runIf(line >= 24)("TypeScript run through Node's own stripping of types", () => {
    const at = heap.graph.snapshot.position(named('typed'))!;
    expect(locate('typed')).toEqual([`typed.mts:3:${column('typed')}`, TYPED]);
    expect(source.programs.nameAt(at)).toBe('typed');
  });

  test.runIf(line >= 24)('long TypeScript: its blanked text comes from the running target', async () => {
    const at = heap.graph.snapshot.position(named('typedLong'))!;
    const program = source.programs.programOf(at.scriptId);
    // The Node that runs this test may be able to blank types itself.
    if ('reason' in program)
      expect(program.reason).toBe('its TypeScript source needs Node 22.13 or later to be read');
    const blank = (types: string) => ' '.repeat(types.length);
    const compiled = LONG_TYPED.replace('?: Row', blank).replace(': number', blank);
    const live = heapSource(heap.graph, {
      cwd: heap.folder,
      readLive: async (asked) => (asked === at.scriptId ? compiled : undefined),
    });
    await live.sources.prepare();
    expect(live.programs.nameAt(at)).toBe('typedLong');
    expect(locate('typedLong', live)[1]).toBe(TYPED.replace('typed', 'typedLong'));
  });

  test('a file that has changed since keeps its lines; its text is that of the snapshot, or none', () => {
    writeFileSync(heap.path('changed.cjs'), `// changed\n${cjs('inChanged')}`);
    writeFileSync(heap.path('changed-long.cjs'), `// changed\n${long('inChangedLong')}`);
    const later = heapSource(heap.graph, { cwd: heap.folder });
    expect(locate('inChanged', later)).toEqual([`changed.cjs:2:${column('inChanged')}`, keep('inChanged')]);
    expect(locate('inChangedLong', later)).toEqual([
      `changed-long.cjs:32:${column('inChangedLong')}`,
      undefined,
    ]);
    expect(later.programs.programOf(scriptId('inChangedLong'))).toEqual({
      reason: 'changed-long.cjs has changed since it was loaded',
    });
  });

  test('a file that is gone: texts from the capture or the running target take its place', async () => {
    rmSync(heap.path('gone.cjs'));
    const id = scriptId('inGone');
    const text = long('inGone');
    const live = heapSource(heap.graph, {
      cwd: heap.folder,
      readLive: async (asked) => (asked === id ? text : undefined),
    });
    expect(live.sources.textOf(id)).toEqual({ reason: 'gone.cjs is no longer there' });
    await live.sources.prepare([named('inGone')]);
    expect(live.sources.textOf(id)).toMatchObject({ text, origin: 'live' });
    const saved = heapSource(heap.graph, { cwd: heap.folder, savedTexts: new Map([[id, text]]) });
    expect(locate('inGone', saved)).toEqual([`gone.cjs:32:${column('inGone')}`, keep('inGone')]);
  });

  test('what has no source says why', () => {
    const reasons = new Set<string>();
    for (let each = 0 as NodeOrdinal; each < heap.graph.nodeCount; each = (each + 1) as NodeOrdinal) {
      const location = source.positions.locate(each);
      if ('reason' in location) reasons.add(location.reason);
      else expect(location.line).toBeGreaterThan(0);
    }
    expect(reasons).toContain('It belongs to native code.');
    expect(reasons).toContain('It is a function of the engine or of native code, which has no source.');
    for (const reason of reasons) expect(reason).toMatch(/^[A-Z].*\.$/);
  });
});
