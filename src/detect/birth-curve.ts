import type { GenerationUnit } from './generations.ts';

/**
 * What the survivors of a group, counted by generation of birth, say about the group.
 *
 * - `exact`: `k` per round in every generation, to the object: a leak follows 3k, 5k, 7k and noise does not;
 * - `steady`: born and kept in every generation, at about one rate;
 * - `tapering`: in every generation, but clearly fewer later on: it fills up;
 * - `warm-up`: only in the first generations;
 * - `sparse`: so few that hardly a generation could tell, and none speaks against a steady rate;
 * - `recent`: only in the last ones: a ring, a bounded cache, work in flight;
 * - `irregular`: anything else.
 */
export type CurveShape = 'exact' | 'steady' | 'tapering' | 'warm-up' | 'sparse' | 'recent' | 'irregular';

export interface BirthCurve {
  readonly shape: CurveShape;
  /** Survivors for each unit of work (a round, a millisecond, a snapshot); a whole number where the shape is `exact`. */
  readonly rate: number;
}

/** A generation whose rate is below this share of the overall rate breaks a steady curve. */
const STEADY_SHARE = { rounds: 0.5, time: 0.25, snapshots: 0.2 } as const;
/** Generations that must tell of a rate. */
const FEWEST_TELLING = 3;
/** Fewer objects than this may miss a generation by chance. */
const FEWEST_EXPECTED = 2;
/** A later half whose rate is below this share of the earlier half's is filling up; time is no exact measure of work. */
const TAPERING_SHARE = { rounds: 0.6, time: 0.35, snapshots: 0.4 } as const;
/** Stretches of time that must be left after the one in which a program was starting. */
const FEWEST_STRETCHES = 3;
/** Survivors below this number say nothing about a rate. */
const FEWEST_SURVIVORS = { rounds: 2, time: 5, snapshots: 3 } as const;

/**
 * Judges a birth curve.
 *
 * @param births survivors born in generation 1, 2, …
 * @param work rounds (or milliseconds) in the same generations
 */
export function birthCurve(
  births: readonly number[],
  work: readonly number[],
  unit: GenerationUnit,
): BirthCurve {
  const total = sum(births);
  const rate = births.length === 0 ? 0 : total / sum(work);
  if (unit === 'rounds' && isSparse(births, work, rate)) return { shape: 'sparse', rate };
  if (total < FEWEST_SURVIVORS[unit]) return { shape: 'irregular', rate };
  const exact = unit === 'rounds' ? exactRate(births, work) : undefined;
  if (exact !== undefined) return { shape: 'exact', rate: exact };
  if (isSteady(births, work, rate, unit)) {
    return { shape: isTapering(births, work, TAPERING_SHARE[unit]) ? 'tapering' : 'steady', rate };
  }
  if (unit === 'time' && births.length >= 2 * FEWEST_STRETCHES && total < FEWEST_EXPECTED * births.length)
    return birthCurve(inPairs(births), inPairs(work), unit);
  if (unit === 'time' && births.length > FEWEST_STRETCHES) {
    const later = withoutStart(births[0]! / work[0]!, births.slice(1), work.slice(1));
    if (later !== undefined) return later;
  }
  if (births.indexOf(0) > births.findLastIndex((count) => count > 0)) return { shape: 'warm-up', rate };
  if (births[0] === 0 && births.at(-1)! > 0) return { shape: 'recent', rate };
  if (births.every((count) => count > 0) && isTapering(births, work, TAPERING_SHARE[unit]))
    return { shape: 'tapering', rate };
  return { shape: 'irregular', rate };
}

/** Stretches too short for the few objects that came in each, two and two; of an odd number the first stays by itself. */
function inPairs(values: readonly number[]): number[] {
  const odd = values.length % 2;
  const pairs = values.slice(0, odd);
  for (let at = odd; at < values.length; at += 2) pairs.push(values[at]! + values[at + 1]!);
  return pairs;
}

/**
 * Where no rounds are counted, the program may still have been starting in the first stretch. `start` is the rate there: a
 * higher one than later filled something up.
 */
function withoutStart(
  start: number,
  births: readonly number[],
  work: readonly number[],
): BirthCurve | undefined {
  const rate = sum(births) / sum(work);
  if (start > rate) return undefined;
  const isGrowing = isSteady(births, work, rate, 'time') && !isTapering(births, work, TAPERING_SHARE.time);
  return isGrowing && sum(births) >= FEWEST_SURVIVORS.time ? { shape: 'steady', rate } : undefined;
}

/**
 * The whole number `k ≥ 1` of objects that each round leaves behind, in three generations or more and in their sum;
 * undefined when there is none. Work in flight at a mark is missing from one generation and on top of the next, so that a
 * generation of `n` rounds may show anything from `k × (n - 1)` to `k × (n + 1)`. Of several the one closest to the rate.
 */
function exactRate(births: readonly number[], work: readonly number[]): number | undefined {
  if (births.length < 3 || births.includes(0)) return undefined;
  let least = 1;
  let most = Number.POSITIVE_INFINITY;
  const narrow = (count: number, rounds: number): void => {
    least = Math.max(least, Math.ceil(count / (rounds + 1)));
    if (rounds > 1) most = Math.min(most, Math.floor(count / (rounds - 1)));
  };
  for (const [generation, count] of births.entries()) narrow(count, work[generation]!);
  narrow(sum(births), sum(work));
  if (least > most) return undefined;
  return Math.min(most, Math.max(least, Math.round(sum(births) / sum(work))));
}

/** At about one rate in every generation that tells, of which there must be three. */
function isSteady(
  births: readonly number[],
  work: readonly number[],
  rate: number,
  unit: GenerationUnit,
): boolean {
  const telling = generationsAtRate(births, work, rate, unit);
  return telling !== undefined && telling >= Math.min(FEWEST_TELLING, births.length);
}

/** Some, not in the first generation alone, and too few for a judgement of their rate. */
function isSparse(births: readonly number[], work: readonly number[], rate: number): boolean {
  if (births.length < FEWEST_TELLING || births.slice(1).every((count) => count === 0)) return false;
  const telling = generationsAtRate(births, work, rate, 'rounds');
  return telling !== undefined && telling < FEWEST_TELLING;
}

/**
 * How many generations tell that survivors come at about one rate; undefined where one of them says that they do not. Where a
 * round leaves less than one object behind, a short generation expects less than two: it tells nothing by having none, and in
 * rounds it tells something by having one or two.
 */
function generationsAtRate(
  births: readonly number[],
  work: readonly number[],
  rate: number,
  unit: GenerationUnit,
): number | undefined {
  const share = STEADY_SHARE[unit];
  let telling = 0;
  for (const [generation, count] of births.entries()) {
    const expected = rate * work[generation]!;
    const isRare = expected < FEWEST_EXPECTED;
    if (isRare && (count === 0 || unit !== 'rounds')) continue;
    telling += 1;
    if (count > Math.max(1, expected) / share || (!isRare && count < share * expected)) return undefined;
  }
  return telling;
}

/** Does the later half of the work leave clearly fewer survivors than the earlier half? */
function isTapering(births: readonly number[], work: readonly number[], share: number): boolean {
  const half = sum(work) / 2;
  let earlyWork = 0;
  let early = 0;
  let generation = 0;
  while (generation < births.length - 1 && earlyWork + work[generation]! <= half) {
    earlyWork += work[generation]!;
    early += births[generation]!;
    generation += 1;
  }
  if (earlyWork === 0) return false;
  const lateWork = sum(work) - earlyWork;
  const late = sum(births) - early;
  return early >= 4 && late / lateWork < share * (early / earlyWork);
}

function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
