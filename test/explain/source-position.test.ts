import { rmSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { heapSource } from '../../src/explain/heap-source.ts';
import type { SourceOptions } from '../../src/explain/source-text.ts';
import { heapOf, nodeLines, type ProgramHeap } from './heap-of-program.ts';

/** Where the function `target` of a heap stands, as `file:line:column` or the reason, with the marked line of its frame. */
function locate(heap: ProgramHeap, options: SourceOptions = {}): { at: string; line: string | undefined } {
  const { positions } = heapSource(heap.graph, { cwd: heap.folder, ...options });
  const location = positions.locate(heap.closures('target')[0]!);
  if ('reason' in location) return { at: location.reason, line: undefined };
  const { frame } = positions.withFrame(location);
  const line = frame?.split('\n').find((each) => each.startsWith('>'));
  return {
    at: `${location.file}:${location.line}:${location.column}`,
    line: line?.replace(/^> *\d+ \| /, ''),
  };
}

const KEEP = 'globalThis.kept = function target() { return 1; };';
const MODULE = ["import 'node:fs';", KEEP, 'snapshot();', ''];
const COMMONJS = ["require('node:fs');", KEEP, 'snapshot();', ''];
const found = { at: '2:34', line: KEEP };

describe.each(nodeLines)('positions on Node $line', ({ line, node }) => {
  test.each([
    ['a module', 'app.mjs', MODULE.join('\n'), found],
    ['CommonJS', 'app.cjs', COMMONJS.join('\n'), found],
    ['CRLF', 'app.cjs', COMMONJS.join('\r\n'), found],
    ['a hashbang', 'app.cjs', ['#!/usr/bin/env node', ...COMMONJS].join('\n'), { ...found, at: '3:34' }],
    ['a module with a byte order mark', 'app.mjs', `\ufeff${MODULE.join('\n')}`, found],
    ['CommonJS with a byte order mark', 'app.cjs', `\ufeff${COMMONJS.join('\n')}`, found],
    [
      'characters beyond Latin and beyond 16 bits',
      'app.cjs',
      `// é 名 😀\n${COMMONJS.join('\n')}`,
      { ...found, at: '3:34' },
    ],
  ])('%s', async (_, file, text, expected) => {
    const heap = await heapOf(node, { [file]: text });
    const { at, line } = locate(heap);
    heap.remove();
    expect({ at: at.replace(`${file}:`, ''), line }).toEqual(expected);
  });

  test('a lone CR and Unicode separators end lines from Node 22 on', async () => {
    const heap = await heapOf(node, { 'app.cjs': `/* a\u2028b\rc */ ${COMMONJS.join('\n')}` });
    const { programs, sources } = heapSource(heap.graph);
    const target = heap.closures('target')[0]!;
    const program = programs.programOf(sources.scriptOf(target)!.id);
    const at = heap.graph.snapshot.position(target)!;
    heap.remove();
    if ('reason' in program) throw new Error(program.reason);
    expect(at.line).toBe(line === 20 ? 1 : 3);
    expect(program.nameOf(program.functionAt(at)!)).toBe('target');
  });

  test('modules loaded again under a query', async () => {
    const heap = await heapOf(node, {
      'main.mjs': "await import('./app.mjs?v=1');",
      'app.mjs': MODULE.join('\n'),
    });
    const { sources } = heapSource(heap.graph, { cwd: heap.folder });
    const script = sources.scriptOf(heap.closures('target')[0]!);
    const { at, line } = locate(heap);
    heap.remove();
    expect({ at, line }).toEqual({ at: 'app.mjs:2:34', line: KEEP });
    expect(script).toMatchObject({ query: '?v=1', owner: 'user' });
  });

  test('evaluated code: its text from the snapshot, its name from sourceURL', async () => {
    const code = `(() => {\n${KEEP} })()`;
    const heap = await heapOf(node, {
      'app.cjs': `(0, eval)(${JSON.stringify(`${code}\n//# sourceURL=formula.js`)}); snapshot();`,
    });
    const { at, line } = locate(heap);
    heap.remove();
    expect({ at, line }).toEqual({ at: 'formula.js:2:34', line: `${KEEP} })()` });
  });

  test('new Function without a name', async () => {
    const heap = await heapOf(node, {
      'app.cjs': `new Function('a', ${JSON.stringify(KEEP)})(); snapshot();`,
    });
    const { at, line } = locate(heap);
    heap.remove();
    expect({ at, line }).toEqual({ at: 'evaluated code:3:34', line: KEEP });
  });

  test('a file that has changed since keeps its lines, but shows no text', async () => {
    const heap = await heapOf(node, { 'app.cjs': COMMONJS.join('\n') });
    writeFileSync(heap.path('app.cjs'), `// changed\n${COMMONJS.join('\n').repeat(30)}`);
    const large = `${'// a line to make it longer than what the snapshot shows of it\n'.repeat(30)}`;
    const long = await heapOf(node, { 'app.cjs': large + COMMONJS.join('\n') });
    writeFileSync(long.path('app.cjs'), `// changed\n${large}`);
    const results = [locate(heap), locate(long)];
    const reason = heapSource(long.graph, { cwd: long.folder }).programs;
    const script = long.graph.snapshot.position(long.closures('target')[0]!)!.scriptId;
    expect(reason.programOf(script)).toEqual({ reason: 'app.cjs has changed since it was loaded' });
    heap.remove();
    long.remove();
    expect(results).toEqual([
      { at: 'app.cjs:2:34', line: KEEP },
      { at: 'app.cjs:32:34', line: undefined },
    ]);
  });

  test('a file that is gone: texts from the capture or the running target take its place', async () => {
    const large = `${'// a line to make it longer than what the snapshot shows of it\n'.repeat(30)}${COMMONJS.join('\n')}`;
    const heap = await heapOf(node, { 'app.cjs': large });
    rmSync(heap.path('app.cjs'));
    const target = heap.closures('target')[0]!;
    const { scriptId } = heap.graph.snapshot.position(target)!;
    const live = heapSource(heap.graph, {
      cwd: heap.folder,
      readLive: async (id) => (id === scriptId ? large : undefined),
    });
    expect(live.sources.textOf(scriptId)).toEqual({ reason: 'app.cjs is no longer there' });
    await live.sources.prepare([target]);
    expect(live.sources.textOf(scriptId)).toMatchObject({ text: large, origin: 'live' });
    const saved = locate(heap, { savedTexts: new Map([[scriptId, large]]) });
    heap.remove();
    expect(saved).toEqual({ at: 'app.cjs:32:34', line: KEEP });
  });

  test('compiled TypeScript through the source map of its compiled text', async () => {
    const source = ['interface A {}', '', 'export function target(a: A) { return a; }', ''].join('\n');
    const map = {
      version: 3,
      sources: ['app.ts'],
      sourcesContent: [source],
      names: [],
      mappings: 'AAEA,eAAuB',
    };
    const url = `data:application/json;base64,${Buffer.from(JSON.stringify(map)).toString('base64')}`;
    const compiled = `function target(a) { return a; } globalThis.kept = target;\n//# sourceMappingURL=${url}\n`;
    const heap = await heapOf(node, {
      'run.cjs': `const Module = require('module'); const m = new Module(${JSON.stringify('app.ts')});
m._compile(require('fs').readFileSync(__dirname + '/app.out', 'utf8'), __dirname + '/app.ts'); snapshot();`,
      'app.ts': source,
      'app.out': compiled,
    });
    const { scriptId } = heap.graph.snapshot.position(heap.closures('target')[0]!)!;
    const mapped = locate(heap, { savedTexts: new Map([[scriptId, compiled]]) });
    heap.remove();
    expect(mapped).toEqual({ at: 'app.ts:3:24', line: 'export function target(a: A) { return a; }' });
  });

  test.runIf(line >= 24)("TypeScript run through Node's own stripping of types", async () => {
    const heap = await heapOf(node, {
      'app.mts': `interface Row { a: string } // é 名\nconst held: Row[] = [];\n${KEEP.replace('target()', 'target(a?: Row): number')}\nsnapshot();\n`,
    });
    const { at, line: shown } = locate(heap);
    const { programs } = heapSource(heap.graph, { cwd: heap.folder });
    const position = heap.graph.snapshot.position(heap.closures('target')[0]!)!;
    const program = programs.programOf(position.scriptId);
    heap.remove();
    expect({ at, shown }).toEqual({
      at: 'app.mts:3:34',
      shown: KEEP.replace('target()', 'target(a?: Row): number'),
    });
    // Scopes need the types to be blanked here as well, which the Node that runs this test may not be able to.
    if ('reason' in program)
      expect(program.reason).toBe('its TypeScript source needs Node 22.13 or later to be read');
    else expect(program.nameOf(program.functionAt(position)!)).toBe('target');
  });

  test('what has no source says why', async () => {
    const heap = await heapOf(node, {
      'app.cjs': 'globalThis.kept = [Array.prototype.push, { a: 1 }]; snapshot();',
    });
    const { positions } = heapSource(heap.graph, { cwd: heap.folder });
    const { graph } = heap;
    const root = positions.locate(0 as never);
    const reasons = new Set<string>();
    for (let each = 0; each < graph.nodeCount; each += 1) {
      const location = positions.locate(each as never);
      if ('reason' in location) reasons.add(location.reason);
      else expect(location.line).toBeGreaterThan(0);
    }
    heap.remove();
    expect(root).toEqual({ reason: 'It belongs to native code.' });
    expect(reasons).toContain('It is a function of the engine or of native code, which has no source.');
    for (const reason of reasons) expect(reason).toMatch(/^[A-Z].*\.$/);
  });
});
