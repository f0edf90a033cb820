import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type SourceMap, sourceMapOf } from '../../src/explain/source-map.ts';

const folder = mkdtempSync(join(tmpdir(), 'leakscan-map-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Generated 0:0 is original 1:2, named `big`; generated 0:10 is nothing; 1:4 is original 4:0. */
const MAP = {
  version: 3,
  sources: ['src/store.ts'],
  sourcesContent: ['// the source'],
  names: ['big'],
  mappings: 'AACEA,U;IAGF',
};

function opened(text: string, path = join(folder, 'out.js')): SourceMap {
  const map = sourceMapOf(text, path);
  if (map === undefined || 'reason' in map) throw new Error(map?.reason ?? 'no map');
  return map;
}

function inline(map: object): string {
  return `data:application/json;charset=utf-8;base64,${Buffer.from(JSON.stringify(map)).toString('base64')}`;
}

test('an inline map leads to the source, its name there, and its text', () => {
  const map = opened(`a();\n//# sourceMappingURL=${inline(MAP)}`);
  const original = map.original({ line: 0, column: 3 });
  expect(original).toEqual({ file: join(folder, 'src/store.ts'), line: 1, column: 2, name: 'big' });
  expect(map.content(original!.file)).toBe('// the source');
});

test('code without an original has none', () => {
  expect(
    opened(`a();\n//# sourceMappingURL=${inline(MAP)}`).original({ line: 7, column: 0 }),
  ).toBeUndefined();
});

test('before the first segment of a line the next one serves', () => {
  const map = opened(`a();\n//# sourceMappingURL=${inline(MAP)}`);
  expect(map.original({ line: 1, column: 0 })).toMatchObject({ line: 4, column: 0 });
});

test('a map beside the file is read, the last reference counts', () => {
  writeFileSync(join(folder, 'out.js.map'), JSON.stringify(MAP));
  const map = opened('//# sourceMappingURL=elsewhere.map\na();\n//# sourceMappingURL=out.js.map\n');
  expect(map.original({ line: 0, column: 0 })?.file).toBe(join(folder, 'src/store.ts'));
});

test("bundlers' schemes are shortened to the path", () => {
  const map = opened(`//# sourceMappingURL=${inline({ ...MAP, sources: ['webpack://app/./src/store.ts'] })}`);
  expect(map.original({ line: 0, column: 0 })?.file).toBe('src/store.ts');
});

test('maps in sections are read', () => {
  const sections = [{ offset: { line: 2, column: 0 }, map: MAP }];
  const map = opened(`//# sourceMappingURL=${inline({ version: 3, sections })}`);
  expect(map.original({ line: 2, column: 0 })).toMatchObject({ line: 1, column: 2 });
});

test('a text without reference has no map', () => {
  expect(sourceMapOf('const text = "//# sourceMappingURL=a.map";', undefined)).toBeUndefined();
});

test.each([
  ['//# sourceMappingURL=missing.js.map', 'its source map missing.js.map cannot be read: '],
  ['//# sourceMappingURL=data:application/json;base64,e30', 'its inline source map cannot be read: '],
])('a map that cannot be read gives a reason: %s', (text, reason) => {
  expect(sourceMapOf(text, join(folder, 'out.js'))).toEqual({ reason: expect.stringContaining(reason) });
});
