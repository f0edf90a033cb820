import { describe, expect, test } from 'vitest';
import type { Census } from '../../src/detect/census.ts';
import { type Detection, detect } from '../../src/detect/detect.ts';
import { VALUES } from '../../src/detect/swelling-stores.ts';
import type { NodeOrdinal } from '../../src/shared/ids.ts';
import type { HeapBuilder } from '../support/heap.ts';
import { at, program, work } from './worked-heap.ts';

interface Look {
  readonly rounds: readonly number[];
  readonly bytes: number;
}

/** Fills every slot of a store of so many bytes. */
type Fill = (heap: HeapBuilder, store: NodeOrdinal, slots: number) => void;

/** Looks at a program whose list, of numbers unless something fills it, has a store of so many bytes at each of them. */
function looksAt(looks: readonly Look[], isNew = true, fill: Fill = () => {}): Detection {
  let earlier: Census | undefined;
  let last: Detection | undefined;
  for (const [index, { rounds, bytes }] of looks.entries()) {
    const { heap, module } = program();
    const list = heap.edge(module, 'context', 'samples', heap.node('object', 'Array', { id: 801 }));
    const id = isNew ? 100_001 + 2 * index : 803;
    heap.node('object', 'Filler', { id: 50_001, at: at(1) });
    const evidence = work(
      heap,
      (round) => {
        if (round > 0) return;
        const store = heap.edge(list, 'internal', 'elements', heap.node('array', '', { size: bytes, id }));
        fill(heap, store, Math.floor(bytes / 8));
      },
      earlier === undefined ? { rounds } : { rounds, earlier },
    );
    last = detect(evidence);
    earlier = last.takeCensus();
  }
  return last!;
}

const FIRST = [3, 5, 7];
const SECOND = [...FIRST, 29, 41, 59];
const THIRD = [...SECOND, 97, 131];
const growing: Look[] = [
  { rounds: FIRST, bytes: 2000 },
  { rounds: SECOND, bytes: 9000 },
  { rounds: THIRD, bytes: 40_000 },
];

test('a list of numbers that got a larger store at each of three looks is accused', () => {
  expect(looksAt(growing).findings).toMatchObject([
    { kind: 'collection-growth', className: VALUES, confidence: 'likely', isOpen: false },
  ]);
});

test('so is a list that gets the same object again and again', () => {
  const { findings } = looksAt(growing, true, (heap, store, slots) => {
    const state = heap.node('object', 'State', { id: 805, at: at(4) });
    for (let slot = 0; slot < slots; slot += 1) heap.edge(store, 'internal', String(slot), state);
  });
  expect(findings).toMatchObject([{ kind: 'collection-growth', className: 'State', confidence: 'likely' }]);
  expect(findings[0]!.repeated).toBeDefined();
});

test('fewer looks leave it open', () => {
  expect(looksAt(growing.slice(0, 2)).findings).toMatchObject([{ confidence: 'possible', isOpen: true }]);
});

describe('nobody is accused when', () => {
  test('the store has stopped growing', () => {
    const stopped = growing.map((look, index) => (index === 2 ? { ...look, bytes: 9000 } : look));
    expect(looksAt(stopped).findings).toEqual([]);
  });

  test('the store was there before the first mark', () => {
    expect(looksAt(growing, false).findings).toEqual([]);
  });

  test('it holds objects of its own, whose growth tells', () => {
    const { findings } = looksAt(growing, true, (heap, store, slots) => {
      for (let slot = 0; slot < slots; slot += 1)
        heap.edge(store, 'internal', String(slot), heap.node('object', 'State', { id: 1001 + 2 * slot }));
    });
    expect(findings).toEqual([]);
  });

  test('the store is small', () => {
    expect(looksAt(growing.map((look) => ({ ...look, bytes: look.bytes / 100 }))).findings).toEqual([]);
  });
});

test('a store that swells with objects of a leak found elsewhere is left to that leak', () => {
  const { heap, module } = program();
  const tickets = heap.collection(module, 'tickets', 'Set');
  const receipts = heap.edge(module, 'context', 'receipts', heap.node('object', 'Map'));
  const evidence = work(heap, (round) => {
    const picture = heap.node('object', 'Picture', { at: at(4), size: 400 });
    heap.entry(tickets, picture);
    if (round === 0) heap.edge(receipts, 'internal', 'table', heap.node('array', '', { size: 9000 }));
    heap.entry(heap.graph().follow(receipts, 'table')!, picture);
  });
  expect(detect(evidence).findings).toMatchObject([{ className: 'Picture' }]);
});
