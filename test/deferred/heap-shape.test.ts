import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildHeapGraph } from '../../src/graph/build-heap-graph.ts';
import type { HeapGraph } from '../../src/graph/heap-graph.ts';
import { readSnapshot } from '../../src/ingest/read-snapshot.ts';
import { deferredsOf, failureOf, stateOf, waitsFor } from '../../src/objects/deferreds.ts';
import { nodeBinaries } from '../support/node-snapshots.ts';

const library = new URL('../../src/deferred/index.ts', import.meta.url).pathname;

/** One Deferred of each state, a subclass among them, all held by one global object. */
const PROGRAM = `
import { writeHeapSnapshot } from 'node:v8';
import { Deferred, fail, succeed, observeDeferreds } from ${JSON.stringify(library)};
class Request extends Deferred { constructor() { super(); this.address = 'somewhere'; } }
class Refused extends Error {}
const pending = new Request();
const paused = new Deferred(); paused.pause(); paused.callback(1);
const observed = fail(new Refused('seen')); try { [...observed]; } catch {}
export const made = {
  pending,
  paused,
  waiting: succeed(1).addCallback(() => pending),
  success: succeed({ value: 1 }),
  unhandled: fail(new Refused('nobody took this')),
  observed,
};
export { writeHeapSnapshot, observeDeferreds };
`;

const MAIN = `
const { made, writeHeapSnapshot, observeDeferreds } = await import(process.argv[2]);
const second = await import(process.argv[3]);
observeDeferreds({ unhandled() {} });
second.observeDeferreds({ unhandled() {} });
globalThis.kept = [made, second.made];
writeHeapSnapshot(process.argv[4]);
`;

describe.each(nodeBinaries)('in a snapshot of Node %s', (_, binary) => {
  const folder = mkdtempSync(join(tmpdir(), 'leakscan-shape-'));
  let graph: HeapGraph;

  beforeAll(async () => {
    writeFileSync(join(folder, 'program.mjs'), PROGRAM);
    writeFileSync(join(folder, 'main.mjs'), MAIN);
    for (const minify of [false, true]) {
      const bundle = await rolldown({ input: join(folder, 'program.mjs'), platform: 'node' });
      await bundle.write({ file: join(folder, `${minify}.mjs`), minify });
    }
    const file = join(folder, 'made.heapsnapshot');
    execFileSync(binary, [
      join(folder, 'main.mjs'),
      join(folder, 'false.mjs'),
      join(folder, 'true.mjs'),
      file,
    ]);
    graph = buildHeapGraph(await readSnapshot(file));
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  test('every state of both copies, plain and minified, is read from the file alone', () => {
    const states = deferredsOf(graph).map((deferred) => stateOf(graph, deferred));
    const count = (state: string) => states.filter((one) => one === `leakscan:${state}`).length;
    expect({
      pending: count('pending'),
      fired: count('fired'),
      waiting: count('waiting'),
      unhandled: count('unhandled-failure'),
      observed: count('observed-failure'),
    }).toEqual({ pending: 2, fired: 2, waiting: 2, unhandled: 2, observed: 2 });
  });

  test('a failure shows its message and its stack, and a waiting Deferred what it waits for', () => {
    const deferreds = deferredsOf(graph);
    const failures = deferreds
      .map((deferred) => failureOf(graph, deferred))
      .filter((one) => one !== undefined);
    expect(failures.map(({ message }) => message).sort()).toEqual([
      'nobody took this',
      'nobody took this',
      'seen',
      'seen',
    ]);
    expect(failures.every(({ stack }) => stack.some((line) => line.includes('at ')))).toBe(true);
    const waiting = deferreds.filter((deferred) => stateOf(graph, deferred) === 'leakscan:waiting');
    for (const one of waiting) {
      const other = waitsFor(graph, one);
      expect(other !== undefined && stateOf(graph, other)).toBe('leakscan:pending');
    }
  });
});
