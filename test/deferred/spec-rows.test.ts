import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = new URL('../../', import.meta.url);
const specification = fileURLToPath(new URL('../shared/runtime-spec.md', root));
const page = fileURLToPath(new URL('docs/deferred-rows.md', root));
const testFolders = ['test/deferred', 'test/reactor'];

/** A row of the specification's tables of features. */
interface Row {
  readonly section: string;
  readonly twisted: string;
  readonly typescript: string;
  readonly mark: string;
}

test.skipIf(!existsSync(specification))('every row of the specification has a test that names it', () => {
  const rows = readRows(readFileSync(specification, 'utf8'));
  const tests = readTests();
  expect(rows.length).toBeGreaterThan(150);
  const text = render(rows, tests);
  if (process.env.UPDATE_ROWS) writeFileSync(page, text);
  expect(readFileSync(page, 'utf8')).toBe(text);
  const nameless = rows.filter((row) => isWanted(row) && testsOf(row, tests).length === 0);
  expect(nameless.map(({ section, twisted }) => `${section} ${twisted}`)).toEqual([]);
});

function readRows(text: string): Row[] {
  const rows: Row[] = [];
  let section = '';
  for (const line of text.split('\n')) {
    section = /^### (2\.\d+) /.exec(line)?.[1] ?? (/^## /.test(line) ? '' : section);
    const cells = line.split('|').map((cell) => cell.trim());
    if (section === '' || !line.startsWith('| ') || cells[1] === 'Twisted' || cells[1]?.startsWith('---'))
      continue;
    rows.push({ section, twisted: cells[1] ?? '', typescript: cells[2] ?? '', mark: cells.at(-2) ?? '' });
  }
  return rows;
}

/** The test files by name, with their text. */
function readTests(): ReadonlyMap<string, string> {
  const tests = new Map<string, string>();
  for (const folder of testFolders) {
    const names = readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' });
    for (const name of names.filter((one) => one.endsWith('.test.ts')).sort()) {
      tests.set(`${folder}/${name}`, readFileSync(new URL(`${folder}/${name}`, root), 'utf8'));
    }
  }
  return tests;
}

function isWanted({ mark }: Row): boolean {
  return /^[CNT]/.test(mark);
}

/**
 * The files in which a test, or a group of tests, is named after the row: a string that begins with the section and
 * the first words of the row, up to its first comma, colon or parenthesis.
 */
function testsOf({ section, twisted }: Row, tests: ReadonlyMap<string, string>): string[] {
  const words = twisted.replace(/(?!^)\s*[,:;(→].*$/, '');
  const escaped = `${section} ${words}`.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  const name = new RegExp(`(describe|test)(\\.\\w+)?\\(\\s*['"\`]${escaped}(?![\\w.])`);
  return [...tests].filter(([, text]) => name.test(text)).map(([file]) => file);
}

function render(rows: readonly Row[], tests: ReadonlyMap<string, string>): string {
  const lines = [
    '# The rows of the specification, and their state',
    '',
    'Made by `UPDATE_ROWS=1 npx vitest run test/deferred/spec-rows.test.ts` from the tables of the specification: each row',
    'that is marked C (core), N (network) or T (tools) is covered by the tests that bear its name. Rows marked – are left out on',
    'purpose.',
    '',
    '| section | Twisted | here | mark | state |',
    '| --- | --- | --- | --- | --- |',
  ];
  for (const row of rows) {
    const files = testsOf(row, tests).map((file) => `\`${file}\``);
    const state = isWanted(row) ? (files.length > 0 ? files.join(', ') : 'missing') : 'left out';
    lines.push(`| ${row.section} | ${row.twisted} | ${row.typescript} | ${row.mark} | ${state} |`);
  }
  return `${lines.join('\n')}\n`;
}
