import { expect, test } from 'vitest';
import { detect } from '../../src/detect/detect.ts';
import { type Evidence, evidenceOf } from '../../src/detect/evidence.ts';
import { Generations } from '../../src/detect/generations.ts';
import { isBoundedLater } from '../../src/detect/later-look.ts';
import type { NodeOrdinal } from '../../src/shared/ids.ts';
import { at, FIRST_LOOK, program, work } from './worked-heap.ts';

/** Ids of entries; what the heaps are made of besides has smaller ones. */
const idOf = (entry: number): number => 10_001 + 2 * entry;

/**
 * The heap of a program whose cache has these entries, each in a Map and in a list. It has spare ones besides, from the start.
 * Thirty entries are made in each of three stretches of time; later ones came after the last of them.
 */
function cacheWith(entries: readonly number[]): Evidence {
  const { heap, module } = program();
  const cache = heap.object(module, 'cache', 'Lru', { id: 9001 });
  const map = heap.edge(cache, 'property', 'map', heap.node('object', 'Map', { id: 9003 }));
  const table = heap.edge(map, 'internal', 'table', heap.node('array', '', { id: 9005 }));
  let last: NodeOrdinal = cache;
  for (const entry of entries) {
    const node = heap.entry(table, heap.node('object', 'Entry', { id: idOf(entry), at: at(4) }));
    last = heap.edge(last, 'property', 'older', node);
  }
  const spare = heap.object(cache, 'spare', 'Array', { id: 9007 });
  for (let old = 0; old < 90; old += 1)
    heap.edge(spare, 'element', old, heap.node('object', 'Entry', { id: 9101 + 2 * old, at: at(4) }));
  const watermarks = [0, 30, 60, 90].map((made) => idOf(made) - 2);
  return evidenceOf(
    heap.graph(),
    new Generations('time', watermarks, [9, 9, 9]),
    undefined,
    undefined,
    false,
  );
}

const from = (first: number, end: number): number[] =>
  Array.from({ length: end - first }, (_, index) => first + index);

test('a cache that was still filling, and later holds newer entries in place of older ones, is bounded', () => {
  const filling = cacheWith(from(0, 90));
  const [finding] = detect(filling).findings;
  expect(finding).toMatchObject({ className: 'Entry', confidence: 'likely' });
  expect(isBoundedLater(finding!, filling, cacheWith(from(100, 190)))).toBe(true);
});

test('one that was let go of when the program ended is not, though others of the class are still there', () => {
  const growing = cacheWith(from(0, 90));
  const [finding] = detect(growing).findings;
  expect(isBoundedLater(finding!, growing, cacheWith([]))).toBe(false);
});

/** A heap in which rounds put texts into a dictionary: built of two pieces, or put together meanwhile and therefore new. */
function texts(kept: number, isWhole: boolean): Evidence {
  const { heap, module } = program();
  const dictionary = heap.object(module, 'sessions', 'Object');
  const add = (round: number): void => {
    const type = isWhole ? 'string' : 'concatenated string';
    const text = heap.node(
      type,
      isWhole ? 'a text' : '(concatenated string)',
      isWhole ? { id: idOf(round) } : {},
    );
    if (!isWhole)
      heap.edge(text, 'internal', 'first', heap.node('concatenated string', '(concatenated string)'));
    if (round < kept) heap.edge(dictionary, 'property', `session ${round}`, text);
  };
  // In a snapshot with numeric values every number is spelled out.
  const afterwards = (): void => {
    const count = heap.edge(dictionary, 'property', 'count', heap.node('number', 'smi number'));
    heap.edge(count, 'internal', 'value', heap.node('string', '15'));
  };
  return work(heap, add, { rounds: FIRST_LOOK, afterwards });
}

test('a holder is as full as before when its texts have been put together meanwhile', () => {
  const earlier = texts(15, false);
  const [finding] = detect(earlier).findings;
  expect(finding!.className).toBe('(concatenated string)');
  expect(isBoundedLater(finding!, earlier, texts(12, true))).toBe(true);
  expect(isBoundedLater(finding!, earlier, texts(7, true))).toBe(false);
});
