import { describe, expect, test } from 'vitest';
import { type Detection, detect } from '../../src/detect/detect.ts';
import type { NodeOrdinal } from '../../src/shared/ids.ts';
import type { HeapBuilder } from '../support/heap.ts';
import { at, BOTH_LOOKS, FIRST_LOOK, program, work } from './worked-heap.ts';

function told({ findings }: Detection): string[] {
  return findings.map(
    ({ confidence, kind, className, objects }) => `${confidence} ${kind}: ${objects.length} ${className}`,
  );
}

function session(heap: HeapBuilder): NodeOrdinal {
  return heap.node('object', 'Session', { at: at(3), size: 100 });
}

test('entries that each round adds to a Map are one certain finding with all its figures', () => {
  const { heap, module } = program();
  const sessions = heap.collection(module, 'sessions');
  const evidence = work(heap, () => heap.object(heap.entry(sessions, session(heap)), 'notes', 'Array'));
  const { findings, isOpen } = detect(evidence);
  expect(findings).toHaveLength(1);
  expect(findings[0]).toMatchObject({
    kind: 'collection-growth',
    confidence: 'certain',
    className: 'Session',
    births: BOTH_LOOKS,
    perRound: 1,
    retainedBytes: 144 * 116,
    bytesPerRound: 116,
    accumulationPoint: sessions,
    evidence: 'growth',
  });
  expect(findings[0]!.objects).toHaveLength(144);
  expect(isOpen).toBe(false);
});

test('keys of a Map are one leak with its values, though something else holds these as well', () => {
  const { heap, module } = program();
  const workers = heap.collection(module, 'workers');
  const roots = heap.object(module, 'open', 'Object');
  const evidence = work(heap, (round) => {
    heap.entry(workers, heap.node('string', `tenant ${round}`));
    heap.edge(roots, 'element', round, heap.entry(workers, session(heap)));
  });
  expect(told(detect(evidence))).toEqual(['certain collection-growth: 144 Session']);
});

test('what is open inside the objects that pile up is named beside their kind', () => {
  const { heap, module } = program();
  const sessions = heap.collection(module, 'sessions');
  const evidence = work(heap, () => heap.object(heap.entry(sessions, session(heap)), 'handle', 'FileHandle'));
  expect(detect(evidence).findings).toMatchObject([{ kind: 'collection-growth', also: ['handle'] }]);
});

describe('between three snapshots, what goes on since before the first of them is likely', () => {
  const between = { rounds: [13, 17], unit: 'snapshots' } as const;

  test('entries of a Map that had such entries', () => {
    const { heap, module } = program();
    const sessions = heap.collection(module, 'sessions');
    for (let before = 0; before < 5; before += 1) heap.entry(sessions, session(heap));
    const detection = detect(work(heap, () => heap.entry(sessions, session(heap)), between));
    expect(told(detection)).toEqual(['likely collection-growth: 35 Session']);
  });

  test('links of a chain whose end was one', () => {
    const { heap, module } = program();
    let last = module;
    const add = (): void => {
      last = heap.edge(last, 'property', 'next', heap.node('object', 'Link', { at: at(3) }));
    };
    add();
    expect(told(detect(work(heap, add, between)))).toEqual(['likely collection-growth: 30 Link']);
  });

  test('but not records of a dictionary that had none, though both are plain objects', () => {
    const { heap, module } = program();
    const prices = heap.object(module, 'prices', 'Object');
    const detection = detect(
      work(
        heap,
        (round) => heap.edge(prices, 'property', `p${round}`, heap.node('object', 'Object', { at: at(3) })),
        between,
      ),
    );
    expect(told(detection)).toEqual(['possible collection-growth: 30 Object']);
  });

  test('but not entries of a Map that had none', () => {
    const { heap, module } = program();
    const sessions = heap.collection(module, 'sessions');
    const detection = detect(work(heap, () => heap.entry(sessions, session(heap)), between));
    expect(told(detection)).toEqual(['possible collection-growth: 30 Session']);
  });
});

test('after few rounds a finding is open: a longer run would settle it', () => {
  const { heap, module } = program();
  const sessions = heap.collection(module, 'sessions');
  const detection = detect(work(heap, () => heap.entry(sessions, session(heap)), { rounds: FIRST_LOOK }));
  expect(told(detection)).toEqual(['likely collection-growth: 15 Session']);
  expect(detection.isOpen).toBe(true);
});

test('where no round was counted no rate per round is given', () => {
  const { heap, module } = program();
  const sessions = heap.collection(module, 'sessions');
  const evidence = work(heap, () => heap.entry(sessions, session(heap)), {
    rounds: [10, 10, 10, 10],
    unit: 'time',
  });
  expect(detect(evidence).findings[0]).toMatchObject({ perRound: 0, confidence: 'likely' });
});

describe('one leak is one finding', () => {
  test('of the keys and the values of a Map', () => {
    const { heap, module } = program();
    const table = heap.collection(module, 'byUser');
    const evidence = work(heap, () => {
      heap.entry(table, heap.node('object', 'User', { at: at(9) }));
      heap.entry(table, session(heap));
    });
    const { findings } = detect(evidence);
    expect(findings).toHaveLength(1);
    const named = [findings[0]!.className, ...findings[0]!.alsoKept.map((each) => each.className)];
    expect(named.sort()).toEqual(['Session', 'User']);
  });

  test('of objects in a Map and listeners that captured them', () => {
    const { heap, module } = program();
    const sessions = heap.collection(module, 'sessions');
    const bus = heap.object(module, 'bus', 'EventEmitter');
    const listeners = heap.object(heap.object(bus, '_events', 'Object'), 'data', 'Array');
    const evidence = work(heap, (round) => {
      const made = heap.entry(sessions, session(heap));
      const listener = heap.node('closure', 'onData', { at: at(12) });
      heap.edge(heap.edge(listener, 'internal', 'context', heap.context(['made'])), 'context', 'made', made);
      heap.edge(listeners, 'element', round, listener);
    });
    const { findings } = detect(evidence);
    expect(findings).toHaveLength(1);
    expect([findings[0]!.kind, ...findings[0]!.also]).toEqual(
      expect.arrayContaining(['collection-growth', 'listener', 'retained-closure']),
    );
  });

  test('of what two dictionaries share and the keys of each, held by a dictionary', () => {
    const { heap, module } = program();
    const dictionaries = ['byName', 'byPath'].map((name) => heap.object(module, name, 'Object'));
    const names = dictionaries.map((dictionary) =>
      heap.edge(dictionary, 'internal', 'properties', heap.node('array', '')),
    );
    const evidence = work(heap, (round) => {
      const page = heap.node('object', 'Object', { at: at(3) });
      for (const [index, dictionary] of dictionaries.entries()) {
        heap.edge(dictionary, 'property', `page ${round}`, page);
        heap.edge(names[index]!, 'internal', `${round}`, heap.node('string', `page ${round} of ${index}`));
      }
    });
    const { findings } = detect(evidence);
    expect(findings).toHaveLength(1);
    expect(dictionaries).toContain(findings[0]!.accumulationPoint);
  });

  test('held where it piles up, though what leads there looks like what piles up', () => {
    const { heap, module } = program();
    const shared = heap.object(heap.object(module, 'shared', 'Cache'), 'caches', 'Object');
    const dictionary = heap.object(heap.object(shared, 'parsed', 'MapCache'), 'data', 'Object');
    heap.edge(module, 'context', 'another way', shared);
    const other = heap.collection(module, 'other');
    const evidence = work(heap, (round) => {
      const page = heap.entry(other, heap.node('object', 'Object', { at: at(3) }));
      heap.edge(dictionary, 'property', `page ${round}`, page);
      const own = heap.object(heap.entry(other, heap.object(page, 'cache', 'Cache')), 'caches', 'Object');
      heap.edge(other, 'internal', `caches ${round}`, own);
    });
    const { findings } = detect(evidence);
    expect(findings).toHaveLength(1);
    expect([dictionary, other]).toContain(findings[0]!.accumulationPoint);
    expect(findings[0]!.leaking.has(shared)).toBe(false);
  });

  test('but two of which an object keeps the latest are two', () => {
    const { heap, module } = program();
    const state = heap.object(module, 'state', 'State');
    const sessions = heap.collection(module, 'sessions');
    const users = heap.collection(module, 'users');
    const evidence = work(heap, (round) => {
      const made = heap.entry(sessions, session(heap));
      const user = heap.entry(users, heap.node('object', 'User', { at: at(9), size: 900 }));
      if (round < 143) return;
      heap.edge(state, 'property', 'lastSession', made);
      heap.edge(state, 'property', 'lastUser', user);
    });
    expect(detect(evidence).findings).toHaveLength(2);
  });

  test('but two Maps that grow by themselves are two', () => {
    const { heap, module } = program();
    const sessions = heap.collection(module, 'sessions');
    const users = heap.collection(module, 'users');
    const evidence = work(heap, () => {
      heap.entry(sessions, session(heap));
      heap.entry(users, heap.node('object', 'User', { at: at(9), size: 900 }));
    });
    expect(told(detect(evidence))).toEqual([
      'certain collection-growth: 144 User',
      'certain collection-growth: 144 Session',
    ]);
  });
});

describe('a finding is told by the class that says most', () => {
  test("the program's own class before the plain objects around it", () => {
    const { heap, module } = program();
    const sessions = heap.collection(module, 'sessions');
    const evidence = work(heap, () => {
      const record = heap.entry(sessions, heap.node('object', 'Object'));
      heap.edge(record, 'property', 'session', session(heap));
    });
    const [finding] = detect(evidence).findings;
    expect(finding!.className).toBe('Session');
    expect(finding!.alsoKept.map((each) => each.className)).toEqual(['Object']);
  });

  test('and with a representative of an early generation, so that a chain is seen whole', () => {
    const { heap, module } = program();
    const sessions = heap.collection(module, 'sessions');
    const evidence = work(heap, () => heap.entry(sessions, session(heap)));
    const { representative } = detect(evidence).findings[0]!;
    expect(evidence.generations.bornIn(evidence.graph.idOf(representative))).toBe(2);
  });
});

describe('nobody is accused of', () => {
  test('what was made while the program warmed up', () => {
    const { heap, module } = program();
    const lazy = heap.collection(module, 'templates');
    const evidence = work(heap, (round) => {
      if (round < 3) heap.entry(lazy, session(heap));
    });
    expect(detect(evidence).findings).toEqual([]);
  });

  test('what is still at work after the last mark', () => {
    const { heap, module } = program();
    const open = heap.collection(module, 'requests', 'Set');
    const evidence = work(heap, (round) => {
      if (round >= 100) heap.entry(open, session(heap));
    });
    expect(detect(evidence).findings).toEqual([]);
  });

  test('code that V8 compiles, and says so', () => {
    const { heap, module } = program();
    const cache = heap.edge(module, 'internal', 'extension', heap.node('hidden', 'system / Cache'));
    const evidence = work(heap, (round) => {
      heap.edge(cache, 'hidden', round, heap.node('code', 'system / BytecodeArray'));
    });
    const { findings, ignored } = detect(evidence);
    expect(findings).toEqual([]);
    expect(ignored).toMatchObject([{ predicate: 'compiled-code', count: 144 }]);
  });

  test('models of literals in code that ran, and what they consist of', () => {
    const { heap, module } = program();
    const cache = heap.edge(module, 'internal', 'extension', heap.node('hidden', 'system / Cache'));
    const evidence = work(heap, (round) => {
      const site = heap.edge(cache, 'hidden', round, heap.node('code', 'system / AllocationSite'));
      const model = heap.edge(site, 'internal', 'transition_info', heap.node('object', 'Object'));
      const elements = heap.edge(model, 'internal', 'elements', heap.node('array', '(object elements)'));
      heap.edge(elements, 'internal', '0', heap.node('object', 'Point'));
    });
    const { findings, ignored } = detect(evidence);
    expect(findings).toEqual([]);
    expect(ignored).toMatchObject([{ predicate: 'literal-boilerplates', count: 144 }]);
  });

  test('but not what code holds beside its literals', () => {
    const { heap, module } = program();
    const cache = heap.edge(module, 'internal', 'extension', heap.node('hidden', 'system / Cache'));
    const evidence = work(heap, (round) => {
      const site = heap.edge(cache, 'hidden', round, heap.node('code', 'system / AllocationSite'));
      heap.edge(site, 'internal', 'transition_info', heap.node('object', 'Object'));
      const cell = heap.edge(cache, 'hidden', 1000 + round, heap.node('code', 'system / FeedbackCell'));
      heap.edge(cell, 'internal', 'value', heap.node('object', 'Session'));
    });
    expect(detect(evidence).findings.map(({ className }) => className)).toEqual(['Session']);
  });

  test('what the runtime would report of failed Deferreds that leak', () => {
    const { heap, module } = program();
    const due = heap.collection(module, 'due', 'Set');
    const jobs = heap.collection(module, 'jobs', 'Array');
    const evidence = work(heap, () => {
      const deferred = heap.entry(jobs, heap.node('object', 'Deferred', { at: at(3) }));
      const report = heap.object(heap.object(deferred, 'leakscanTrace', 'Trace'), 'report', 'Object');
      heap.entry(due, report);
    });
    const { findings, ignored } = detect(evidence);
    expect(findings.map(({ className }) => className)).toEqual(['Deferred']);
    expect(ignored).toMatchObject([{ predicate: 'reports-of-deferreds', count: 144 }]);
  });

  test('code that V8 compiles now and then, which is not worth a word', () => {
    const { heap, module } = program();
    const cache = heap.edge(module, 'internal', 'extension', heap.node('hidden', 'system / Cache'));
    const evidence = work(heap, (round) => {
      if (round % 3 === 0) heap.edge(cache, 'hidden', round, heap.node('code', 'system / BytecodeArray'));
    });
    expect(detect(evidence)).toMatchObject({ findings: [], ignored: [] });
  });

  test('names that stand in maps and code', () => {
    const { heap, module } = program();
    const map = heap.edge(module, 'internal', 'map', heap.node('object shape', 'system / Map'));
    const evidence = work(heap, (round) => {
      heap.edge(map, 'internal', `${round}`, heap.node('string', `field${round}`));
    });
    expect(detect(evidence).ignored).toMatchObject([{ predicate: 'names-of-code' }]);
  });

  test('names that several maps share, wherever these hang', () => {
    const { heap, module } = program();
    const maps = ['a', 'b'].map((name) =>
      heap.edge(
        heap.object(module, name, 'Object'),
        'internal',
        'map',
        heap.node('object shape', 'system / Map'),
      ),
    );
    const evidence = work(heap, (round) => {
      const name = heap.node('string', `field${round}`);
      for (const map of maps) heap.edge(map, 'internal', `${round}`, name);
    });
    expect(detect(evidence).ignored).toMatchObject([{ predicate: 'names-of-code' }]);
  });

  test('text that the program itself collects is no such name', () => {
    const { heap, module } = program();
    const seen = heap.collection(module, 'seen', 'Set');
    const evidence = work(heap, (round) => heap.entry(seen, heap.node('string', `id ${round}`)));
    expect(told(detect(evidence))).toEqual(['certain collection-growth: 144 (string)']);
  });

  test('what the last console messages keep for an inspector', () => {
    const { heap } = program();
    const handles = 3 as NodeOrdinal;
    const evidence = work(heap, () => {
      heap.edge(handles, 'internal', '9 / DevTools console', session(heap));
    });
    expect(detect(evidence).findings).toEqual([]);
    expect(detect(evidence).ignored).toMatchObject([{ predicate: 'inspector-console' }]);
  });

  test('what the part of leakscan inside the target keeps', () => {
    const { heap, module } = program();
    const marks = heap.object(module, 'own', 'LeakscanMarks');
    const evidence = work(heap, (round) => heap.edge(marks, 'element', round, heap.node('object', 'Object')));
    expect(detect(evidence).findings).toEqual([]);
    expect(detect(evidence).ignored).toMatchObject([{ predicate: 'leakscan-itself' }]);
  });

  test('an array that still fills the room it was made with, where rounds are not seen', () => {
    const { heap, module } = program();
    const buffer = heap.object(module, 'samples', 'Array');
    const store = heap.edge(buffer, 'internal', 'elements', heap.node('array', ''));
    const fill = (round: number): void => {
      const sample = heap.node('object', 'Sample', { at: at(5) });
      heap.edge(buffer, 'element', round, sample);
      heap.edge(store, 'internal', `${round}`, sample);
    };
    const evidence = work(heap, fill, { rounds: [30, 30, 30, 30], unit: 'time' });
    expect(detect(evidence).ignored).toMatchObject([{ predicate: 'filling-reserved-room' }]);
  });
});

test('room that was made for pieces of text does not excuse the texts they were cut from', () => {
  const { heap, module } = program();
  const ids = heap.object(module, 'ids', 'Array');
  const store = heap.edge(ids, 'internal', 'elements', heap.node('array', ''));
  const remember = (round: number): void => {
    const piece = heap.node('sliced string', `${round}`);
    heap.edge(ids, 'element', round, piece);
    heap.edge(store, 'internal', `${round}`, piece);
    heap.edge(piece, 'internal', 'parent', heap.node('string', `line ${round}`, { size: 2000 }));
  };
  const evidence = work(heap, remember, { rounds: [30, 30, 30, 30], unit: 'time' });
  expect(detect(evidence).findings).toMatchObject([{ confidence: 'likely', evidence: 'growth' }]);
});

test('small arrays of which each round leaves one behind are no room that fills up', () => {
  const { heap, module } = program();
  const listeners = heap.collection(module, 'listeners', 'Set');
  const keep = (round: number): void => {
    const items = heap.node('object', 'Array');
    const store = heap.edge(items, 'internal', 'elements', heap.node('array', ''));
    heap.edge(store, 'internal', '0', heap.node('object', 'Object'));
    heap.entry(listeners, items);
    if (round % 40 === 0) heap.edge(module, 'context', `first${round}`, items);
  };
  const evidence = work(heap, keep, { rounds: [30, 30, 30, 30], unit: 'time' });
  expect(detect(evidence).findings).toMatchObject([{ confidence: 'likely' }]);
});

test('an array that got larger rooms while the program ran is accused', () => {
  const { heap, module } = program();
  const log = heap.object(module, 'log', 'Array');
  const samples: NodeOrdinal[] = [];
  const evidence = work(
    heap,
    (round) => {
      const sample = heap.node('object', 'Sample', { at: at(5) });
      samples.push(sample);
      heap.edge(log, 'element', round, sample);
      if (round !== 119) return;
      const store = heap.edge(log, 'internal', 'elements', heap.node('array', ''));
      for (const [index, each] of samples.entries()) heap.edge(store, 'internal', `${index}`, each);
    },
    { rounds: [30, 30, 30, 30], unit: 'time' },
  );
  expect(told(detect(evidence))).toEqual(['likely collection-growth: 120 Sample']);
});

describe('a longer run is needed to say anything of', () => {
  const inTenth = (keep: (round: number) => void) => (round: number) => {
    if (round % 10 === 2) keep(round);
  };

  test('objects that hardly any round adds to a collection', () => {
    const { heap, module } = program();
    const sessions = heap.collection(module, 'sessions');
    const add = inTenth(() => heap.entry(sessions, session(heap)));
    expect(detect(work(heap, add, { rounds: [3, 5, 7] }))).toMatchObject({ findings: [], isUndecided: true });
  });

  test('objects that every generation adds to a collection, though not at one rate', () => {
    const { heap, module } = program();
    const sessions = heap.collection(module, 'sessions');
    const add = (round: number) => {
      const few = round >= 3 && round < 8;
      for (let count = few ? 1 : 9; count > 0; count -= 1) heap.entry(sessions, session(heap));
    };
    expect(detect(work(heap, add, { rounds: [3, 5, 7] }))).toMatchObject({ findings: [], isUndecided: true });
  });

  test('but not of what a variable holds', () => {
    const { heap, module } = program();
    const keep = inTenth((round) => heap.edge(module, 'context', `v${round}`, session(heap)));
    expect(detect(work(heap, keep, { rounds: [3, 5, 7] }))).toMatchObject({ isUndecided: false });
  });

  test('nor of a collection that keeps the latest', () => {
    const { heap, module } = program();
    const sessions = heap.collection(module, 'sessions');
    const ring = (round: number) => {
      if (round >= 10) heap.entry(sessions, session(heap));
    };
    expect(detect(work(heap, ring, { rounds: [3, 5, 7] }))).toMatchObject({ isUndecided: false });
  });
});

test('without marks nothing is said of growth', () => {
  const { heap, module } = program();
  const sessions = heap.collection(module, 'sessions');
  const evidence = work(heap, () => heap.entry(sessions, session(heap)), { rounds: [] });
  expect(detect(evidence)).toMatchObject({ findings: [], ignored: [], isOpen: false });
});

test('the same heap gives the same findings', () => {
  const once = (): unknown => {
    const { heap, module } = program();
    const table = heap.collection(module, 'byUser');
    const log = heap.object(module, 'log', 'Array');
    return detect(
      work(heap, (round) => {
        heap.entry(table, session(heap));
        heap.edge(log, 'element', round, heap.node('object', 'Line', { at: at(7) }));
      }),
    ).findings;
  };
  expect(once()).toEqual(once());
});
