import { describe, expect, test } from 'vitest';
import type { RunRecord, TargetOutcome } from '../../src/capture/run-record.ts';
import { gapsOfRun } from '../../src/gate/gaps.ts';

function run(kind: TargetOutcome['kind'], more: Partial<RunRecord> = {}): RunRecord {
  const mark = {} as RunRecord['generations'][number];
  return {
    mode: 'scenario',
    generations: [mark, mark, mark, mark],
    snapshots: [{ file: 'a.heapsnapshot', afterMarks: 4, moment: 'end', snapshotMs: 1 }],
    outcome: { kind, exitCode: null, signal: null },
    ...more,
  } as RunRecord;
}

describe('an acquittal', () => {
  test('is possible when the program has run to its end, or a script has left by itself', () => {
    for (const kind of ['completed', 'ended'] as const) {
      expect(gapsOfRun(run(kind))).toEqual({ insufficient: [], notCovered: [] });
    }
    expect(gapsOfRun(run('exited', { mode: 'script' }))).toEqual({ insufficient: [], notCovered: [] });
  });

  test('is not when the program came to an untimely end', () => {
    const kinds = ['threw', 'killed', 'exited', 'timed-out', 'out-of-memory', 'interrupted'] as const;
    for (const kind of kinds) {
      expect(gapsOfRun(run(kind)).insufficient).toHaveLength(1);
    }
  });

  test('is possible when leakscan was told to cut a program off that does not end by itself', () => {
    expect(gapsOfRun(run('interrupted', { mode: 'script' })).insufficient).toEqual([]);
  });

  test('is not without a snapshot', () => {
    expect(gapsOfRun(run('completed', { snapshots: [] })).insufficient).not.toEqual([]);
  });

  test('needs two generations of a scenario, and says what it does not cover for a short script', () => {
    const generations = run('completed').generations.slice(0, 2);
    expect(gapsOfRun(run('completed', { generations })).insufficient).toHaveLength(1);
    expect(gapsOfRun(run('completed', { generations, mode: 'script' })).notCovered).toHaveLength(1);
  });

  test('needs driven rounds that succeed, and names those that did not', () => {
    const driven = (failures: number) =>
      gapsOfRun(
        run('ended', { mode: 'driven', driven: { rounds: 4, failures, firstFailure: 'status 500' } }),
      );
    expect(driven(0)).toEqual({ insufficient: [], notCovered: [] });
    expect(driven(1)).toEqual({ insufficient: [], notCovered: ['1 of 4 rounds failed (status 500).'] });
    expect(driven(4)).toEqual({ insufficient: ['4 of 4 rounds failed (status 500).'], notCovered: [] });
  });
});
