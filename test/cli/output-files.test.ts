import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { OutputError, OutputFiles } from '../../src/cli/output-files.ts';
import { UsageError } from '../../src/shared/errors.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'leakscan-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a file that was there keeps its text until it is written, and all of it is replaced', () => {
  const file = join(folder, 'report.txt');
  writeFileSync(file, 'the old and longer text');
  const files = new OutputFiles([file]);
  expect(readFileSync(file, 'utf8')).toBe('the old and longer text');
  files.write(file, 'new');
  files.close();
  expect(readFileSync(file, 'utf8')).toBe('new');
});

test('a file that was not there goes again when nothing is written to it', () => {
  const file = join(folder, 'report.txt');
  new OutputFiles([file]).close();
  expect(existsSync(file)).toBe(false);
});

test('a path that cannot be written is refused at once, by name, and leaves no other file behind', () => {
  const good = join(folder, 'good.txt');
  const bad = join(folder, 'no', 'such', 'folder.txt');
  expect(() => new OutputFiles([good, bad])).toThrow(UsageError);
  expect(() => new OutputFiles([good, bad])).toThrow(bad);
  expect(existsSync(good)).toBe(false);
});

test('what is read is not overwritten, whatever leads to it', () => {
  const snapshot = join(folder, 'a.heapsnapshot');
  writeFileSync(snapshot, 'heap');
  symlinkSync(snapshot, join(folder, 'link'));
  for (const name of [snapshot, join(folder, '.', 'link')]) {
    expect(() => new OutputFiles([name], [snapshot])).toThrow(UsageError);
    expect(() => new OutputFiles([name], [snapshot])).toThrow(/would overwrite it/);
  }
  expect(readFileSync(snapshot, 'utf8')).toBe('heap');
});

test('two results need two files', () => {
  const file = join(folder, 'result.json');
  for (const other of [file, `${folder}/./result.json`])
    expect(() => new OutputFiles([file, other])).toThrow(/named for two results/);
  expect(existsSync(file)).toBe(false);
});

test.skipIf(!existsSync('/dev/full'))('a full disk is told from a wrong path', () => {
  const files = new OutputFiles(['/dev/full']);
  expect(() => files.write('/dev/full', 'text')).toThrow(OutputError);
  expect(() => files.write('/dev/full', 'text')).toThrow(/no space left/);
  files.close();
});
