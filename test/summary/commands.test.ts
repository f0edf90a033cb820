import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HeapBuilder } from '../support/heap.ts';
import { runCli } from '../support/run-cli.ts';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const HAS_DUCKDB = existsSync(join(HERE, 'node_modules/@duckdb/node-api/package.json'));
if (!HAS_DUCKDB)
  console.warn('SQL is not tested: DuckDB is not installed; npm ci --prefix test/summary does it.');

let folder: string;
let file: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'leakscan-commands-'));
  file = join(folder, 'heap.heapsnapshot');
  writeFileSync(file, serverHeap().text());
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** `root ─> global ─ sessions ─> Map ─> (table) ─> Session ─ name ─> string`, and an object that nothing holds. */
function serverHeap(): HeapBuilder {
  const heap = new HeapBuilder();
  const global = heap.node('object', 'global', { id: 11, size: 40 });
  heap.edge(heap.root, 'shortcut', 'global', global);
  const roots = heap.edge(heap.root, 'element', 1, heap.node('synthetic', '(GC roots)', { id: 3, size: 0 }));
  heap.edge(roots, 'element', 1, global);
  const sessions = heap.object(global, 'sessions', 'Map', { id: 21, size: 32 });
  const table = heap.edge(sessions, 'internal', 'table', heap.node('array', '', { id: 23, size: 100 }));
  for (const [at, id] of [101, 103].entries()) {
    const session = heap.node('object', 'Session', {
      id,
      size: 64,
      at: { scriptId: 5, line: at, column: 2 },
    });
    heap.edge(table, 'internal', `${3 * at + 1}`, session);
    heap.edge(session, 'property', 'name', heap.node('string', 'nameless', { id: id + 100, size: 24 }));
  }
  heap.node('object', 'Dropped', { id: 901, size: 8 });
  return heap;
}

async function answer(...args: string[]): Promise<string> {
  const { stdout, stderr, exitCode } = await runCli(args, { cwd: HERE });
  expect(stderr).toBe('');
  expect(exitCode).toBe(0);
  return stdout;
}

async function json(...args: string[]): Promise<unknown> {
  return JSON.parse(await answer(...args, '--json'));
}

test('stats lists the classes by what they retain', async () => {
  expect(await json('stats', file)).toMatchObject({
    nodeCount: 10,
    unreachable: { count: 1, selfSize: 8 },
    classes: expect.arrayContaining([
      { name: 'Session', type: 'object', count: 2, selfSize: 128, retainedSize: 176 },
      { name: '(string)', type: 'string', count: 2, selfSize: 48, retainedSize: 48 },
    ]),
  });
  const text = await answer('stats', file, '--limit', '2');
  expect(text).toContain('348 B  global');
  expect(text).toContain('more classes');
});

test('dominators draws the tree', async () => {
  const text = await answer('dominators', file);
  expect(text).toContain('(root) @1');
  expect(text).toMatch(/308 B +88.5 % +32 B {8}Map @21/);
  const { rows } = (await json('dominators', file, '@23', '--limit', '2')) as { rows: unknown[] };
  expect(rows).toMatchObject([
    { id: 23, depth: 0, retainedSize: 276, others: { count: 1, retainedSize: 88 } },
    { id: 101, depth: 1, retainedSize: 88 },
  ]);
});

test('retainers lists who holds a node', async () => {
  expect(await answer('retainers', file, '@101')).toMatch(/276 B {2}\(array\) @23 +internal 1/);
  expect(await json('retainers', file, '21')).toMatchObject({
    node: { id: 21, name: 'Map' },
    retainers: [{ edge: { type: 'property', name: 'sessions' }, from: { id: 11, name: 'global' } }],
  });
  expect(await answer('retainers', file, '901')).toContain('Nothing keeps it alive.');
});

test('path says why a node is alive', async () => {
  const text = await answer('path', file, '201');
  expect(text).toContain('├─ entry → Session @101');
  expect(text).toContain('╰─ property name → (string) @201');
  expect(await json('path', file, '@103')).toMatchObject({
    node: { id: 103 },
    hops: expect.arrayContaining([expect.objectContaining({ name: 'sessions' })]),
  });
  expect(await json('path', file, '901')).toMatchObject({ hops: null });
});

test('strings lists duplicates', async () => {
  expect(await json('strings', file, '--duplicates')).toEqual({
    count: 2,
    selfSize: 48,
    wasted: 24,
    strings: [{ text: 'nameless', count: 2, selfSize: 48, wasted: 24 }],
  });
  expect(await answer('strings', file)).toContain('nameless');
});

test('export writes every node in file order, under either rules', async () => {
  const nodes = join(folder, 'nodes.ndjson');
  await answer('export', file, '--nodes', nodes, '--rules', 'devtools');
  const lines = readFileSync(nodes, 'utf8').trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line).id)).toEqual([1, 11, 3, 21, 23, 101, 201, 103, 203, 901]);
  expect(JSON.parse(lines[3]!)).toEqual({
    ...{
      id: 21,
      type: 'object',
      name: 'Map',
      selfSize: 132,
      retainedSize: 308,
      distance: 2,
      dominatorId: 11,
    },
  });
  const strict = await answer('export', file, '--nodes', '-');
  expect(JSON.parse(strict.split('\n')[3]!)).toMatchObject({ selfSize: 32, retainedSize: 308, distance: 3 });
});

test('a snapshot that cannot be read leaves the file of an earlier export as it was', async () => {
  const nodes = join(folder, 'kept.ndjson');
  writeFileSync(nodes, 'before');
  const { exitCode } = await runCli(['export', join(folder, 'missing.heapsnapshot'), '--nodes', nodes]);
  expect(exitCode).toBe(3);
  expect(readFileSync(nodes, 'utf8')).toBe('before');
});

test('--index leaves an index, and the next command answers from it', async () => {
  const own = join(folder, 'indexed.heapsnapshot');
  writeFileSync(own, serverHeap().text());
  const first = await answer('stats', own, '--index');
  expect(existsSync(`${own}.leakscan-index`)).toBe(true);
  expect(await answer('stats', own)).toBe(first);
});

test.each([
  [['retainers', '@999'], 2, 'has no node with the id @999'],
  [['path', 'Session'], 2, 'has no node with the id Session'],
  [['stats', '--limit', 'many'], 2, '--limit many is not a whole number above 0'],
  [['export'], 2, 'Nothing is to be exported'],
  [['export', '--nodes', '/dev/null/x'], 2, '/dev/null/x cannot be written'],
])('leakscan %s is refused', async ([command, ...rest], code, message) => {
  const { exitCode, stderr, stdout } = await runCli([command!, file, ...rest]);
  expect(stderr).toContain(message);
  expect(exitCode).toBe(code);
  expect(stdout).toBe('');
});

test('reads standard input, which has no place for an index', async () => {
  const stdin = serverHeap().text();
  const { stdout } = await runCli(['stats', '-', '--json'], { stdin });
  expect(JSON.parse(stdout)).toMatchObject({ nodeCount: 10 });
  const { exitCode, stderr } = await runCli(['stats', '-', '--index'], { stdin });
  expect(stderr).toContain('--index has no place beside standard input.');
  expect(exitCode).toBe(2);
});

test('without DuckDB, query says how to install it', async () => {
  const { exitCode, stderr } = await runCli(['query', file, 'SELECT 1'], { cwd: folder });
  expect(stderr).toContain('npm install @duckdb/node-api');
  expect(exitCode).toBe(3);
});

describe.skipIf(!HAS_DUCKDB)('with DuckDB', () => {
  const query = (sql: string) =>
    json('query', file, sql) as Promise<{ columns: string[]; rows: unknown[][] }>;

  test('query answers from every table', async () => {
    expect(await query('SELECT * FROM nodes WHERE id = 101')).toEqual({
      columns: ['id', 'type', 'name', 'self_size', 'edge_count'],
      rows: [[101, 'object', 'Session', 64, 1]],
    });
    expect(await query('SELECT * FROM edges WHERE from_id = 1 ORDER BY to_id')).toEqual({
      columns: ['from_id', 'to_id', 'type', 'name', 'strong'],
      rows: [
        [1, 3, 'element', '1', true],
        [1, 11, 'shortcut', 'global', false],
      ],
    });
    expect((await query('SELECT * FROM retained WHERE id IN (21, 901) ORDER BY id')).rows).toEqual([
      [21, 308, 3],
      [901, 8, null],
    ]);
    expect((await query('SELECT * FROM dominators WHERE id = 21')).rows).toEqual([[21, 11]]);
    expect((await query("SELECT text FROM strings WHERE text LIKE 'name%' ORDER BY text")).rows).toEqual([
      ['name'],
      ['nameless'],
    ]);
    expect(await query('SELECT * FROM locations WHERE id = 103')).toEqual({
      columns: ['id', 'script_id', 'line', 'column'],
      rows: [[103, 5, 1, 2]],
    });
  });

  test('query joins tables, and prints them as a table', async () => {
    const sql = 'SELECT name, retained_size FROM nodes JOIN retained USING (id) ORDER BY 2 DESC, 1 LIMIT 3';
    expect(await answer('query', file, sql)).toMatch(/name +retained_size\n.*348\n/);
  });

  test('a statement that DuckDB refuses is a mistake of the user', async () => {
    const { exitCode, stderr } = await runCli(['query', file, 'SELECT nonsense FROM nodes'], { cwd: HERE });
    expect(stderr).toContain('nonsense');
    expect(stderr).toContain('The tables are nodes, edges,');
    expect(exitCode).toBe(2);
  });

  test('export --parquet writes each table to a file of its own', async () => {
    const tables = join(folder, "it's parquet");
    await answer('export', file, '--parquet', tables);
    const from = join(tables, 'nodes.parquet').replaceAll("'", "''");
    expect((await query(`SELECT count(*) FROM '${from}'`)).rows).toEqual([[10]]);
  });
});
