import type { Confidence } from '../detect/finding.ts';

/** What the gate lets through. */
export interface Thresholds {
  /** The lowest confidence that counts; `never`: the gate always passes. */
  readonly failOn: Confidence | 'never';
  /** So many leaks that count are let through. */
  readonly maxLeaks: number;
  /** Leaks that grow by at most this many bytes a round do not count. */
  readonly maxBytesPerRound: number;
}

export const defaultThresholds: Thresholds = { failOn: 'likely', maxLeaks: 0, maxBytesPerRound: 0 };

const RANK: Readonly<Record<Confidence, number>> = { possible: 0, likely: 1, certain: 2 };

/** Negative when `one` is the surer of the two: sorts the surest first. */
export function compareConfidence(one: Confidence, other: Confidence): number {
  return RANK[other] - RANK[one];
}

/** Is this confidence high enough to count? */
export function reaches(confidence: Confidence, failOn: Thresholds['failOn']): boolean {
  return failOn !== 'never' && RANK[confidence] >= RANK[failOn];
}
