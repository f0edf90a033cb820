import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import * as leakscan from '../src/index.ts';
import { HeapBuilder } from './support/heap.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'leakscan-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function snapshotOf(count: number, className = 'Session'): string {
  const heap = new HeapBuilder();
  const map = heap.object(heap.root, 'sessions', 'Map', { id: 3 });
  for (let index = 0; index < count; index += 1) {
    heap.object(map, `entry${index}`, className, { id: 2 * index + 5 });
  }
  const file = join(folder, `${className}-${count}.heapsnapshot`);
  writeFileSync(file, heap.text());
  return file;
}

test('the library has these names, and a change to them is a decision', () => {
  expect(Object.keys(leakscan).sort()).toEqual([
    'InputError',
    'LeakscanError',
    'TargetError',
    'UsageError',
    'analyze',
    'compare',
    'merge',
    'parseReport',
    'renderJson',
    'renderText',
    'run',
  ]);
});

test('a snapshot is analysed into a report that can be rendered, written and read back', async () => {
  const steps: string[] = [];
  const report = await leakscan.analyze(snapshotOf(5), { onStep: (text) => steps.push(text) });
  expect(report).toMatchObject({ schemaVersion: 1, command: 'analyze', verdict: { status: 'pass' } });
  expect(leakscan.renderText(report, { width: 60 })).toContain('No leak found in what could be judged.');
  expect(leakscan.parseReport(leakscan.renderJson(report), 'x')).toEqual(report);
  expect(steps).toContain('reading the heap');
});

test('snapshots of one process are compared object by object, whatever their order', async () => {
  const files = [snapshotOf(40), snapshotOf(20)];
  const { comparison } = await leakscan.compare(files);
  expect(comparison?.matchedBy).toBe('identity');
  expect(comparison?.inputs).toEqual([files[1], files[0]]);
  expect(comparison?.grown).toMatchObject([{ className: 'Session', countBefore: 20, countAfter: 40 }]);
});

test('snapshots of two processes are compared by class', async () => {
  const files = [snapshotOf(20), snapshotOf(9, 'Basket')];
  const { comparison } = await leakscan.compare(files);
  expect(comparison?.matchedBy).toBe('signature');
  expect(comparison?.gone).toMatchObject([{ className: 'Session', countBefore: 20 }]);
  expect(comparison?.new).toMatchObject([{ className: 'Basket', countAfter: 9 }]);
});

test('what cannot be run or read rejects with an error that says what to do', async () => {
  await expect(leakscan.run({ script: join(folder, 'none.mjs') })).rejects.toBeInstanceOf(
    leakscan.TargetError,
  );
  await expect(leakscan.analyze(join(folder, 'none'))).rejects.toBeInstanceOf(leakscan.InputError);
  await expect(leakscan.analyze('x', { baseline: 'none.json' })).rejects.toBeInstanceOf(leakscan.UsageError);
});
