import type { RunRecord } from './run-record.ts';

/** Rounds of the first look: different and co-prime, so that a leak follows them and noise does not. */
export const FIRST_ROUNDS: readonly number[] = [3, 5, 7];

/**
 * Further looks, each at more rounds than all before: what fills up shows its bound, what leaks goes on. Within a look
 * the longest schedule that the program's pace allows is taken.
 */
const FURTHER_LOOKS: readonly (readonly (readonly number[])[])[] = [
  [
    [29, 41, 59],
    [11, 13, 17],
    [4, 6],
  ],
  [[97, 131]],
];

/**
 * Program time a further look may take: patience is worth this much to somebody who waits. A driven round is a whole run of
 * a command, and whoever puts load on a server expects that to take its time.
 */
const LOOK_BUDGET_MS = { scenario: [20_000, 10_000], driven: [60_000, 30_000] };

/** Where nothing is suspicious yet and too little was seen of something, a second look may take this much. */
const BRIEF_BUDGET_MS = { scenario: [2000], driven: [6000] };

/**
 * Rounds of the generations of the next look while something is suspicious; undefined when no further look pays. `looks`
 * counts the looks so far, the run is told as far as it has come; the look is to be `brief` where nothing is suspicious.
 */
export function furtherRounds(
  looks: number,
  { mode, generations }: Pick<RunRecord, 'mode' | 'generations'>,
  isBrief = false,
): readonly number[] | undefined {
  const schedules = FURTHER_LOOKS[looks - 1];
  const budgets = isBrief ? BRIEF_BUDGET_MS : LOOK_BUDGET_MS;
  const budgetMs = budgets[mode === 'driven' ? 'driven' : 'scenario'][looks - 1];
  if (schedules === undefined || budgetMs === undefined) return undefined;
  const counted = generations.slice(1);
  // The fastest generation shows the pace of the program; what else the machine did slowed the others.
  const paceMs = Math.min(
    ...counted.filter(({ rounds }) => rounds > 0).map((mark) => mark.programMs / mark.rounds),
  );
  return schedules.find((schedule) => schedule.reduce((sum, each) => sum + each, 0) * paceMs <= budgetMs);
}
