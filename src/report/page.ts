import type { ChalkInstance } from 'chalk';

/** What a text report is laid out for. */
export interface Page {
  readonly paint: ChalkInstance;
  /** Columns. */
  readonly width: number;
  /** `quiet`: summary and verdict; `verbose`: the status of every hop too. */
  readonly detail: 'quiet' | 'normal' | 'verbose';
  /** List what grew and is not accused. */
  readonly showIgnored: boolean;
}
