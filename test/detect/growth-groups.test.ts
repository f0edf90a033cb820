import { describe, expect, test } from 'vitest';
import type { Evidence } from '../../src/detect/evidence.ts';
import { growths } from '../../src/detect/growth.ts';
import { type GrowthGroup, growthGroups } from '../../src/detect/growth-groups.ts';
import type { NodeOrdinal } from '../../src/shared/ids.ts';
import { at, BOTH_LOOKS, FIRST_LOOK, program, work } from './worked-heap.ts';

/** Classes of the growing groups at the top, each with those that grow below it, and how many belong to it. */
function growing(evidence: Evidence): string[] {
  const words = (group: GrowthGroup): string =>
    `${evidence.classes.nameOf(group.members[0]!)} × ${group.members.length}`;
  return growths(evidence.graph, growthGroups(evidence.graph, evidence.classes, evidence.generations)).map(
    ({ top, below }) => [top, ...below].map(words).join(' > '),
  );
}

test('entries of a Map are one group, with what they hold below it', () => {
  const { heap, module } = program();
  const sessions = heap.collection(module, 'sessions');
  const evidence = work(heap, () => {
    const session = heap.entry(sessions, heap.node('object', 'Session', { at: at(3) }));
    heap.object(session, 'history', 'Array');
  });
  expect(growing(evidence)).toEqual(['Session × 144 > Array × 144']);
  const group = growthGroups(evidence.graph, evidence.classes, evidence.generations)[0]!;
  expect(group.births).toEqual(BOTH_LOOKS);
  expect(group.stableDominator).toBe(sessions);
});

test('equals that were there before the first mark belong to a group that grows', () => {
  const { heap, module } = program();
  const sessions = heap.collection(module, 'sessions');
  const add = (): void => {
    const session = heap.entry(sessions, heap.node('object', 'Session', { at: at(3) }));
    heap.object(session, 'history', 'Array');
  };
  for (let warmUp = 0; warmUp < 10; warmUp += 1) add();
  expect(growing(work(heap, add))).toEqual(['Session × 154 > Array × 154']);
});

test('so do those of what several equals hold together, such as the scope of two listeners', () => {
  const { heap, module } = program();
  const bus = heap.collection(module, 'bus', 'Array');
  const add = (): void => {
    const scope = heap.context(['job'], module);
    for (const name of ['onData', 'onEnd']) {
      const listener = heap.entry(bus, heap.node('closure', name, { at: at(3) }));
      heap.edge(listener, 'internal', 'context', scope);
    }
  };
  for (let warmUp = 0; warmUp < 10; warmUp += 1) add();
  expect(growing(work(heap, add)).sort()).toEqual([
    'onData × 154',
    'onEnd × 154',
    'system / Context × 154 > system / ScopeInfo × 154 > (string) × 154',
  ]);
});

test('what was there before the first mark and did not grow since is in no group', () => {
  const { heap, module } = program();
  const table = heap.collection(module, 'settings');
  for (let count = 0; count < 10; count += 1) heap.entry(table, heap.node('object', 'Setting'));
  const evidence = work(heap, () => {});
  expect(growthGroups(evidence.graph, evidence.classes, evidence.generations)).toEqual([]);
});

describe('a chain is one group, however long', () => {
  test('linked in both directions', () => {
    const { heap, module } = program();
    const list = heap.object(module, 'list', 'List');
    let last: NodeOrdinal | undefined;
    const evidence = work(heap, () => {
      const link = heap.node('object', 'Link', { at: at(3) });
      heap.edge(last ?? list, 'property', last === undefined ? 'head' : 'next', link);
      if (last !== undefined) heap.edge(link, 'property', 'previous', last);
      last = link;
    });
    expect(growing(evidence)).toEqual(['Link × 144']);
  });

  test('linked from the newest to the oldest', () => {
    const { heap, module } = program();
    let newest: NodeOrdinal | undefined;
    for (let count = 0; count < 4; count += 1) newest = link(newest);
    const evidence = work(
      heap,
      (round) => {
        newest = link(newest);
        if (round === 14) heap.edge(module, 'context', 'newest', newest);
      },
      { rounds: FIRST_LOOK },
    );
    expect(growing(evidence)).toEqual(['Link × 19']);

    function link(next: NodeOrdinal | undefined): NodeOrdinal {
      const made = heap.node('object', 'Link', { at: at(3) });
      if (next !== undefined) heap.edge(made, 'property', 'next', next);
      return made;
    }
  });

  test('of functions that wrap each other', () => {
    const { heap, module } = program();
    let inner: NodeOrdinal | undefined;
    const evidence = work(
      heap,
      (round) => {
        const scope = heap.context(['inner'], module);
        if (inner !== undefined) heap.edge(scope, 'context', 'inner', inner);
        inner = heap.node('closure', 'wrapped', { at: at(9) });
        heap.edge(inner, 'internal', 'context', scope);
        if (round === 14) heap.edge(module, 'context', 'handler', inner);
      },
      { rounds: FIRST_LOOK },
    );
    expect(growing(evidence)[0]).toMatch(/^wrapped × 15/);
    expect(growing(evidence)).toHaveLength(1);
  });
});

test('entries are seen when their Map has got a new table meanwhile', () => {
  const { heap, module } = program();
  const sessions = heap.object(module, 'sessions', 'Map');
  const all: NodeOrdinal[] = [];
  const evidence = work(
    heap,
    (round) => {
      all.push(heap.node('object', 'Session', { at: at(3) }));
      if (round !== 14) return;
      const table = heap.edge(sessions, 'internal', 'table', heap.node('array', ''));
      for (const session of all) heap.entry(table, session);
    },
    { rounds: FIRST_LOOK },
  );
  expect(growing(evidence)).toEqual(['Session × 15']);
});

/** Each round begins a poll. Timers hold the polls, each in turn, and all were armed again after the last mark. */
function rearmedPolls(): Evidence {
  const { heap, module } = program();
  const timers = heap.object(module, 'timers', 'TimersList');
  const polls: NodeOrdinal[] = [];
  return work(heap, () => polls.push(heap.node('object', 'Poll', { at: at(3) })), {
    rounds: FIRST_LOOK,
    afterwards() {
      for (const [index, poll] of polls.entries()) {
        const timer = heap.edge(timers, 'element', index, heap.node('object', 'Timeout'));
        heap.edge(timer, 'property', '_onTimeout', poll);
      }
    },
  });
}

test('what came after the last mark is no stable node: equals below equals of it are one group', () => {
  expect(growing(rearmedPolls())).toEqual(['Poll × 15']);
});

test('what is made anew again and again to hold one member each carries the growth', () => {
  const { graph, classes, generations } = rearmedPolls();
  const [growth] = growths(graph, growthGroups(graph, classes, generations));
  expect(growth!.carriers.map((node) => classes.nameOf(node))).toEqual(Array(15).fill('Timeout'));
});

test('one new holder of all members carries nothing', () => {
  const { heap, module } = program();
  const sessions: NodeOrdinal[] = [];
  const { graph, classes, generations } = work(
    heap,
    () => sessions.push(heap.node('object', 'Session', { at: at(3) })),
    {
      rounds: FIRST_LOOK,
      afterwards() {
        const copy = heap.object(module, 'sessions', 'Array');
        for (const [index, session] of sessions.entries()) heap.edge(copy, 'element', index, session);
      },
    },
  );
  const [growth] = growths(graph, growthGroups(graph, classes, generations));
  expect(growth).toMatchObject({ carriers: [], top: { members: sessions } });
});

test('objects with two holders are one group below what dominates both', () => {
  const { heap, module } = program();
  const byId = heap.collection(module, 'byId');
  const recent = heap.collection(module, 'recent', 'Set');
  const evidence = work(heap, () =>
    heap.entry(recent, heap.entry(byId, heap.node('object', 'Session', { at: at(3) }))),
  );
  expect(growing(evidence)).toEqual(['Session × 144']);
  const [group] = growthGroups(evidence.graph, evidence.classes, evidence.generations);
  expect(group!.stableDominator).toBe(module);
});

test('an old object that holds the new ones, or is held otherwise, is none of them', () => {
  const { heap, module } = program();
  const registry = heap.object(module, 'registry', 'Object');
  const byName = heap.object(registry, 'byName', 'Object');
  const byPath = heap.object(module, 'byPath', 'Object');
  // Both dictionaries and the registry hang below the module, for there is another way to each.
  for (const dictionary of [byName, byPath]) heap.edge(module, 'context', `of${dictionary}`, dictionary);
  let key = 0;
  const add = (): void => {
    const page = heap.node('object', 'Object', { at: at(3) });
    for (const dictionary of [byName, byPath]) heap.edge(dictionary, 'property', `page ${key++}`, page);
  };
  for (let warmUp = 0; warmUp < 5; warmUp += 1) add();
  expect(growing(work(heap, add))).toEqual(['Object × 149']);
});

test('the prototype of what holds the new ones is none of them', () => {
  const { heap, module } = program();
  const jobs = heap.collection(module, 'jobs');
  const prototype = heap.node('object', 'Object');
  heap.edge(heap.object(module, 'Job', 'Object'), 'property', 'base', prototype);
  const job = heap.edge(module, 'context', 'class', heap.node('closure', 'Job', { at: at(1) }));
  heap.edge(job, 'property', 'prototype', prototype);
  const done = heap.collection(module, 'done');
  const evidence = work(heap, () => {
    const made = heap.entry(jobs, heap.node('object', 'Job', { at: at(3) }));
    heap.edge(made, 'property', '__proto__', prototype);
    const report = heap.edge(made, 'property', 'report', heap.node('object', 'Object'));
    heap.entry(done, report);
  });
  expect(growing(evidence).sort()).toEqual(['Job × 144', 'Object × 144']);
});

test('one class below two holders makes two groups', () => {
  const { heap, module } = program();
  const active = heap.collection(module, 'active');
  const closed = heap.collection(module, 'closed');
  const evidence = work(heap, () => {
    for (const table of [active, closed]) heap.entry(table, heap.node('object', 'Session', { at: at(3) }));
  });
  expect(growing(evidence)).toEqual(['Session × 144', 'Session × 144']);
});

test('functions of one name from two places are two classes', () => {
  const { heap, module } = program();
  const hooks = heap.object(module, 'hooks', 'Array');
  let index = 0;
  const evidence = work(heap, () => {
    heap.edge(hooks, 'element', index++, heap.node('closure', 'done', { at: at(3) }));
    heap.edge(hooks, 'element', index++, heap.node('closure', 'done', { at: at(8) }));
  });
  expect(growing(evidence)).toEqual(['done × 144', 'done × 144']);
});

test('numbers and nodes of the embedder have no age, because each snapshot gives them new ids', () => {
  const { heap, module } = program();
  const table = heap.collection(module, 'numbers');
  let even = 2;
  const evidence = work(heap, () => {
    heap.entry(table, heap.node('number', 'heap number'));
    even = heap.watermark + 1;
    heap.entry(table, heap.node('native', 'Node / Something', { id: even }));
  });
  expect(even % 2).toBe(0);
  expect(growing(evidence)).toEqual([]);
});

test('what no strong path leads to is in no group', () => {
  const { heap, module } = program();
  const registry = heap.object(module, 'seen', 'WeakRefs');
  const evidence = work(heap, (round) => {
    heap.edge(registry, 'weak', `${round}`, heap.node('object', 'Session', { at: at(3) }));
  });
  expect(growing(evidence)).toEqual([]);
});
