import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { snapshotDirectory } from '../../src/capture/private-directory.ts';
import { UsageError } from '../../src/shared/errors.ts';
import { program } from './support/programs.ts';

test('the directory for snapshots is readable by this user alone and gone with all that is in it', () => {
  const directory = snapshotDirectory(undefined);
  expect(statSync(directory.path).mode & 0o777).toBe(0o700);
  writeFileSync(join(directory.path, 'a.heapsnapshot'), '');
  directory.remove();
  directory.remove();
  expect(existsSync(directory.path)).toBe(false);
});

test('a directory that was asked for is made and kept', () => {
  const wanted = join(dirname(program('here', '')), 'saved', 'deep');
  const directory = snapshotDirectory(wanted);
  directory.remove();
  expect(statSync(wanted).mode & 0o777).toBe(0o700);
});

test('one that is there keeps its mode', () => {
  const wanted = join(dirname(program('here', '')), 'shared');
  mkdirSync(wanted, { mode: 0o755 });
  snapshotDirectory(wanted);
  expect(statSync(wanted).mode & 0o777).toBe(0o755);
});

test('a place where nothing can be made is named, with what to do', () => {
  const file = program('file', '');
  expect(() => snapshotDirectory(join(file, 'below'))).toThrow(UsageError);
  expect(() => snapshotDirectory(join(file, 'below'))).toThrow(/cannot be saved in .*below/);
  expect(() => snapshotDirectory(file)).toThrow(/cannot be saved in/);
});

test.runIf(process.platform === 'linux')('a file system that makes nothing at all is refused at once', () => {
  expect(() => snapshotDirectory('/proc/heaps/of/mine')).toThrow(
    /cannot be saved in \/proc\/heaps\/of\/mine/,
  );
  expect(() => snapshotDirectory('/proc')).toThrow(/cannot be saved in \/proc/);
});
