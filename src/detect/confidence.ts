import type { CurveShape } from './birth-curve.ts';
import type { Confidence } from './finding.ts';
import type { Generations } from './generations.ts';

/** A judgement of growth, with the sentence that gives its reason. */
export interface GrowthJudgement {
  readonly confidence: Confidence;
  readonly reason: string;
  /** Would further generations settle it? */
  readonly isOpen: boolean;
}

/** Rounds after which a bounded structure that people write by hand has usually shown its bound. */
const PATIENT_ROUNDS = 100;
/** Generations below which regularity is no proof. */
const PATIENT_GENERATIONS = 5;
/** So few in so many rounds may be what a program makes once each, when it first needs it. */
const FEWEST_STEADY = 6;

/**
 * The rules that turn a birth curve into a confidence. All of them stand here.
 *
 * | curve | evidence | confidence |
 * |---|---|---|
 * | exact | five generations and a hundred rounds or more | certain |
 * | exact | fewer | likely, and worth a longer look |
 * | steady in rounds | five generations and a hundred rounds or more, six objects or more | likely |
 * | steady in rounds | fewer | possible, and worth a longer look |
 * | steady in time | three stretches or more, nine objects or more | likely |
 * | steady between snapshots | three gaps or more, or a holder that already held such objects before | likely |
 * | otherwise | | possible |
 */
export function judgeGrowth(
  shape: CurveShape,
  births: readonly number[],
  generations: Generations,
  hadElders: boolean,
): GrowthJudgement {
  const count = births.reduce((sum, value) => sum + value, 0);
  switch (generations.unit) {
    case 'rounds': {
      const isPatient = generations.count >= PATIENT_GENERATIONS && generations.totalWork >= PATIENT_ROUNDS;
      const rounds = `${generations.totalWork} rounds in ${generations.count} generations`;
      if (shape === 'exact') {
        const reason = `every one of ${rounds} left the same number of them behind`;
        return { confidence: isPatient ? 'certain' : 'likely', reason, isOpen: !isPatient };
      }
      const reason = `${count} were born and kept at about one rate over ${rounds}`;
      const isEnough = isPatient && count >= FEWEST_STEADY;
      return { confidence: isEnough ? 'likely' : 'possible', reason, isOpen: !isEnough };
    }
    case 'time': {
      const reason = `${count} were born and kept, some in each of ${generations.count} stretches of the run`;
      return {
        confidence: generations.count >= 3 && count >= 9 ? 'likely' : 'possible',
        reason,
        isOpen: false,
      };
    }
    case 'snapshots': {
      const gaps = generations.count;
      const reason =
        gaps === 1
          ? `${count} were born between the two snapshots and kept${hadElders ? ', below a holder that kept others before' : ''}`
          : `${count} were born and kept, some in each of the ${gaps} gaps between the snapshots`;
      return { confidence: gaps >= 3 || hadElders ? 'likely' : 'possible', reason, isOpen: false };
    }
  }
}
