import type { RunRecord } from '../capture/run-record.ts';

/** What the evidence does not show, one sentence each. */
export interface Gaps {
  /** Why it does not suffice for an acquittal; empty when it does. */
  readonly insufficient: readonly string[];
  /** What an acquittal does not cover. */
  readonly notCovered: readonly string[];
}

/** Growth shows in this many generations after the warm-up; stretches of time say less than counted rounds. */
const FEWEST_GENERATIONS = 2;
const FEWEST_STRETCHES = 3;

/** What the record of a run says about the worth of an acquittal. */
export function gapsOfRun(run: RunRecord): Gaps {
  const insufficient: string[] = [];
  const notCovered: string[] = [];
  if (run.snapshots.length === 0) insufficient.push('No heap snapshot could be taken.');
  switch (run.outcome.kind) {
    case 'threw':
      insufficient.push('The script threw before its work was done.');
      break;
    case 'killed':
      insufficient.push('The script was killed before its work was done.');
      break;
    case 'out-of-memory':
      insufficient.push('The script ran out of memory before its work was done.');
      break;
    case 'timed-out':
      insufficient.push('The script did not end in the time it was given (--timeout).');
      break;
    case 'interrupted':
      // A program without an end of its own is watched until somebody has seen enough.
      if (run.mode !== 'script') insufficient.push('The run was interrupted.');
      break;
    case 'left-early':
      if (run.mode !== 'script') insufficient.push('The watching was interrupted.');
      break;
    case 'lost':
      insufficient.push('The process was gone before it had been watched to the end.');
      break;
    case 'exited':
      // Rounds end when leakscan has seen enough.
      if (run.mode !== 'script') insufficient.push('The script ended itself in the middle of its rounds.');
      break;
    case 'running':
    case 'completed':
    case 'ended':
    case 'left':
      break;
  }
  const { rounds = 0, failures = 0, firstFailure } = run.driven ?? {};
  if (failures > 0) {
    const sentence = `${failures} of ${rounds} rounds failed (${firstFailure}).`;
    if (failures === rounds) insufficient.push(sentence);
    else notCovered.push(sentence);
  }
  // The first mark ends the warm-up.
  const generations = run.generations.length - 1;
  if (
    insufficient.length === 0 &&
    generations < (run.mode === 'script' ? FEWEST_STRETCHES : FEWEST_GENERATIONS)
  ) {
    const sentence = 'Growth could not be judged: the script was over too soon.';
    if (run.mode !== 'script') insufficient.push(sentence);
    else notCovered.push(sentence);
  }
  return { insufficient, notCovered };
}

/** A snapshot without the record of its run shows no growth. */
export const gapsOfBareSnapshot: Gaps = {
  insufficient: [],
  notCovered: ['Only the state was judged: growth does not show in one snapshot.'],
};
