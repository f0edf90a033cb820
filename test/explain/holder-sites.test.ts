import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HeapSource, heapSource } from '../../src/explain/heap-source.ts';
import type { HoldingVariable } from '../../src/explain/holding-variable.ts';
import type { Site } from '../../src/explain/sites.ts';
import type { EdgeOrdinal, NodeOrdinal } from '../../src/shared/ids.ts';
import { heapOf, type ProgramHeap } from './heap-of-program.ts';

let heap: ProgramHeap;
let source: HeapSource;

beforeAll(async () => {
  heap = await heapOf(process.execPath, {
    'main.mjs': `import { sessions } from './store.mjs';
import * as store from './store.mjs';
import { createRequire } from 'node:module';
import { Registry } from './registry.mjs';
const shared = createRequire(import.meta.url)('./cache.cjs');
const registry = new Registry();
function login(user) { sessions.set(user, {}); store.sessions.set(user + 1, {}); registry.entries.push(user); }
login('a');
shared.remember('a');
globalThis.kept = { login, registry, timer: setInterval(poll, 1e6).unref() };
function poll() { return login; }
snapshot();
`,
    'store.mjs': `class Sessions extends Map {}
export const sessions = new Sessions();
export function end(user) { sessions.delete(user); }
globalThis.end = end;
`,
    'registry.mjs': `export class Registry {
  entries = [];
  add(entry) { this.entries.push(entry); }
}
`,
    'cache.cjs': `class Cache extends Map {}
const cache = new Cache();
exports.remember = (key) => cache.set(key, 1);
`,
  });
  source = heapSource(heap.graph, { cwd: heap.folder });
});
afterAll(() => heap.remove());

function asText(sites: readonly Site[]): string[] {
  return sites.map(
    ({ location, code, isCertain }) =>
      `${location.file}:${location.line} ${code}${isCertain ? '' : ' (perhaps)'}`,
  );
}

function instanceOf(className: string): NodeOrdinal {
  for (let node = 0 as NodeOrdinal; ; node = (node + 1) as NodeOrdinal) {
    const { graph } = heap;
    if (
      graph.nameOf(node) === className &&
      graph.typeOf(node) === 'object' &&
      graph.follow(node, 'constructor') === undefined
    )
      return node;
  }
}

/** The variable that holds the instance of a class. */
function variableHolding(className: string): HoldingVariable {
  const rows = heap.graph.retainerEdges(instanceOf(className)).slice();
  const variables = [...rows].flatMap((edge) => source.variables.behind(edge as EdgeOrdinal) ?? []);
  return variables.find((variable) => variable.source !== undefined)!;
}

test('an exported variable is filled by the files that import it, and emptied by its own', () => {
  const variable = variableHolding('Sessions');
  expect(variable.phrase).toBe('exported variable `sessions`');
  expect(asText(source.sites.ofVariable(variable, 'adds'))).toEqual([
    'main.mjs:7 sessions.set(user, {})',
    'main.mjs:7 store.sessions.set(user + 1, {})',
  ]);
  expect(asText(source.sites.ofVariable(variable, 'removes'))).toEqual(['store.mjs:3 sessions.delete(user)']);
});

test('a variable of its own module', () => {
  const variable = variableHolding('Cache');
  expect(variable.phrase).toBe('module variable `cache`');
  expect(asText(source.sites.ofVariable(variable, 'adds'))).toEqual(['cache.cjs:3 cache.set(key, 1)']);
  expect(asText(source.sites.ofVariable(variable, 'removes'))).toEqual([]);
  expect(asText(source.sites.ofVariable(variable, 'makes'))).toEqual(['cache.cjs:2 cache = new Cache()']);
});

test('a property of a class: its own lines first, then those of others', () => {
  expect(asText(source.sites.ofProperty(instanceOf('Registry'), 'entries', 'adds'))).toEqual([
    'registry.mjs:3 this.entries.push(entry)',
    'main.mjs:7 registry.entries.push(user) (perhaps)',
  ]);
});

test('where a function was handed over', () => {
  expect(asText(source.sites.registrations(heap.closures('poll')[0]!))).toEqual([
    'main.mjs:10 setInterval(poll, 1e6)',
  ]);
});
