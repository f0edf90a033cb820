import { describe, expect, test } from 'vitest';
import { detect } from '../../src/detect/detect.ts';
import type { Evidence } from '../../src/detect/evidence.ts';
import type { Finding } from '../../src/detect/finding.ts';
import { isReplacedLater } from '../../src/detect/replaced-later.ts';
import type { NodeOrdinal } from '../../src/shared/ids.ts';
import { at, program, work } from './worked-heap.ts';

const FIRST_ID = 10_001;

/** A heap in which the entries `from` to `to` are below a Map, as many from each of four stretches of time. */
function lookAt(from: number, to: number): Evidence {
  const { heap, module } = program();
  const seen = heap.edge(module, 'context', 'seen', heap.node('object', 'Map', { id: 801 }));
  const table = heap.edge(seen, 'internal', 'table', heap.node('array', '', { id: 803 }));
  heap.node('object', 'Filler', { id: FIRST_ID - 2, at: at(1) });
  const stretch = (to - from) / 4;
  return work(
    heap,
    (round) =>
      void heap.entry(
        table,
        heap.node('object', 'Message', { at: at(3), id: FIRST_ID + 2 * (from + round) }),
      ),
    { rounds: [stretch, stretch, stretch, stretch], unit: 'time' },
  );
}

/** A heap in which `length` records hang on one another, the newest of them on a log. */
function logOf(length: number): Evidence {
  const { heap, module } = program();
  const log = heap.edge(module, 'context', 'log', heap.node('object', 'Log', { id: 801 }));
  let newest: NodeOrdinal | undefined;
  const add = (round: number): void => {
    const record = heap.node('object', 'Record', { at: at(3), id: FIRST_ID + 2 * round });
    if (newest !== undefined) heap.edge(record, 'property', 'older', newest);
    newest = record;
  };
  const afterwards = (): void => void heap.edge(log, 'property', 'newest', newest!);
  heap.node('object', 'Filler', { id: FIRST_ID - 2, at: at(1) });
  return work(heap, add, { rounds: Array(4).fill(length / 4), unit: 'time', afterwards });
}

function findingIn(evidence: Evidence): Finding {
  const [finding, ...others] = detect(evidence).findings;
  expect(others).toEqual([]);
  return finding!;
}

describe('a later look shows that what grew is replaced', () => {
  test('where as many old ones went as new ones came', () => {
    const earlier = lookAt(0, 40);
    expect(isReplacedLater(findingIn(earlier), earlier, lookAt(16, 56))).toBe(true);
  });

  test('where it had not been full before', () => {
    const earlier = lookAt(0, 28);
    expect(isReplacedLater(findingIn(earlier), earlier, lookAt(20, 60))).toBe(true);
  });
});

describe('a later look shows no such thing', () => {
  test('where the old ones stay beside the new ones', () => {
    const earlier = lookAt(0, 28);
    expect(isReplacedLater(findingIn(earlier), earlier, lookAt(0, 40))).toBe(false);
  });

  test('where they hang on one another, so that the old ones lie ever deeper', () => {
    const earlier = logOf(40);
    expect(isReplacedLater(findingIn(earlier), earlier, logOf(80))).toBe(false);
  });

  test('where nothing has come since', () => {
    const earlier = lookAt(0, 40);
    expect(isReplacedLater(findingIn(earlier), earlier, lookAt(0, 40))).toBe(false);
  });

  test('where the program has let go of nearly all', () => {
    const earlier = lookAt(0, 40);
    expect(isReplacedLater(findingIn(earlier), earlier, lookAt(36, 44))).toBe(false);
  });
});
