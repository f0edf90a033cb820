import type { GenerationMark } from '../capture/run-record.ts';
import type { HeapObjectId } from '../shared/ids.ts';

/** What a generation is measured in: rounds that were counted, or program time where rounds are not seen. */
export type GenerationUnit = 'rounds' | 'time' | 'snapshots';

/**
 * Tells from a heap id in which generation an object was born.
 *
 * V8 gives ids in the order in which a heap walk first meets the objects, and never reuses one. So the
 * highest id after each mark is a watermark: an object with a greater id was born later. Generation 0 is
 * everything before the first mark (start-up and warm-up); `count` generations follow.
 */
export class Generations {
  readonly unit: GenerationUnit;
  /** Highest id at the end of generation 0, 1, …, `count`. */
  readonly watermarks: readonly number[];
  /** Work done in each of the generations 1 … `count`: rounds, milliseconds, or 1 for the gap between two snapshots. */
  readonly work: readonly number[];

  constructor(unit: GenerationUnit, watermarks: readonly number[], work: readonly number[]) {
    this.unit = unit;
    this.watermarks = watermarks;
    this.work = work;
  }

  /** Generations after the warm-up; 0 when nothing can be said about growth. */
  get count(): number {
    return this.work.length;
  }

  get totalWork(): number {
    return this.work.reduce((sum, work) => sum + work, 0);
  }

  /** 0 for objects older than the first mark, 1 … `count`, or `count + 1` for those born after the last mark. */
  bornIn(id: HeapObjectId): number {
    let low = 0;
    let high = this.watermarks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.watermarks[middle]! < id) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Stretches of time that a run is divided into, where rounds are not seen. */
const STRETCHES = 6;

/** The generations of a run: by rounds where they were counted, elsewhere by stretches of about equal program time. */
export function generationsOf(marks: readonly GenerationMark[]): Generations {
  const later = marks.slice(1);
  if (later.length > 0 && later.every((mark) => mark.rounds > 0)) {
    return new Generations(
      'rounds',
      marks.map((mark) => mark.watermark),
      later.map((mark) => mark.rounds),
    );
  }
  return stretchesOf(marks);
}

/**
 * Marks lie close together while a program is young; one alone may have seen no work at all. A mark that would make a stretch
 * overshoot its share by more than it lacks begins the next one, unless less than half of the share is there. After each
 * stretch the time that is left is shared out anew: a start that took half of the time leaves the rest in stretches of its own.
 */
function stretchesOf(marks: readonly GenerationMark[]): Generations {
  let leftMs = marks.slice(1).reduce((sum, mark) => sum + mark.programMs, 0);
  let shareMs = leftMs / STRETCHES;
  const watermarks: number[] = marks.slice(0, 1).map((mark) => mark.watermark);
  const work: number[] = [];
  let openMs = 0;
  const close = (watermark: number): void => {
    watermarks.push(watermark);
    work.push(Math.max(openMs, 0.1));
    leftMs -= openMs;
    shareMs = leftMs / Math.max(1, STRETCHES - work.length);
    openMs = 0;
  };
  for (let index = 1; index < marks.length; index += 1) {
    const { programMs, watermark } = marks[index]!;
    const overshootMs = openMs + programMs - shareMs;
    if (openMs >= shareMs / 2 && overshootMs > shareMs - openMs) close(marks[index - 1]!.watermark);
    openMs += programMs;
    const isLast = index === marks.length - 1;
    const isFull = openMs >= 0.95 * shareMs;
    if (isLast && !isFull && work.length > 0) {
      watermarks[watermarks.length - 1] = watermark;
      work[work.length - 1] = work.at(-1)! + openMs;
    } else if (isFull || isLast) close(watermark);
  }
  return new Generations('time', watermarks, work);
}
