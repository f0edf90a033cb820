import { describe, expect, test } from 'vitest';
import type { Census } from '../../src/detect/census.ts';
import { type Detection, detect } from '../../src/detect/detect.ts';
import type { NodeOrdinal } from '../../src/shared/ids.ts';
import { at, BOTH_LOOKS, FIRST_LOOK, program, work } from './worked-heap.ts';

const SENSORS = 30;
const FIRST_ID = 20_001;

/** Which of the sensors gets the n-th reading: by turns, but in no order. */
const sensorOf = (reading: number): number => (reading * 7) % SENSORS;

/**
 * A Map of thirty sensors, each with an array of its readings; every round brings `perRound` more of them by turns. A sensor
 * keeps the latest `kept`. `earlier` is what a look at fewer rounds has counted.
 */
function lookAt(
  rounds: readonly number[],
  {
    perRound = 2,
    kept = Number.POSITIVE_INFINITY,
    earlier,
  }: { perRound?: number; kept?: number; earlier?: Census } = {},
): Detection {
  const { heap, module } = program();
  const table = heap.collection(module, 'sensors');
  const stores = Array.from({ length: SENSORS }, () => {
    const sensor = heap.entry(table, heap.node('object', 'Sensor', { at: at(3) }));
    return heap.edge(
      heap.object(sensor, 'readings', 'Array'),
      'internal',
      'elements',
      heap.node('array', ''),
    );
  });
  heap.node('object', 'Filler', { id: FIRST_ID - 2, at: at(1) });
  const elders = kept === Number.POSITIVE_INFINITY ? 0 : kept * SENSORS;
  const all = elders + perRound * rounds.reduce((sum, count) => sum + count, 0);
  const left = new Array<number>(SENSORS).fill(0);
  for (let reading = 0; reading < all; reading += 1) left[sensorOf(reading)]! += 1;
  let next = 0;
  const add = (): void => {
    const sensor = sensorOf(next);
    const id = FIRST_ID + 2 * next;
    if (left[sensor]! <= kept) heap.entry(stores[sensor]!, heap.node('object', 'Reading', { at: at(9), id }));
    else heap.node('object', 'Gone', { id });
    left[sensor]! -= 1;
    next += 1;
  };
  for (let elder = 0; elder < elders; elder += 1) add();
  const evidence = work(
    heap,
    () => {
      for (let count = 0; count < perRound; count += 1) add();
    },
    earlier === undefined ? { rounds } : { rounds, earlier },
  );
  return detect(evidence);
}

describe('what hangs on equal holders in one collection is one leak', () => {
  test('though hardly any of the holders got more than one or two', () => {
    expect(lookAt(FIRST_LOOK).findings).toMatchObject([
      { className: 'Reading', births: [6, 10, 14], perRound: 2, isOpen: true },
    ]);
  });

  test('also where each of them grows often enough to tell by itself', () => {
    expect(lookAt(BOTH_LOOKS, { perRound: 60 }).findings).toMatchObject([
      { className: 'Reading', perRound: 60, confidence: 'certain' },
    ]);
  });
});

test('what each holder replaces is no leak', () => {
  const first = lookAt(FIRST_LOOK, { kept: 3 });
  expect(first.findings.map(({ confidence, isOpen }) => ({ confidence, isOpen }))).toEqual([
    { confidence: 'likely', isOpen: true },
  ]);
  const second = lookAt(BOTH_LOOKS, { kept: 3, earlier: first.takeCensus() });
  expect(second.findings).toEqual([]);
});

test('properties of different names are leaks of their own', () => {
  const { heap, module } = program();
  const latencies = heap.object(module, 'latencies', 'Object');
  const stores = ['list', 'detail'].map((name) =>
    heap.edge(heap.object(latencies, name, 'Array'), 'internal', 'elements', heap.node('array', '')),
  );
  const evidence = work(heap, () => {
    for (const store of stores) heap.entry(store, heap.node('object', 'Sample', { at: at(3) }));
  });
  expect(detect(evidence).findings).toHaveLength(2);
});

test('listeners that come to one of many emitters are one leak, though their lists came late', () => {
  const { heap, module } = program();
  const members = heap.object(module, 'members', 'Array');
  const store = heap.edge(members, 'internal', 'elements', heap.node('array', ''));
  const events = Array.from({ length: 6 }, (_, index) => {
    const member = heap.edge(members, 'element', index, heap.node('object', 'Member', { at: at(3) }));
    heap.edge(store, 'internal', `${index}`, member);
    return heap.object(member, '_events', 'Object');
  });
  const lists: NodeOrdinal[] = [];
  const evidence = work(
    heap,
    (round) => {
      const turn = round % events.length;
      lists[turn] ??= heap.edge(
        heap.object(events[turn]!, 'typing', 'Array'),
        'internal',
        'elements',
        heap.node('array', ''),
      );
      heap.entry(lists[turn]!, heap.closure('note', '/app/app.js', at(9)));
    },
    { rounds: FIRST_LOOK },
  );
  expect(detect(evidence).findings).toMatchObject([{ className: 'note', isOpen: true }]);
});

test('of listeners that come by turns the first of an emitter hangs by itself, and all are one leak', () => {
  const { heap, module } = program();
  const members = heap.object(module, 'members', 'Array');
  const store = heap.edge(members, 'internal', 'elements', heap.node('array', ''));
  const emitters = Array.from({ length: 6 }, (_, index) => {
    const member = heap.edge(members, 'element', index, heap.node('object', 'Member', { at: at(3) }));
    heap.edge(store, 'internal', `${index}`, member);
    return { events: heap.object(member, '_events', 'Object'), listeners: [] as NodeOrdinal[] };
  });
  const listener = (): NodeOrdinal => heap.closure('note', '/app/app.js', at(9));
  // Half of the emitters had two listeners before; in the others the first one stays by itself.
  for (const { events, listeners } of emitters.slice(0, 3)) {
    const list = heap.object(events, 'typing', 'Array');
    listeners.push(
      list,
      heap.edge(list, 'element', 0, listener()),
      heap.edge(list, 'element', 1, listener()),
    );
  }
  const evidence = work(
    heap,
    (round) => {
      const { events, listeners } = emitters[(round * 5) % emitters.length]!;
      if (listeners.length > 0) heap.edge(listeners[0]!, 'element', round + 2, listener());
      else heap.edge(events, 'property', `typing${round}`, listener());
    },
    { rounds: FIRST_LOOK },
  );
  expect(detect(evidence).findings).toMatchObject([{ className: 'note', births: FIRST_LOOK, isOpen: true }]);
});

test('what grows here and there in a tree is one leak, and the nodes that only hold it are not accused', () => {
  const { heap, module } = program();
  const root = heap.object(module, 'root', 'Topic', { at: at(3) });
  const tables = Array.from({ length: 12 }, (_, index) => {
    const continent = heap.entry(
      heap.collection(root, `children${index}`),
      heap.node('object', 'Topic', { at: at(3) }),
    );
    return heap.collection(continent, 'children');
  });
  const evidence = work(
    heap,
    (round) => {
      heap.entry(tables[(round * 5) % tables.length]!, heap.node('object', 'Topic', { at: at(3) }));
    },
    { rounds: FIRST_LOOK },
  );
  const { findings } = detect(evidence);
  expect(findings).toMatchObject([{ className: 'Topic', births: FIRST_LOOK, collection: root }]);
  expect(findings[0]!.objects).toHaveLength(15);
});

test('what one collection holds is one leak, though another holds the first of it besides', () => {
  const { heap, module } = program();
  const offers = heap.object(module, 'offers', 'Map');
  const table = heap.edge(offers, 'internal', 'table', heap.node('array', ''));
  const shown = heap.edge(
    heap.object(module, 'shown', 'Array'),
    'internal',
    'elements',
    heap.node('array', ''),
  );
  const evidence = work(
    heap,
    (round) => {
      const offer = heap.entry(table, heap.node('object', 'Offer', { at: at(3) }));
      if (round < 9) heap.entry(shown, offer);
    },
    { rounds: FIRST_LOOK },
  );
  expect(detect(evidence).findings).toMatchObject([
    { className: 'Offer', births: FIRST_LOOK, collection: offers },
  ]);
});

test('of equal caches the one without a limit is the leak', () => {
  const { heap, module } = program();
  const store = heap.edge(
    heap.object(module, 'caches', 'Array'),
    'internal',
    'elements',
    heap.node('array', ''),
  );
  const tables = Array.from({ length: 4 }, () =>
    heap.collection(heap.entry(store, heap.node('object', 'Cache', { at: at(3) })), 'entries'),
  );
  const evidence = work(
    heap,
    (round) => {
      for (const [index, table] of tables.entries())
        if (index === 0 || round >= 11) heap.entry(table, heap.node('object', 'Forecast', { at: at(9) }));
    },
    { rounds: FIRST_LOOK },
  );
  expect(detect(evidence).findings).toMatchObject([{ className: 'Forecast', births: FIRST_LOOK }]);
});

test('lists of listeners that came while a script ran are no room that fills up', () => {
  const { heap, module } = program();
  const store = heap.edge(
    heap.object(module, 'members', 'Array'),
    'internal',
    'elements',
    heap.node('array', ''),
  );
  const events = Array.from({ length: 120 }, () =>
    heap.object(heap.entry(store, heap.node('object', 'Member', { at: at(3) })), '_events', 'Object'),
  );
  const listen = (member: number): void => {
    const list = heap.object(events[member]!, 'typing', 'Array');
    const listeners = heap.edge(list, 'internal', 'elements', heap.node('array', ''));
    heap.entry(listeners, heap.closure('note', '/app/app.js', at(9)));
  };
  listen(0);
  const evidence = work(heap, (round) => listen(round + 1), { rounds: [20, 20, 20, 20], unit: 'time' });
  expect(detect(evidence).findings).toMatchObject([{ confidence: 'likely' }]);
});
