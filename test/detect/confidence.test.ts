import { expect, test } from 'vitest';
import { judgeGrowth } from '../../src/detect/confidence.ts';
import { Generations, type GenerationUnit } from '../../src/detect/generations.ts';

function generations(unit: GenerationUnit, work: readonly number[]): Generations {
  return new Generations(
    unit,
    [0, ...work].map((_, index) => 100 * index),
    work,
  );
}

const SHORT = generations('rounds', [3, 5, 7]);
const PATIENT = generations('rounds', [3, 5, 7, 29, 41, 59]);

test.each([
  ['an exact curve over a long run is certain', 'exact', PATIENT, false, 'certain', false],
  ['an exact curve over a short one is likely, and open', 'exact', SHORT, false, 'likely', true],
  ['a steady curve over a long run is likely', 'steady', PATIENT, false, 'likely', false],
  ['a steady curve over a short one is possible, and open', 'steady', SHORT, false, 'possible', true],
  [
    'many rounds in few generations are no proof',
    'exact',
    generations('rounds', [500, 501, 503]),
    false,
    'likely',
    true,
  ],
  [
    'many generations of few rounds are no proof',
    'exact',
    generations('rounds', [3, 4, 5, 6, 7]),
    false,
    'likely',
    true,
  ],
  ['three stretches of time are likely', 'steady', generations('time', [9, 9, 9]), false, 'likely', false],
  ['two stretches of time are possible', 'steady', generations('time', [9, 9]), false, 'possible', false],
  [
    'one gap between snapshots is possible',
    'steady',
    generations('snapshots', [1]),
    false,
    'possible',
    false,
  ],
  [
    'one gap below a holder of older ones is likely',
    'steady',
    generations('snapshots', [1]),
    true,
    'likely',
    false,
  ],
  [
    'three gaps between snapshots are likely',
    'steady',
    generations('snapshots', [1, 1, 1]),
    false,
    'likely',
    false,
  ],
] as const)('%s', (_, shape, over, hadElders, confidence, isOpen) => {
  const births = over.work.map((work) => 2 * work);
  expect(judgeGrowth(shape, births, over, hadElders)).toMatchObject({ confidence, isOpen });
});

test('a handful that came at one rate over many rounds is possible, and worth another look', () => {
  const over = generations('rounds', [3, 5, 7, 29, 41, 59]);
  expect(judgeGrowth('steady', [0, 0, 0, 1, 1, 3], over, false)).toMatchObject({
    confidence: 'possible',
    isOpen: true,
  });
  expect(judgeGrowth('steady', [0, 0, 1, 1, 2, 2], over, false)).toMatchObject({
    confidence: 'likely',
    isOpen: false,
  });
});

test('the reason names the numbers that it rests on', () => {
  const births = PATIENT.work.map((rounds) => 2 * rounds);
  expect(judgeGrowth('exact', births, PATIENT, false).reason).toContain('144 rounds in 6 generations');
  expect(judgeGrowth('steady', births, PATIENT, false).reason).toContain('288 were born and kept');
  expect(judgeGrowth('steady', [7], generations('snapshots', [1]), true).reason).toContain(
    'kept others before',
  );
});
