import { describe, expect, test } from 'vitest';
import type { Census } from '../../src/detect/census.ts';
import { type Detection, detect } from '../../src/detect/detect.ts';
import { type Evidence, evidenceOf } from '../../src/detect/evidence.ts';
import { Generations } from '../../src/detect/generations.ts';
import type { NodeOrdinal } from '../../src/shared/ids.ts';
import { at, FIRST_LOOK, program, work } from './worked-heap.ts';

const FIRST = [3, 5, 7];
const BOTH = [3, 5, 7, 29, 41, 59];

/**
 * The heap after those rounds of a program that had `elders` members before the first mark, adds one in each round, and
 * lets go of the oldest one in each round while it is `full`. Ids are those of one process: the n-th member has the
 * same one in each heap.
 */
function lookAt(
  rounds: readonly number[],
  elders: number,
  isFull: boolean,
  options: { readonly earlier?: Census; readonly tableId?: number } = {},
): Evidence {
  const { heap, module } = program();
  const ring = heap.object(module, 'recent', 'Map', { id: 9001 });
  const table = heap.edge(ring, 'internal', 'table', heap.node('array', '', { id: options.tableId ?? 9003 }));
  const done = rounds.reduce((sum, count) => sum + count, 0);
  for (let member = isFull ? done : 0; member < elders + done; member += 1)
    heap.entry(table, heap.node('object', 'Entry', { id: idOf(member), at: at(4) }));
  const watermarks = [idOf(elders) - 2];
  let made = elders;
  for (const count of rounds) {
    made += count;
    watermarks.push(idOf(made) - 2);
  }
  return evidenceOf(
    heap.graph(),
    new Generations('rounds', watermarks, rounds),
    undefined,
    options.earlier,
    false,
  );
}

function idOf(member: number): number {
  return 10_001 + 2 * member;
}

function twoLooks(elders: number, isFull: boolean, tableId?: number): Detection {
  const census = detect(lookAt(FIRST, elders, isFull)).takeCensus();
  return detect(
    lookAt(BOTH, elders, isFull, tableId === undefined ? { earlier: census } : { earlier: census, tableId }),
  );
}

test('one look cannot tell a ring that was full from the start from a leak', () => {
  expect(detect(lookAt(FIRST, 500, true)).findings).toMatchObject([{ confidence: 'likely', isOpen: true }]);
});

describe('at the second look', () => {
  test('a ring is told from a leak: as many old members went as new ones came', () => {
    const { findings, ignored } = twoLooks(500, true);
    expect(findings).toEqual([]);
    expect(ignored).toMatchObject([{ predicate: 'replaced-in-place', className: 'Entry' }]);
  });

  test('also when its table was made anew in between', () => {
    expect(twoLooks(500, true, 9005).ignored).toMatchObject([{ predicate: 'replaced-in-place' }]);
  });

  test('a leak below a holder of many older ones stays accused', () => {
    expect(twoLooks(500, false).findings).toMatchObject([{ confidence: 'certain', className: 'Entry' }]);
  });

  test('a leak that began before the first mark stays accused', () => {
    expect(twoLooks(2, false).findings).toMatchObject([{ confidence: 'certain' }]);
  });
});

test('a ring that has turned once is nothing but recent', () => {
  expect(detect(lookAt(BOTH, 20, true)).findings).toEqual([]);
});

test('the census counts the population of each holder of a group', () => {
  const census = detect(lookAt(FIRST, 500, false)).takeCensus();
  expect([...new Set(census.populations.values())]).toEqual([515]);
});

test('older equals count also where the new ones do not show growth yet', () => {
  const { heap, module } = program();
  const cache = heap.collection(module, 'cache', 'Map');
  const add = () => heap.entry(cache, heap.node('object', 'Entry', { at: at(4) }));
  for (let elder = 0; elder < 40; elder += 1) add();
  const evidence = work(heap, (round) => (round > 10 ? add() : undefined), { rounds: FIRST_LOOK });
  expect([...new Set(detect(evidence).takeCensus().populations.values())]).toEqual([44]);
});

describe('a holder that came after the first mark', () => {
  /** Each round caches an entry; entries share their text in pairs, so that it hangs on the cache itself. */
  function cacheMadeLate(earlier?: Census): Detection {
    const { heap, module } = program();
    let cache: NodeOrdinal;
    let text: NodeOrdinal;
    const evidence = work(
      heap,
      (round) => {
        if (round === 0) cache = heap.collection(module, 'cache', 'Map');
        if (round % 2 === 0) text = heap.node('string', `text ${round}`);
        const entry = heap.node('object', 'Entry', { at: at(4) });
        heap.edge(entry, 'property', 'text', text);
        heap.entry(cache, entry);
      },
      { rounds: [30, 30, 30, 30], unit: 'time', ...(earlier !== undefined && { earlier }) },
    );
    return detect(evidence);
  }

  test('is accused when it grows', () => {
    expect(cacheMadeLate().findings).toMatchObject([{ className: 'Entry' }]);
  });

  test('is asked whether it only replaces its members; and what they share is bounded with them', () => {
    const census = cacheMadeLate().takeCensus();
    const { findings, ignored } = cacheMadeLate({
      ...census,
      watermark: 101,
      populations: new Map([...census.populations].filter(([key]) => key.includes('Entry'))),
    });
    expect(findings).toEqual([]);
    expect(ignored.map(({ predicate }) => predicate).sort()).toEqual([
      'replaced-in-place',
      'shared-by-replaced',
    ]);
  });
});

test('members that timers hold are as many as the timers, which are armed again all the time', () => {
  /** Each round begins a poll, and stops the oldest one once there are a hundred. */
  function lookAtPolls(rounds: readonly number[], isBounded: boolean, earlier?: Census): Evidence {
    const { heap, module } = program();
    const timers = heap.object(module, 'timers', 'TimersList', { id: 9001 });
    const done = rounds.reduce((sum, count) => sum + count, 0);
    const all = Array.from({ length: 100 + done }, (_, poll) => poll).slice(isBounded ? done : 0);
    for (const poll of all) {
      const timer = heap.node('object', 'Timeout', { id: 20_001 + 2 * (poll + done) });
      heap.edge(heap.edge(timers, 'element', poll, timer), 'property', '_onTimeout', pollNode(poll));
    }
    function pollNode(poll: number): NodeOrdinal {
      return heap.node('object', 'Poll', { id: idOf(poll), at: at(4) });
    }
    const watermarks = [idOf(100) - 2];
    for (const [index] of rounds.entries())
      watermarks.push(idOf(100 + rounds.slice(0, index + 1).reduce((sum, count) => sum + count, 0)) - 2);
    const generations = new Generations('rounds', watermarks, rounds);
    return evidenceOf(heap.graph(), generations, undefined, earlier, false);
  }
  const second = (isBounded: boolean): Detection => {
    const first = detect(lookAtPolls(FIRST, isBounded));
    const census = first.takeCensus();
    expect(first.findings).toMatchObject([{ className: 'Poll', isOpen: true }]);
    // The earlier heap was taken at its last mark, before the timers that it shows had ids.
    return detect(lookAtPolls([3, 5, 7, 13, 17, 23], isBounded, { ...census, watermark: idOf(115) - 2 }));
  };
  expect(second(true).findings).toEqual([]);
  expect(second(false).findings).toMatchObject([{ className: 'Poll' }]);
});
