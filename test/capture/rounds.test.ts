import { expect, test } from 'vitest';
import { FIRST_ROUNDS, furtherRounds } from '../../src/capture/rounds.ts';
import type { GenerationMark, RunMode } from '../../src/capture/run-record.ts';

/** A run so far, at one pace; the first mark ends the warm-up and does not count. */
function runAt(msPerRound: number, mode: RunMode = 'scenario') {
  const marks = [5, ...FIRST_ROUNDS].map((rounds) => ({ rounds, programMs: rounds * msPerRound }));
  return { mode, generations: marks as unknown as GenerationMark[] };
}

test('the second look takes as many rounds as the pace of the program allows', () => {
  expect(furtherRounds(1, runAt(10))).toEqual([29, 41, 59]);
  expect(furtherRounds(1, runAt(400))).toEqual([11, 13, 17]);
  expect(furtherRounds(1, runAt(1500))).toEqual([4, 6]);
  expect(furtherRounds(1, runAt(10_000))).toBeUndefined();
});

test('a driven program may take longer', () => {
  expect(furtherRounds(1, runAt(400, 'driven'))).toEqual([29, 41, 59]);
  expect(furtherRounds(1, runAt(5000, 'driven'))).toEqual([4, 6]);
});

test('where nothing is suspicious yet a second look is brief, and there is no third', () => {
  expect(furtherRounds(1, runAt(10), true)).toEqual([29, 41, 59]);
  expect(furtherRounds(1, runAt(40), true)).toEqual([11, 13, 17]);
  expect(furtherRounds(1, runAt(400), true)).toBeUndefined();
  expect(furtherRounds(1, runAt(400, 'driven'), true)).toEqual([4, 6]);
  expect(furtherRounds(2, runAt(1), true)).toBeUndefined();
});

test('the third look is the last one', () => {
  expect(furtherRounds(2, runAt(10))).toEqual([97, 131]);
  expect(furtherRounds(2, runAt(1000))).toBeUndefined();
  expect(furtherRounds(3, runAt(1))).toBeUndefined();
});

test('a generation during which the machine was busy does not shorten the next look', () => {
  const record = runAt(100);
  const slowed = record.generations.map((mark, at) => (at === 2 ? { ...mark, programMs: 20_000 } : mark));
  expect(furtherRounds(1, { ...record, generations: slowed })).toEqual(furtherRounds(1, record));
});
