import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Evidence, evidenceOf } from '../../src/detect/evidence.ts';
import type { Finding, LeakKind } from '../../src/detect/finding.ts';
import { Generations } from '../../src/detect/generations.ts';
import { explain } from '../../src/explain/explain.ts';
import type { Explanation, Hop } from '../../src/explain/explanation.ts';
import { type HeapSource, heapSource } from '../../src/explain/heap-source.ts';
import type { NodeOrdinal } from '../../src/shared/ids.ts';
import { heapOf, type ProgramHeap } from './heap-of-program.ts';

const RUNTIME = fileURLToPath(new URL('../../dist/deferred/index.js', import.meta.url));

const PROGRAM = `
import { EventEmitter } from 'node:events';
import { createServer } from 'node:net';
import { Deferred, fail, succeed } from ${JSON.stringify(RUNTIME)};

class Session { constructor(id) { this.session = 'session ' + id; } }
const sessions = new Map();
export function open(id) { sessions.set(id, new Session(id)); }
for (let id = 0; id < 5; id += 1) open(id);

class Ticket { constructor() { this.ticket = 'a ticket'; } }
const tickets = new Map([['a', new Ticket()]]);
const archive = new Set(tickets.values());

class Page { constructor(property) { this[property] = 'a page'; } }
const pages1 = new Map([['a', new Page('page')]]);
const pages2 = new Map([['a', new Page('otherPage')]]);
export const readPages = () => [pages1, pages2, tickets, archive];

const bus = new EventEmitter();
function subscribe() {
  const rows = new Array(1000).fill('row');
  const unread = { text: 'nobody reads it' };
  bus.on('tick', function onTick() { return rows.length; });
  return () => { unread; };
}
for (let k = 0; k < 3; k += 1) subscribe();
export const emit = () => bus.emit('tick');

class Member { constructor(room) { this.room = room; this.member = 'one'; } }
class Room { constructor() { this.members = [new Member(this)]; this.big = 'x'.repeat(5000).split('').join(''); } }
globalThis.rooms = { lobby: new Room() };

class Ping { constructor() { this.ping = 'ping'; } }
setTimeout((ping) => ping, 1e8, new Ping());

class Farewell { constructor() { this.farewell = 'bye'; } }
function atSignal(farewell) { process.on('SIGUSR2', () => farewell); }
atSignal(new Farewell());

class Peer { constructor() { this.peer = 'peer'; } }

const failures = [fail(new TypeError('no such page'))];
const never = new Deferred();
const waiting = [succeed(1).addCallback(() => never)];
export const read = () => [failures, waiting];

const server = createServer();
server.listen(0, '127.0.0.1', () => {
  server.peer = new Peer();
  globalThis.snapshot();
  process.exit();
});
`;

/** An edit that moves every line and gives every object another id. */
const EDITED = `// A comment.
globalThis.more = Array.from({ length: 3000 }, (_, i) => ({ i }));

export function unrelated() { return 'something'; }
${PROGRAM}`;

interface Explained {
  readonly heap: ProgramHeap;
  readonly evidence: Evidence;
  readonly source: HeapSource;
}

async function run(text: string, files: Readonly<Record<string, string>> = {}): Promise<Explained> {
  const heap = await heapOf(process.execPath, { 'app.mjs': text, ...files });
  const generations = new Generations('rounds', [0, 0, 0, Number.MAX_SAFE_INTEGER], [3, 5, 7]);
  const evidence = evidenceOf(heap.graph, generations, undefined, undefined, false);
  return { heap, evidence, source: heapSource(heap.graph, { cwd: heap.folder }) };
}

/** Explains a leak of all objects that have such a property (or bear such a name, for functions). */
function explained(
  of: Explained,
  kind: LeakKind,
  property: string,
  also: readonly LeakKind[] = [],
): Explanation {
  const { graph } = of.heap;
  const objects: NodeOrdinal[] = [];
  for (let node = 0 as NodeOrdinal; node < graph.nodeCount; node = (node + 1) as NodeOrdinal) {
    const isWanted =
      graph.typeOf(node) === 'object'
        ? graph.follow(node, property, 'property') !== undefined
        : graph.typeOf(node) === 'closure' && graph.nameOf(node) === property;
    if (isWanted && graph.isReachable(node) && graph.nameOf(node) !== 'Server') objects.push(node);
  }
  expect(objects).not.toEqual([]);
  const finding: Finding = {
    kind,
    also,
    confidence: 'certain',
    reason: 'every round left one behind',
    isOpen: false,
    className: of.evidence.classes.nameOf(objects[0]!),
    objects,
    births: [3, 5, 7],
    perRound: 1,
    evidence: 'growth',
    representative: objects[0]!,
    alsoKept: [],
    leaking: new Set(objects),
    accumulationPoint: undefined,
    retainedBytes: 1000,
    bytesPerRound: 66.6,
  };
  return explain(finding, of.evidence, of.source);
}

const words = (hops: readonly Hop[]): string =>
  hops.map(({ edge, node }) => `${edge.name} → ${node.name}`).join(', ');

let app: Explained;
beforeAll(async () => {
  app = await run(PROGRAM);
});
afterAll(() => app.heap.remove());

describe('objects in a Map', () => {
  let told: Explanation;
  beforeAll(() => {
    told = explained(app, 'collection-growth', 'session');
  });

  test('are told with their holder, its place and what to change', () => {
    expect(told.title).toBe('5 Session pile up in Map sessions, 1 more each round');
    expect(told.holder).toMatchObject({ name: 'Map sessions', location: { file: 'app.mjs', line: 7 } });
    expect(told.remedy).toContain('Map sessions');
    expect(told.remedy).toContain('app.mjs:8');
    expect(told.evidence).toBe('Every round left one behind.');
    expect(told.bytesPerRound).toBe(67);
  });

  test('are led to from the module that has the variable', () => {
    expect(told.paths[0]!.root).toBe('module app.mjs');
    expect(words(told.paths[0]!.hops)).toBe('sessions → Map, entry → Session');
  });

  test('turn from alive to leaking at the one suspect edge', () => {
    expect(told.paths[0]!.hops.map(({ status, suspect }) => [status, suspect])).toEqual([
      ['alive', false],
      ['leaking', true],
    ]);
    expect(told.paths[0]!.hops.every(({ reason }) => reason !== '')).toBe(true);
  });

  test('show each holder that must let go', () => {
    const { paths } = explained(app, 'collection-growth', 'ticket');
    expect(paths.map(({ hops }) => hops[0]!.edge.name).sort()).toEqual(['archive', 'tickets']);
  });

  test('have a place or the reason why there is none at each step', () => {
    for (const hop of told.paths.flatMap(({ hops }) => hops))
      expect(hop.location !== undefined || (hop.noLocation ?? '') !== '').toBe(true);
  });
});

test('a listener is told with its emitter and what its function has captured', () => {
  const told = explained(app, 'listener', 'onTick');
  expect(told.title).toBe("3 onTick kept by the listener of 'tick' of EventEmitter bus, 1 more each round");
  expect(told.closure).toMatchObject({ functionName: 'onTick', location: { file: 'app.mjs', line: 24 } });
  expect(told.closure!.captured.map(({ name, readBy }) => [name, readBy])).toEqual([
    ['rows', 'self'],
    ['unread', 'sibling'],
  ]);
  expect(told.closure!.captured[0]!.retainedBytes).toBeGreaterThan(8000);
});

test('a cycle is told in order, with the edge that enters it and the back reference to cut', () => {
  const told = explained(app, 'collection-growth', 'members', ['cycle-leak']);
  expect(words(told.cycle!.hops)).toBe('members → Array, element → Member, room → Room');
  expect(told.cycle!.entry.edge.name).toBe('lobby');
  expect(told.cycle!.cut.edge.name).toBe('room');
  expect(told.cycle!.members).toBe(3);
});

test('no cycle is told where no kind says that there is one', () => {
  expect(explained(app, 'collection-growth', 'members').cycle).toBeUndefined();
});

describe('what a CommonJS module holds', () => {
  const LISTS = `
class Job { constructor(id) { this.job = 'job ' + id; } }
const jobs = {};
exports.jobs = jobs;
exports.add = (id) => { jobs[id] = new Job(id); };
function remind() { setTimeout(function onTime() {}, 1e8); }
remind();
`;
  const LISTS_USED = `
import { createRequire } from 'node:module';
const { add } = createRequire(import.meta.url)('./lists.cjs');
for (const id of 'abcde') add(id);
globalThis.snapshot();
process.exit();
`;
  let lists: Explained;
  beforeAll(async () => {
    lists = await run(LISTS_USED, { 'lists.cjs': LISTS });
  });
  afterAll(() => lists.heap.remove());

  test('is told from that module on, by the variable that has it there, with the lines that fill it', () => {
    const told = explained(lists, 'collection-growth', 'job');
    expect(told.paths[0]!.root).toBe('module lists.cjs');
    expect(words(told.paths[0]!.hops)).toMatch(/jobs → Object, entry → Job$/);
    expect(told.holder).toMatchObject({ name: 'Object jobs', location: { file: 'lists.cjs', line: 3 } });
    expect(told.remedy).toContain('added at lists.cjs:5:');
  });

  test('a timer is told with the function that it calls', () => {
    const told = explained(lists, 'timer', '_onTimeout');
    expect(told.closure).toMatchObject({ functionName: 'onTime', location: { file: 'lists.cjs', line: 6 } });
    expect(told.remedy).toContain('lists.cjs:6:');
  });
});

describe('where no variable of the program leads to a leak, the path begins', () => {
  test('at the pending timers of Node.js', () => {
    const told = explained(app, 'timer', 'ping');
    expect(told.paths[0]!.root).toBe('pending timers of Node.js');
    expect(told.remedy).toContain('clearTimeout');
  });

  test('at the process', () => {
    const told = explained(app, 'listener', 'farewell');
    expect(told.paths[0]!.root).toBe('process');
    expect(told.paths[0]!.hops[0]!.edge.name).toBe("listener of 'SIGUSR2'");
  });

  test('at the global object', () => {
    expect(explained(app, 'collection-growth', 'members').paths[0]!.root).toBe('global object');
  });

  test('at an open handle, which is named first', () => {
    const [path] = explained(app, 'handle', 'peer').paths;
    expect(path!.root).toBe('open handle or native code (Global handles)');
    expect(words(path!.hops)).toBe('handle → TCP, owner of the open handle → Server, peer → Peer');
  });
});

describe('a Deferred', () => {
  test('is told with the failure it rests with, and with what it waits for', () => {
    const stories = ['failures', 'waiting'].map((variable) => deferredIn(variable).deferred!);
    expect(stories[0]).toMatchObject({
      state: 'failed, and nobody took the failure',
      failure: { type: 'TypeError', message: 'no such page' },
    });
    expect(stories[1]!.waitingOn).toBe('Deferred (pending)');
  });

  function deferredIn(variable: string): Explanation {
    const { graph } = app.heap;
    for (let edge = 0; edge < graph.edgeCount; edge += 1) {
      if (graph.edgeTypeOf(edge as never) !== 'context' || graph.edgeNameOf(edge as never) !== variable)
        continue;
      const deferred = graph.follow(graph.edgeTarget(edge as never), 0, 'element');
      if (deferred === undefined) continue;
      const finding = { ...findingOfOne(deferred), kind: 'pending-deferred' as const };
      return explain(finding, app.evidence, app.source);
    }
    throw new Error(`no variable ${variable}`);
  }

  function findingOfOne(node: NodeOrdinal): Finding {
    return {
      kind: 'pending-deferred',
      also: [],
      confidence: 'certain',
      reason: 'it waits',
      isOpen: false,
      className: 'Deferred',
      objects: [node],
      births: [0, 0, 1],
      perRound: 0,
      evidence: 'state',
      representative: node,
      alsoKept: [],
      leaking: new Set([node]),
      accumulationPoint: undefined,
      retainedBytes: 100,
      bytesPerRound: 0,
    };
  }
});

describe('the signature', () => {
  const leaks: readonly (readonly [LeakKind, string])[] = [
    ['collection-growth', 'session'],
    ['listener', 'onTick'],
    ['collection-growth', 'members'],
    ['timer', 'ping'],
    ['listener', 'farewell'],
  ];

  test('is the same after an edit above, with all lines and ids changed', async () => {
    const edited = await run(EDITED);
    try {
      for (const [kind, property] of leaks) {
        expect(explained(edited, kind, property).signature).toBe(explained(app, kind, property).signature);
      }
    } finally {
      edited.heap.remove();
    }
  });

  test('is sixteen hexadecimal digits, another for each leak and each kind', () => {
    const signatures = leaks.map(([kind, property]) => explained(app, kind, property).signature);
    for (const signature of signatures) expect(signature).toMatch(/^[0-9a-f]{16}$/);
    expect(new Set(signatures).size).toBe(leaks.length);
    expect(explained(app, 'retained-closure', 'session').signature).not.toBe(signatures[0]);
  });

  test('tells two holders whose names differ in a digit only', () => {
    const [page1, page2] = ['page', 'otherPage'].map((property) =>
      explained(app, 'collection-growth', property),
    );
    expect([page1!.holder!.name, page2!.holder!.name]).toEqual(['Map pages1', 'Map pages2']);
    expect(page1!.signature).not.toBe(page2!.signature);
  });
});
